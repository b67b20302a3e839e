// Finding out why a pupil is not where a teacher looks for them.

import assert from 'node:assert/strict';
import { join } from 'node:path';

import { follow, heading, table } from '../support/screen.js';
import { journey, prepared } from '../support/site.js';

const settled = { installation: 'settled' };

/** What a teacher is never told: ids, and words of the trade. */
const OF_THE_TRADE = /\d{5,}|\d{4}-\d{4}|sourcedId|delivery|operation|enrollment|reject|unknown_word/i;

/** Looks for somebody on the page of people. */
async function search(page, name) {
    await page.goto('/districts/oak');
    await follow(page.getByRole('link', { name: 'People', exact: true }));
    await page.getByLabel('Name or id').fill(name);
    await follow(page.getByRole('button', { name: 'Search' }));
}

/** Asks on the page of why. */
async function ask(page, { person, inClass = '', words = 'an administrator' }) {
    await page.goto('/districts/oak/why');
    await page.getByLabel('Person, by name').fill(person);
    await page.getByLabel('Class, by title').fill(inClass);
    await page.getByLabel('Answer in the words of').selectOption({ label: words });
    await follow(page.getByRole('button', { name: 'Ask' }));
}

/** The sentence of the answer. */
async function answer(page) {
    return (await page.locator('.lead').textContent()).trim();
}

journey('Why says of a pupil whose row was rejected what became of it, step by step', async (site) => {
    const { name, id, inClass, line } = await site.missing();
    await site.command(['sync', 'oak', '--feed', join(prepared, 'missing')]);
    const page = await site.visit('ana');
    await search(page, name);
    const [found] = await table(page, /^People who were found/);
    assert.deepEqual([found.Name, found.State], [name, 'not in the roster']);
    await follow(page.getByRole('link', { name, exact: true }));
    assert.match(await answer(page), /it was rejected, because a required value is none of the words/);
    await ask(page, { person: name, inClass });
    assert.match(await answer(page), new RegExp(`^The record of ${name} .*it was rejected`));
    const steps = await table(page, /^What each step/);
    const told = steps.map(({ Step, ['What it decided']: what }) => `${Step}: ${what}`).join('\n');
    assert.match(told, new RegExp(`received: Delivery 3 .*users.csv, line ${line}`));
    assert.match(told, /checked: .*unknown_word.*Map the value/);
    assert.match(told, /checked: .*depends_on_rejected/);
    assert.match(told, new RegExp(`in the roster: ${name}: not there, and never was`));
    await ask(page, { person: name, inClass, words: 'a teacher' });
    assert.match(await answer(page), /^The school office's list has .* has a mistake/);
    const said = await page.locator('main > .lead, main > .scroll').allInnerTexts();
    assert.doesNotMatch(said.join('\n'), OF_THE_TRADE);
    assert.ok(!(await page.locator('main').innerText()).includes(id));
}, settled);

journey('Somebody is found by name, and their page asks about a class', async (site) => {
    const { taken, title, inClass } = await site.missing();
    await site.command(['sync', 'oak', '--feed', join(prepared, 'missing')]);
    const page = await site.visit('ana');
    await search(page, 'marlowe');
    await follow(page.getByRole('link', { name: taken, exact: true }));
    assert.equal(await heading(page), taken);
    assert.deepEqual((await table(page, /^Classes now/)).map((row) => row.Class), [title]);
    await page.getByLabel('Class, by title, code or id').fill(title);
    await follow(page.getByRole('button', { name: 'Ask' }));
    await page.getByRole('heading', { name: 'Which class?' }).waitFor();
    const which = page.getByRole('listitem').filter({ hasText: inClass });
    await follow(which.getByRole('link', { name: title }));
    assert.match(await answer(page), new RegExp(`^${taken} has been in ${title} since operation 3`));
    assert.ok((await table(page, /^What each step/)).length > 5);
}, settled);
