// Approving and dropping what waits for a person.

import assert from 'node:assert/strict';

import { follow, heading, number, outcome, problem, table } from '../support/screen.js';
import { journey } from '../support/site.js';

/** Goes from the first page to the plan that waits. */
async function look(page) {
    await page.goto('/districts/oak');
    await follow(page.getByRole('link', { name: 'Look at it and decide' }));
    assert.match(await heading(page), /^Plan \d+$/);
}

/** Rows by kind and action, summed up. */
function sums(rows) {
    const all = {};
    for (const row of rows) {
        const key = `${row.Kind} ${row.Action}`;
        all[key] = (all[key] ?? 0) + number(row.Rows);
    }
    return all;
}

/** The same from the table of an operation, which has a column for each action. */
function sumsOfOperation(rows) {
    const columns = { Created: 'create', Updated: 'update', Restored: 'restore', Ended: 'end' };
    const all = {};
    for (const row of rows) {
        for (const [column, action] of Object.entries(columns)) {
            if (row[column]) all[`${row.Kind} ${action}`] = number(row[column]);
        }
    }
    return all;
}

journey('What is approved is what was on the screen', async (site) => {
    const page = await site.visit('ana');
    await look(page);
    const shown = sums(await table(page, /by kind, action/));
    assert.ok(shown['classes end'] > 10, JSON.stringify(shown));
    await page.getByLabel('Why, in a few words').fill('The school closes this summer');
    await follow(page.getByRole('button', { name: 'Approve and apply' }));
    assert.equal(await outcome(page), 'Done.');
    await follow(page.getByRole('link', { name: /^Operation \d+$/ }));
    assert.deepEqual(sumsOfOperation(await table(page, 'Rows that it changed')), shown);
    await page.getByText('Reason given: The school closes this summer').waitFor();
    assert.match(await page.locator('.lead').textContent(), /approved.*ana/);
    await page.goto('/districts/oak');
    assert.equal(await page.getByText('is on hold').count(), 0);
});

journey('Nothing is approved without a reason', async (site) => {
    const page = await site.visit('ana');
    await look(page);
    const plan = page.url();
    await page.getByRole('button', { name: 'Approve and apply' }).click();
    assert.equal(page.url(), plan, 'the browser asks for a reason');
    await page.getByLabel('Why, in a few words').fill('   ');
    await follow(page.getByRole('button', { name: 'Approve and apply' }));
    assert.match(await problem(page), /^Say why/);
    await page.goto('/districts/oak');
    assert.equal(await page.getByText('is on hold').count(), 1);
});

journey('A plan that is not the one on the screen is not approved', async (site) => {
    const page = await site.visit('ana');
    await look(page);
    const digest = page.locator('[name=digest]').first();
    await digest.evaluate((field) => (field.value = field.value.replace(/^./, 'x')));
    await page.getByLabel('Why, in a few words').fill('The school closes this summer');
    await follow(page.getByRole('button', { name: 'Approve and apply' }));
    assert.match(await problem(page), /not the one that was on the screen/);
    await page.goto('/districts/oak');
    assert.equal(await page.getByText('is on hold').count(), 1);
});

journey('What somebody else has decided meanwhile is not decided again', async (site) => {
    const [page, late] = [await site.visit('ana'), await site.visit('operator')];
    await look(page);
    await look(late);
    await page.getByLabel('Why, in a few words').fill('half of the file is missing');
    await follow(page.getByRole('button', { name: 'Drop it' }));
    assert.match(await page.locator('.lead').textContent(), /half of the file is missing/);
    await late.getByLabel('Why, in a few words').fill('looks right to me');
    await follow(late.getByRole('button', { name: 'Approve and apply' }));
    assert.match(await problem(late), /waits no more/);
    await late.goto('/districts/oak/operations');
    assert.equal((await table(late, /^Operations/)).length, 2);
});

journey('Dropping a plan leaves the roster as it is', async (site) => {
    const page = await site.visit('ana');
    await page.goto('/districts/oak');
    const before = await table(page, /^Schools/);
    await look(page);
    await page.getByLabel('Why, in a few words').fill('half of the file is missing');
    await follow(page.getByRole('button', { name: 'Drop it' }));
    assert.equal(await page.getByRole('button', { name: 'Approve and apply' }).count(), 0);
    await page.goto('/districts/oak');
    const counts = (rows) => Object.fromEntries(rows.map((row) => [row.School, row.Classes]));
    assert.deepEqual(counts(await table(page, /^Schools/)), counts(before));
    await follow(page.getByRole('link', { name: 'Plans' }));
    await page.getByText('Nothing waits.').waitFor();
});
