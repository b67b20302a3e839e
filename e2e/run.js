// Runs the tests in a browser: prepares installations and one browser, and hands them to node's runner.
//
//   scripts/with-browser node e2e/run.js                     all of them
//   scripts/with-browser node e2e/run.js e2e/journeys/*.js   these files

import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { launch } from './support/browser.js';
import { chromium } from './support/libraries.js';
import { prepare } from './support/prepare.js';

const here = fileURLToPath(new URL('.', import.meta.url));

/** Whatever stands in the way, what was started is ended and what was made removed. */
async function main(files) {
    const server = await launch();
    const folder = await mkdtemp(join(tmpdir(), 'firstbell-e2e-'));
    let tests;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
        process.once(signal, () => (tests ? tests.kill(signal) : leave(128)));
    }
    async function leave(code) {
        await server.close();
        await rm(folder, { recursive: true, force: true });
        process.exit(code);
    }
    try {
        const browser = await chromium.connect(server.wsEndpoint());
        await prepare(folder, browser);
        await browser.close();
        tests = startTests(files.length > 0 ? files : await all(), {
            FIRSTBELL_E2E_BROWSER: server.wsEndpoint(),
            FIRSTBELL_E2E_PREPARED: folder,
        });
        await leave(await new Promise((resolve) => tests.once('exit', (code) => resolve(code ?? 1))));
    } catch (error) {
        console.error(error);
        await leave(1);
    }
}

/** Starts node's runner on files, two at a time; it takes them by name, so that the longest come first. */
function startTests(files, env) {
    const words = ['--test', '--test-reporter=spec', '--test-concurrency=2', ...files];
    return spawn(process.execPath, words, { stdio: 'inherit', env: { ...process.env, ...env } });
}

/** The files of tests, each named by what it goes through. */
async function all() {
    const files = [];
    for (const folder of ['accessibility', 'journeys']) {
        const names = await readdir(join(here, folder));
        const tests = names.filter((name) => name.endsWith('.test.js'));
        files.push(...tests.map((name) => join(here, folder, name)));
    }
    return files;
}

await main(process.argv.slice(2));
