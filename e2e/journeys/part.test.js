// Letting a part of what waits through, and taking that back.

import assert from 'node:assert/strict';

import { follow, heading, number, outcome, problem, table } from '../support/screen.js';
import { journey } from '../support/site.js';

const REASON = 'Why, in a few words';
const TICKED = 'Approve what is ticked';

/** The rows of a plan by kind and action, summed up. */
async function shown(page) {
    const all = {};
    for (const row of await table(page, /by kind, action/)) {
        const key = `${row.Kind} ${row.Action}`;
        all[key] = (all[key] ?? 0) + number(row.Rows);
    }
    return all;
}

/** What the rows of a plan come to. */
const total = (rows) => Object.values(rows).reduce((sum, count) => sum + count, 0);

/** Approves what is ticked; resolves to the numbers of the operation and of the plan of the rest. */
async function approve(page, reason) {
    await page.getByLabel(REASON).fill(reason);
    await follow(page.getByRole('button', { name: TICKED }));
    assert.equal(await outcome(page), 'Done.');
    const said = await page.getByRole('status').textContent();
    const [, operation, plan] = said.match(/as operation (\d+); the rest waits as plan (\d+)/) ?? [];
    assert.ok(operation && plan, said);
    return { operation, plan };
}

/** Takes an operation back; resolves to how many rows of which kind that changes. */
async function takeBack(page, operation) {
    await page.goto(`/districts/oak/operations/${operation}/undo`);
    const restores = {};
    for (const row of await table(page, 'What it would change')) {
        restores[`${row.Kind} ${row.Action}`] = number(row.Rows);
    }
    await page.getByLabel(REASON).fill('the school asked us to wait');
    await follow(page.getByRole('button', { name: 'Take it back' }));
    assert.equal(await outcome(page), 'Done.');
    return restores;
}

/** What an operation changed, by the heads of its columns. */
async function changed(page, operation) {
    await page.goto(`/districts/oak/operations/${operation}`);
    return table(page, 'Rows that it changed');
}

journey('A kind and action that is ticked goes through alone, and the rest waits', async (site) => {
    const page = await site.visit('ana');
    await page.goto('/districts/oak/plans/3');
    const before = await shown(page);
    await page.getByRole('checkbox', { name: 'users, create' }).first().check();
    const { operation, plan } = await approve(page, 'those are right');
    const rows = await changed(page, operation);
    assert.deepEqual(rows.map((row) => [row.Kind, number(row.Created)]), [['users', 1]]);
    await page.goto(`/districts/oak/plans/${plan}`);
    const { ['users create']: through, ...rest } = before;
    assert.equal(through, 1);
    assert.deepEqual(await shown(page), rest);
});

journey('Lines that are ticked go through with what ends by them, and an undo restores it', async (site) => {
    const page = await site.visit('ana');
    await page.goto('/districts/oak/plans/3');
    const before = total(await shown(page));
    await follow(page.getByRole('link', { name: /classes, end/ }).first());
    assert.equal(await heading(page), 'Changes of plan 3');
    const rows = await table(page, 'Changes with the values before and after');
    const first = rows.find((row) => row.Field === 'title');
    const boxes = page.getByRole('checkbox', { name: `end class ${first.Before}` });
    await boxes.first().check();
    const { operation, plan } = await approve(page, 'that one has ended');
    const kinds = await changed(page, operation);
    const ended = Object.fromEntries(kinds.map((row) => [row.Kind, number(row.Ended)]));
    assert.equal(ended.classes, 1);
    assert.ok(ended.enrollments > 1, JSON.stringify(kinds));
    await page.goto(`/districts/oak/plans/${plan}`);
    assert.match(await page.locator('.lead').textContent(), /^On hold for a person/);
    assert.equal(total(await shown(page)), before - ended.classes - ended.enrollments);
    const restores = await takeBack(page, operation);
    assert.deepEqual(restores, {
        'classes restore': ended.classes,
        'enrollments restore': ended.enrollments,
    });
});

journey('Nothing goes through in part where nothing is ticked', async (site) => {
    const page = await site.visit('ana');
    await page.goto('/districts/oak/plans/3');
    await page.getByLabel(REASON).fill('those are right');
    await follow(page.getByRole('button', { name: TICKED }));
    assert.match(await problem(page), /^Tick what is to go through/);
    await page.goto('/districts/oak/operations');
    assert.equal((await table(page, /^Operations/)).length, 2);
});
