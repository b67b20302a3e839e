// From the link that the first start prints to an installation that somebody runs.

import assert from 'node:assert/strict';

import { accept } from '../support/people.js';
import { follow, heading, problem } from '../support/screen.js';
import { journey } from '../support/site.js';

const fresh = { installation: 'fresh' };

journey('The link of the first start makes the first operator, once', async (site) => {
    const page = await site.visit();
    await accept(page, site.link);
    assert.equal(await heading(page), 'Districts');
    await follow(page.getByRole('link', { name: 'Installation' }));
    assert.match(await page.getByRole('table', { name: 'Operators' }).textContent(), /active\s*you/);
    const other = await site.visit();
    const again = await other.goto(site.link);
    assert.equal(again.status(), 404);
    assert.equal(await heading(other), 'Not found');
}, fresh);

journey('A password that is too short, or given in two ways, is not taken', async (site) => {
    const page = await site.visit();
    await accept(page, site.link, 'eight');
    assert.match(await problem(page), /^A password has 15 characters or more/);
    await page.getByLabel('Password').fill('first bell at eight');
    await page.getByLabel('The same again').fill('first bell at nine');
    await follow(page.getByRole('button', { name: 'Keep it and sign in' }));
    assert.match(await problem(page), /^The two passwords are not the same/);
    await page.goto('/');
    assert.equal(await heading(page), 'Sign in');
}, fresh);

journey('A district in which nothing came in says so, and what comes next', async (site) => {
    const page = await site.visit();
    await accept(page, site.link);
    const row = page.getByRole('row', { name: /Elm USD/ });
    assert.match(await row.textContent(), /empty.*Feed a first delivery.*never/s);
    await follow(row.getByRole('link', { name: 'Elm USD' }));
    assert.equal(await heading(page), 'Elm USD');
    await page.getByText('Nothing has come in yet.').waitFor();
}, fresh);
