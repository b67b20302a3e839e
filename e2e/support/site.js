// An installation of a test's own, with its console, and the people who visit it.

import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';

import { connect, open } from './browser.js';
import { Console, firstbell } from './firstbell.js';

/** The folder of what e2e/run.js prepared. */
export const prepared = process.env.FIRSTBELL_E2E_PREPARED;

process.once('SIGTERM', () => process.exit(1));

/** A console that is a test's own. */
export class Site {
    /** What pages did that they must not. */
    faults = [];
    #folder;
    #console;
    #browser;
    #script;

    /** Starts a console over a copy of an installation that e2e/run.js prepared. */
    static async start(installation, script = true) {
        const site = new Site();
        site.#script = script;
        site.#folder = await mkdtemp(join(prepared, 'test-'));
        await cp(join(prepared, installation), site.home, { recursive: true });
        site.#console = await Console.start(site.home);
        return site;
    }

    /** The folder of the installation. */
    get home() {
        return join(this.#folder, 'home');
    }

    /** The address of the console. */
    get url() {
        return this.#console.url;
    }

    /** The link for the first operator. */
    get link() {
        return this.#console.link;
    }

    /** The name of the school that the waiting plan hurts, which is the school administrator's. */
    async school() {
        return (await about()).school;
    }

    /** The new pupil whose row has a mistake in the delivery `missing`. */
    async missing() {
        return (await about()).missing;
    }

    /** A page in a window of its own, of somebody who is signed in, or of nobody. */
    async visit(login, options = {}) {
        this.#browser ??= await connect();
        const state = login && join(prepared, `${login}.json`);
        const settings = { script: this.#script, state, ...options };
        const window = await open(this.#browser, this.url, this.faults, settings);
        return window.newPage();
    }

    /** Runs a command on the installation, while the console is at work. */
    command(words, expected) {
        return firstbell(['--home', this.home, ...words], { expected });
    }

    /** Ends all windows and the console, and removes the installation; what pages did that they must not, fails. */
    async end() {
        try {
            await this.#browser?.close();
            await this.#console.stop();
        } finally {
            await rm(this.#folder, { recursive: true, force: true });
        }
        assert.deepEqual(this.faults, []);
    }
}

async function about() {
    return JSON.parse(await readFile(join(prepared, 'about.json'), 'utf8'));
}

/** A test that is told by a sentence, on a console of its own, with script and without. */
export function journey(sentence, walk, { installation = 'held' } = {}) {
    for (const script of [true, false]) {
        test(`${sentence}, ${script ? 'with' : 'without'} script`, () =>
            onSite(installation, script, walk));
    }
}

/** Walks on a console that is ended whatever comes of it. */
export async function onSite(installation, script, walk) {
    const site = await Site.start(installation, script);
    try {
        await walk(site);
    } catch (error) {
        await site.end().catch(() => {});
        throw error;
    }
    await site.end();
}
