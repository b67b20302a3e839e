// Taking back what was a mistake.

import assert from 'node:assert/strict';

import { follow, heading, number, outcome, problem, table } from '../support/screen.js';
import { journey } from '../support/site.js';

/** Goes from the list of operations to what taking the newest back would come to. */
async function look(page) {
    await page.goto('/districts/oak/operations');
    await follow(page.getByRole('link', { name: '2', exact: true }));
    await follow(page.getByRole('link', { name: 'See what taking it back would come to' }));
    assert.equal(await heading(page), 'Take operation 2 back');
}

/** Students and classes after each operation, by its number. */
async function trend(page) {
    await page.goto('/districts/oak');
    await page.getByText('The numbers', { exact: true }).click();
    const rows = await table(page, /^After each operation/);
    return Object.fromEntries(rows.map((row) => [row.Operation, [row.Students, row.Classes]]));
}

journey('An undo says what it restores, and restores that', async (site) => {
    const page = await site.visit('ana');
    await look(page);
    const rows = await table(page, 'What it would change');
    const announced = rows.reduce((sum, row) => sum + number(row.Rows), 0);
    assert.equal(number((await page.locator('.lead').textContent()).split(' row')[0]), announced);
    await page.getByLabel('Why, in a few words').fill('sent too early');
    await follow(page.getByRole('button', { name: 'Take it back' }));
    assert.equal(await outcome(page), 'Done.');
    await follow(page.getByRole('link', { name: 'Operation 3' }));
    const lead = await page.locator('.lead').textContent();
    assert.match(lead, /^undo of operation 2, /);
    assert.equal(number(lead.match(/: ([\d,]+) changes?\.$/)[1]), announced);
    await page.getByText('Reason given: sent too early').waitFor();
    await page.goto('/districts/oak/operations/2');
    await page.getByText('It was taken back by operation 3.').waitFor();
    const counts = await trend(page);
    assert.notDeepEqual(counts[2], counts[1], 'the night changed something');
    assert.deepEqual(counts[3], counts[1]);
});

journey('Nothing is taken back without a reason', async (site) => {
    const page = await site.visit('ana');
    await look(page);
    await page.getByLabel('Why, in a few words').fill('  ');
    await follow(page.getByRole('button', { name: 'Take it back' }));
    assert.match(await problem(page), /^Say why/);
    await page.goto('/districts/oak/operations');
    assert.equal((await table(page, /^Operations/)).length, 2);
});

journey('An undo is not made where an operation came in between', async (site) => {
    const [page, other] = [await site.visit('ana'), await site.visit('operator')];
    await look(page);
    await look(other);
    await other.getByLabel('Why, in a few words').fill('sent too early');
    await follow(other.getByRole('button', { name: 'Take it back' }));
    assert.equal(await outcome(other), 'Done.');
    await page.getByLabel('Why, in a few words').fill('sent too early');
    await follow(page.getByRole('button', { name: 'Take it back' }));
    assert.equal(await outcome(page), 'Not done.');
    await page.goto('/districts/oak/operations');
    assert.equal((await table(page, /^Operations/)).length, 3);
});
