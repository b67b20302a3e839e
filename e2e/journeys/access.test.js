// Who may do what in a district, and where that is kept.

import assert from 'node:assert/strict';

import { accept, invite } from '../support/people.js';
import { follow, heading, problem, table } from '../support/screen.js';
import { journey } from '../support/site.js';

journey('A role that is given lets somebody in, and one that is taken keeps them out', async (site) => {
    const ana = await site.visit('ana');
    const link = await invite(ana, 'oak', { login: 'noa', name: 'Noa Brandt', role: 'Viewer' });
    const noa = await site.visit();
    await accept(noa, link);
    assert.equal(await heading(noa), 'Oak USD');
    await ana.goto('/districts/oak/access');
    const rows = await table(ana, 'Who has a role here');
    const row = rows.find((one) => one.Login === 'noa');
    assert.deepEqual([row.Role, row.Of, row.State], ['Viewer', 'all schools', 'active']);
    await follow(ana.getByRole('button', { name: 'Take this role from Noa Brandt' }));
    await noa.goto('/districts/oak');
    assert.equal(await heading(noa), 'Not found');
    await follow(ana.getByRole('link', { name: 'Audit' }));
    const said = (await table(ana, /^Who did what/)).map((one) => `${one.Who}: ${one.What}`);
    assert.ok(said.includes('ana: access give') && said.includes('ana: access take'), said.join());
});

journey('Nobody takes their own role', async (site) => {
    const ana = await site.visit('ana');
    await ana.goto('/districts/oak/access');
    await follow(ana.getByRole('button', { name: 'Take this role from Ana Reyes' }));
    assert.match(await problem(ana), /^Nobody takes their own role/);
});

journey('A role for one school asks which', async (site) => {
    const ana = await site.visit('ana');
    await ana.goto('/districts/oak/access');
    await ana.getByLabel('Name', { exact: true }).fill('Noa Brandt');
    await ana.getByLabel('Login').fill('noa');
    await ana.getByLabel('Role', { exact: true }).selectOption('school_administrator');
    await follow(ana.getByRole('button', { name: 'Give the role' }));
    assert.match(await problem(ana), /^Choose the school/);
});

journey('A viewer looks, and is offered nothing to decide', async (site) => {
    const page = await site.visit('vera');
    await page.goto('/districts/oak');
    await follow(page.getByRole('link', { name: 'Look at it and decide' }));
    assert.match(await heading(page), /^Plan /);
    assert.equal(await page.getByRole('button', { name: 'Approve and apply' }).count(), 0);
    assert.equal(await page.getByRole('link', { name: 'Access' }).count(), 0);
    const answer = await page.goto('/districts/oak/operations/2/undo');
    assert.equal(answer.status(), 403);
});

journey('An operator who is invited runs it until their account is closed', async (site) => {
    const first = await site.visit('operator');
    await first.goto('/installation');
    await first.getByLabel('Name', { exact: true }).fill('Iris Vance');
    await first.getByLabel('Login').fill('iris');
    await follow(first.getByRole('button', { name: 'Make a link' }));
    const link = (await first.getByRole('status').locator('code').textContent()).trim();
    const iris = await site.visit();
    await accept(iris, link);
    await iris.goto('/installation');
    assert.equal((await table(iris, 'Operators')).length, 2);
    await first.goto('/installation');
    await follow(first.getByRole('button', { name: 'Close the account of Iris Vance' }));
    await iris.goto('/installation');
    assert.equal(await heading(iris), 'Sign in');
});
