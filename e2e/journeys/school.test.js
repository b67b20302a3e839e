// A school administrator, from the invitation to what is theirs and nothing else.

import assert from 'node:assert/strict';

import { accept, invite } from '../support/people.js';
import { follow, heading, table } from '../support/screen.js';
import { journey } from '../support/site.js';

journey('A school administrator is let in by a link and sees that school alone', async (site) => {
    const school = await site.school();
    const ana = await site.visit('ana');
    await ana.goto('/districts/oak');
    const schools = (await table(ana, /^Schools/)).map((row) => row.School);
    assert.ok(schools.length > 10 && schools.includes(school));
    const noa = { login: 'noa', name: 'Noa Brandt', role: 'School administrator', school };
    const page = await site.visit();
    await accept(page, await invite(ana, 'oak', noa));
    assert.equal(await heading(page), 'Oak USD');
    assert.deepEqual((await table(page, /^Schools/)).map((row) => row.School), [school]);
    const others = schools.filter((name) => name !== school);
    const plan = await page.getByRole('link', { name: 'Look at it and decide' }).getAttribute('href');
    for (const path of ['', '/plans', '/operations', '/operations/1', '/operations/2']) {
        await page.goto(`/districts/oak${path}`);
        await namesNone(page, others);
    }
    await page.goto(plan);
    await namesNone(page, others);
    const rows = await table(page, /by kind, action/);
    // The pupil who is new in it is of another school.
    assert.ok(rows.length > 0 && rows.every((row) => row.Kind !== 'users'), JSON.stringify(rows));
    await follow(page.getByRole('table').getByRole('link').first());
    await namesNone(page, others);
    await page.goto(plan);
    assert.equal(await page.getByRole('button').count(), 1, 'signing out alone');
});

journey('Everything else is not found, or not for a school administrator', async (site) => {
    const page = await site.visit('sam');
    const answers = {
        '/districts/oak/access': 'Not for this account',
        '/districts/oak/audit': 'Not for this account',
        '/districts/oak/operations/2/undo': 'Not for this account',
        '/districts/oak/jobs/1': 'Not found',
        '/districts/oak/plans/999': 'Not found',
        '/districts/elm': 'Not found',
        '/districts/elm/plans/1': 'Not found',
        '/districts/nowhere': 'Not found',
        '/installation': 'Not found',
        '/nothing-here': 'Not found',
    };
    for (const [path, expected] of Object.entries(answers)) {
        const answer = await page.goto(path);
        assert.equal(await heading(page), expected, path);
        assert.equal(answer.status(), expected === 'Not found' ? 404 : 403, path);
    }
    await follow(page.getByRole('link', { name: 'To the first page' }));
    assert.equal(await heading(page), 'Oak USD');
});

/** No name of a school stands on the page; one may be the beginning of another. */
async function namesNone(page, schools) {
    const text = await page.locator('body').innerText();
    assert.deepEqual(schools.filter((name) => text.includes(name)), [], page.url());
}
