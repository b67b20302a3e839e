// Pages to which no link leads: before signing in, faults, and what comes of forms.

import { join } from 'node:path';

import { accept, invite, signIn } from '../support/people.js';
import { bring, ended, follow } from '../support/screen.js';
import { prepared } from '../support/site.js';

const REASON = 'Why, in a few words';
const UNDO = 'Take it back';

/** Fills what a form asks for, by its labels, and sends it. */
async function send(page, fields, name) {
    for (const [label, text] of Object.entries(fields)) {
        await page.getByLabel(label, { exact: true }).fill(text);
    }
    await follow(page.getByRole('button', { name }).first());
    await ended(page);
    return page;
}

/** A page of somebody, or of nobody. */
async function opened(site, login, path) {
    const page = await site.visit(login);
    await page.goto(path);
    return page;
}

/** For nobody in particular. */
export const OUTSIDE = {
    'to sign in': (site) => opened(site, undefined, '/sign-in'),
    'after a wrong password': async (site) => {
        const page = await site.visit();
        await signIn(page, 'ana', 'first bell at nine');
        return page;
    },
    'that is not there, before signing in': (site) => opened(site, undefined, '/nothing-here'),
    'of a link that was used': (site) => opened(site, undefined, '/invitation/used'),
};

/** For somebody, in an order in which each can still be reached. */
export const SIGNED_IN = {
    'that is not there': (site) => opened(site, 'vera', '/districts/nowhere'),
    'that is not for this account': (site) => opened(site, 'sam', '/districts/oak/access'),
    'with a link for somebody': async (site) => {
        const page = await site.visit('ana');
        await invite(page, 'oak', { login: 'noa', name: 'Noa Brandt', role: 'Viewer' });
        return page;
    },
    'of an invitation': async (site) => opened(site, undefined, await linkFor(site)),
    'of an invitation after a short password': async (site) => {
        const page = await site.visit();
        await accept(page, await linkFor(site), 'eight');
        return page;
    },
    'with a role that needs a school': async (site) => {
        const page = await opened(site, 'ana', '/districts/oak/access');
        await page.getByLabel('Role', { exact: true }).selectOption('school_administrator');
        const fields = { Name: 'Noa Brandt', 'Login, such as their e-mail address': 'noa' };
        return send(page, fields, 'Give the role');
    },
    'with a link for an operator': async (site) => {
        const page = await opened(site, 'operator', '/installation');
        return send(page, { Name: 'Iris Vance', Login: 'iris' }, 'Make a link');
    },
    'with a login that is taken': async (site) => {
        const page = await opened(site, 'operator', '/installation');
        return send(page, { Name: 'Iris Vance', Login: 'iris' }, 'Make a link');
    },
    'of a form that was not meant': async (site) => {
        const page = await opened(site, 'ana', '/account');
        const tokens = page.locator('[name=form_token]');
        await tokens.evaluateAll((all) => all.forEach((token) => (token.value = 'another')));
        return send(page, {}, 'Sign out there');
    },
    'of a delivery that was not taken': async (site) => {
        const page = await site.visit('ana');
        await bring(page, join(prepared, 'about.json'), 'Read and plan');
        return page;
    },
    'of settings that cannot be used': (site) => settingsWith(site, 'Chicago'),
    'of settings that were tried': async (site) => {
        const page = await settingsWith(site, 'America/Chicago');
        const again = page.getByRole('button', { name: 'Look again' });
        while ((await again.count()) > 0) await follow(again);
        return page;
    },
    'of a plan of which nothing is ticked': async (site) => {
        const page = await opened(site, 'ana', '/districts/oak/plans/3');
        return send(page, { [REASON]: 'those are right' }, 'Approve what is ticked');
    },
    'of a plan without a reason': async (site) => {
        const page = await opened(site, 'ana', '/districts/oak/plans/3');
        return send(page, { [REASON]: '  ' }, 'Approve and apply');
    },
    'of an undo without a reason': async (site) => send(await undoOf(site, 2), { [REASON]: '  ' }, UNDO),
    'of a job that is done': async (site) => send(await undoOf(site, 2), { [REASON]: 'too early' }, UNDO),
    'of an operation that was taken back': (site) => opened(site, 'ana', '/districts/oak/operations/2'),
    'of a district whose source is paused': (site) => opened(site, 'ana', '/districts/oak'),
    'of a plan that gave way': (site) => opened(site, 'ana', '/districts/oak/plans/3'),
    'of a job that came to nothing': async (site) => {
        const [page, other] = [await undoOf(site, 3), await undoOf(site, 3)];
        await send(other, { [REASON]: 'it was right' }, UNDO);
        return send(page, { [REASON]: 'it was right' }, UNDO);
    },
    'of a job at work': async (site) => {
        const page = await site.visit('ana');
        // It does not hear of the end, and stays as it is.
        await page.route('**/events', () => {});
        await bring(page, join(prepared, 'missing.zip'), 'Read and plan');
        await page.getByRole('link', { name: 'Look again' }).waitFor();
        return page;
    },
};

/** What a time zone of the settings would come to. */
async function settingsWith(site, zone) {
    const page = await opened(site, 'ana', '/districts/oak/settings');
    await page.getByLabel(/time_zone/).fill(zone);
    return send(page, {}, 'Show what this changes');
}

/** What taking an operation back would come to. */
function undoOf(site, operation) {
    return opened(site, 'ana', `/districts/oak/operations/${operation}/undo`);
}

/** The address of an invitation that nobody has used. */
async function linkFor(site) {
    const page = await site.visit('ana');
    return invite(page, 'oak', { login: 'noa', name: 'Noa Brandt', role: 'Viewer' });
}
