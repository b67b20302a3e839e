// What tests begin with: installations that each copies, and who is signed in there.

import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { open } from './browser.js';
import { invent } from './deliveries.js';
import { Console, firstbell } from './firstbell.js';
import { PEOPLE, accept, invite } from './people.js';

/** The exit code of a sync that is on hold. */
const HELD = 3;

/**
 * Makes, in a folder, the installations `fresh`, where nobody runs it and nothing came in, `vendor`,
 * which is the same for a vendor, `settled`, where two nights went through in `oak` and everybody has an
 * account, and `held`, where a third waits for a person besides.
 */
export async function prepare(folder, browser) {
    const about = await invent(folder);
    await writeFile(join(folder, 'about.json'), JSON.stringify(about));
    const on = (home, ...words) => firstbell(['--home', join(folder, home), ...words]);
    for (const [home, profile] of [['fresh', 'district'], ['vendor', 'vendor']]) {
        await on(home, 'init', '--profile', profile);
        await on(home, 'district', 'add', 'oak', '--name', 'Oak USD');
        await on(home, 'district', 'add', 'elm', '--name', 'Elm USD');
    }
    await cp(join(folder, 'fresh'), join(folder, 'settled'), { recursive: true });
    await on('settled', 'sync', 'oak', '--feed', join(folder, 'day1'));
    await on('settled', 'sync', 'oak', '--feed', join(folder, 'day2'));
    await letIn(folder, browser, about.school);
    await cp(join(folder, 'settled'), join(folder, 'held'), { recursive: true });
    const cut = ['--home', join(folder, 'held'), 'sync', 'oak', '--feed', join(folder, 'cut')];
    const code = await firstbell(cut, { expected: [HELD] });
    if (code !== HELD) throw new Error('the cut delivery was to be held, and was not');
}

/** Makes everybody's account by the pages, and keeps by what they are signed in. */
async function letIn(folder, browser, school) {
    const served = await Console.start(join(folder, 'settled'));
    const faults = [];
    try {
        const operator = await signedIn('operator', served.link);
        for (const [login, { name, role }] of Object.entries(PEOPLE)) {
            if (login === 'operator') continue;
            const of = role === 'School administrator' ? school : undefined;
            await signedIn(login, await invite(operator, 'oak', { login, name, role, school: of }));
        }
    } finally {
        await served.stop();
    }
    if (faults.length > 0) throw new Error(JSON.stringify(faults));

    async function signedIn(login, link) {
        const window = await open(browser, served.url, faults);
        const page = await window.newPage();
        await accept(page, link);
        await window.storageState({ path: join(folder, `${login}.json`) });
        return page;
    }
}
