// A delivery that a browser brings, from its files to one record and what was found at it.

import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { hasScript } from '../support/browser.js';
import { bring, follow, heading, number, outcome, problem, table } from '../support/screen.js';
import { journey, prepared } from '../support/site.js';

const settled = { installation: 'settled' };

/** Where the records of a kind that were received went. */
const ENDS = ['Ignored', 'Rejected', 'Held', 'Unchanged', 'Applied'];

/** Keeps what a job tells from the page; resolves to what lets it through. */
async function keepNews(page) {
    let letThrough;
    const asked = new Promise((resolve) => (letThrough = resolve));
    await page.route('**/events', async (route) => {
        await asked;
        await route.continue();
    });
    return letThrough;
}

/** Waits until a job is done; with script that comes to the page by itself, and the focus with it. */
async function done(page, letThrough) {
    const job = page.url();
    assert.equal(await page.getByRole('link', { name: 'Look again' }).count(), 1, 'it is at work');
    letThrough();
    assert.equal(await outcome(page), 'Done.');
    if (!hasScript(page)) return;
    assert.equal(page.url(), job);
    assert.equal(await page.evaluate(() => document.activeElement.id), 'content');
}

journey('A zip is read and applied, and a record of it is followed to what was found', async (site) => {
    const [page, missing] = [await site.visit('ana'), await site.missing()];
    const letThrough = await keepNews(page);
    await bring(page, join(prepared, 'missing.zip'), 'Read and apply', 'the third night');
    assert.equal(await heading(page), 'The delivery is read and applied');
    await done(page, letThrough);
    await follow(page.getByRole('link', { name: 'Delivery 3' }));
    assert.equal(await heading(page), 'Where every record of delivery 3 went');
    const kinds = await table(page, 'By kind');
    for (const row of kinds) {
        const sum = ENDS.reduce((all, end) => all + number(row[end]), 0);
        assert.equal(sum, number(row.Received), JSON.stringify(row));
    }
    const users = page.getByRole('table', { name: 'By kind' }).getByRole('row', { name: /^users/ });
    const { Rejected: rejected } = kinds.find((row) => row.Kind === 'users');
    await follow(users.getByRole('link', { name: rejected, exact: true }).first());
    const records = await table(page, /^Records/);
    assert.equal(records.length, number(rejected));
    const record = records.find((row) => row.Id === missing.id);
    assert.equal(record.Record, missing.name);
    await follow(page.getByRole('link', { name: `line ${missing.line}`, exact: true }));
    assert.equal(await heading(page), `users.csv line ${missing.line} of delivery 3`);
    assert.match(await page.locator('.card').textContent(), /none of the words/);
    const values = await table(page, /^Its values/);
    assert.ok(values.some(({ Value }) => Value === missing.name.split(' ')[0]));
    await follow(page.locator('.back').getByRole('link'));
    await follow(page.getByRole('link', { name: 'What was found in it' }));
    await follow(page.locator('.card', { hasText: 'unknown_word' }).getByRole('link'));
    const places = await table(page, /^The places/);
    assert.ok(places.some((row) => row.Id === missing.id), JSON.stringify(places));
    await follow(page.getByRole('link', { name: String(missing.line), exact: true }));
    assert.equal(await heading(page), `users.csv line ${missing.line} of delivery 3`);
    await page.goto('/districts/oak/operations/3');
    await page.getByText('Reason given: the third night').waitFor();
}, settled);

journey('Files are read and planned, and nothing is applied', async (site) => {
    const page = await site.visit('ana');
    const folder = join(prepared, 'missing');
    const files = (await readdir(folder)).map((name) => join(folder, name));
    const letThrough = await keepNews(page);
    await bring(page, files, 'Read and plan');
    await done(page, letThrough);
    const told = await page.getByRole('status').textContent();
    assert.match(told, /Plan 3 would make [\d,]+ changes? to the roster; nothing is applied yet\./);
    await follow(page.getByRole('link', { name: 'Plan 3' }));
    const [changes] = told.match(/[\d,]+(?= change)/);
    const rows = await table(page, /by kind, action/);
    assert.equal(rows.reduce((sum, row) => sum + number(row.Rows), 0), number(changes));
    await page.goto('/districts/oak/operations');
    assert.equal((await table(page, /^Operations/)).length, 2);
    await page.goto('/districts/oak/deliveries');
    assert.equal((await table(page, /^Deliveries/)).length, 3);
}, settled);

journey('Files that are no delivery are not taken', async (site) => {
    const page = await site.visit('ana');
    const [zip, csv] = [join(prepared, 'missing.zip'), join(prepared, 'missing', 'orgs.csv')];
    await bring(page, [zip, csv], 'Read and plan');
    assert.equal(await problem(page), 'Send one zip alone, or CSV files alone.');
    await bring(page, join(prepared, 'about.json'), 'Read and plan');
    assert.match(await problem(page), /^Send one zip, or the CSV files themselves/);
    await page.goto('/districts/oak/operations');
    assert.equal((await table(page, /^Operations/)).length, 2);
}, settled);
