// One browser for all tests, and what each of its pages must never do.

import { chromium } from './libraries.js';

/** How long a page may take for anything, in milliseconds. */
const PATIENCE = 30_000;

/** The windows whose pages may run script. */
const scripted = new WeakSet();

/** Starts Chromium, for several processes; its sandbox cannot be had by root. */
export function launch() {
    return chromium.launchServer({
        executablePath: process.env.FIRSTBELL_CHROMIUM,
        args: process.getuid() === 0 ? ['--no-sandbox'] : [],
        // Whoever started it ends it.
        handleSIGINT: false,
        handleSIGTERM: false,
        handleSIGHUP: false,
    });
}

/** The browser that e2e/run.js started. */
export function connect() {
    return chromium.connect(process.env.FIRSTBELL_E2E_BROWSER);
}

/** A window of its own on a console; `faults` collects what its pages must not do. */
export async function open(browser, url, faults, { script = true, state, ...more } = {}) {
    const context = await browser.newContext({
        baseURL: url,
        javaScriptEnabled: script,
        storageState: state,
        viewport: { width: 1280, height: 800 },
        colorScheme: 'light',
        locale: 'en-US',
        timezoneId: 'UTC',
        ...more,
    });
    context.setDefaultTimeout(PATIENCE);
    if (script) scripted.add(context);
    context.on('request', (request) => {
        if (new URL(request.url()).origin !== new URL(url).origin) {
            faults.push({ page: at(request.frame().url()), what: `asks ${request.url()}` });
        }
    });
    context.on('console', (message) => {
        const what = `${message.text()} ${at(message.location().url)}`.trim();
        if (isWorse(message)) faults.push({ page: at(message.page()?.url()), what });
    });
    context.on('weberror', (error) => {
        faults.push({ page: at(error.page()?.url()), what: error.error().message });
    });
    return context;
}

/** Whether the scripts of a page run. */
export function hasScript(page) {
    return scripted.has(page.context());
}

/** Whether a message of the browser tells of a fault; that a page itself was refused is no fault. */
function isWorse(message) {
    const isOfThePage = message.location().url === message.page()?.url();
    const isRefusal = message.text().startsWith('Failed to load resource') && isOfThePage;
    return ['error', 'warning'].includes(message.type()) && !isRefusal;
}

/** The path of an address, without the port that changes and the tokens of links. */
export function at(url = '') {
    if (!URL.canParse(url)) return url;
    const { pathname, search } = new URL(url);
    return pathname.replace(/^(\/invitation\/).*/, '$1…') + search;
}
