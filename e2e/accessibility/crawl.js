// Where the pages of a console lead to: by links, and by forms that only ask.

import assert from 'node:assert/strict';

/** What is written into fields for a search. */
const SOUGHT = 'an';

/** What files are sent as. */
const FILES = /^(text\/csv|application\/zip)(;|$)/;

/**
 * Visits the pages that somebody comes to from the first one, so many of each route; each is shown to
 * `look`.
 */
export async function crawl(page, ofEach, look) {
    const [waiting, known, visits] = [['/'], new Set(['/']), new Map()];
    const seen = [];
    while (waiting.length > 0) {
        const path = waiting.shift();
        const route = routeOf(path);
        const visit = (visits.get(route) ?? 0) + 1;
        visits.set(route, visit);
        if (visit > ofEach) continue;
        const answer = await visited(page, path);
        if (!answer) continue;
        seen.push(path);
        await look(path, answer);
        for (const next of (await ways(page)).filter((way) => !known.has(way))) {
            known.add(next);
            waiting.push(next);
        }
    }
    return seen;
}

/** The answer to a visit; nothing where a file is sent to be kept, as it should be. */
async function visited(page, path) {
    const isFinal = (answer) => answer.request().isNavigationRequest() && !isElsewhere(answer);
    const answered = page.waitForEvent('response', isFinal);
    const opened = page.goto(path).catch((error) => error);
    const answer = await answered;
    const error = await opened;
    if (!(error instanceof Error)) return answer;
    if (!/download/i.test(error.message)) throw new Error(`${path}: ${error.message}`);
    const type = answer.headers()['content-type'] ?? '';
    assert.ok(answer.ok() && FILES.test(type), `${path} sends ${answer.status()}, ${type}`);
    return undefined;
}

function isElsewhere(answer) {
    return answer.status() >= 300 && answer.status() < 400;
}

/** A path without the numbers and words in which pages of one route differ. */
function routeOf(path) {
    const { pathname, searchParams } = new URL(path, 'http://console');
    const route = pathname
        .replace(/^\/districts\/[^/]+/, '/districts/{district}')
        .replace(/\/(records|findings)\/[^/]+/, '/$1/{which}')
        .replaceAll(/\/[0-9]+(?=\/|$)/g, '/{number}');
    const asked = [...new Set(searchParams.keys())].sort();
    return [route, ...asked].join(' ');
}

/** Where the page leads to on this console. */
async function ways(page) {
    const all = await page.evaluate((sought) => {
        // Those of a drawing are no addresses by themselves.
        const address = (link) => new URL(link.getAttribute('href'), document.baseURI).href;
        const links = [...document.querySelectorAll('a[href]')].map(address);
        const forms = [...document.forms].filter((form) => form.method === 'get');
        return links.concat(forms.flatMap((form) => [asked(form, ''), asked(form, sought)]));

        function asked(form, text) {
            // A field of the form may be called action.
            const address = new URL(form.getAttribute('action'), document.baseURI);
            const sent = new FormData(form);
            for (const { name, type } of form.elements) {
                if (text && name && ['search', 'text'].includes(type)) sent.set(name, text);
            }
            address.search = new URLSearchParams(sent).toString();
            return address.href;
        }
    }, SOUGHT);
    const here = new URL(page.url()).origin;
    const own = all.map((address) => new URL(address)).filter(({ origin }) => origin === here);
    return [...new Set(own.map(({ pathname, search }) => pathname + search))];
}
