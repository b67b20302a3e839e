// Signing in by a password, and out.

import assert from 'node:assert/strict';

import { signIn } from '../support/people.js';
import { follow, heading, problem } from '../support/screen.js';
import { journey } from '../support/site.js';

journey('Whoever signs in comes to the page that they wanted', async (site) => {
    const page = await site.visit();
    await page.goto('/districts/oak/operations?before=2');
    assert.equal(await heading(page), 'Sign in');
    await page.getByLabel('Login').fill('Ana');
    await page.getByLabel('Password').fill('first bell at eight');
    await follow(page.getByRole('button', { name: 'Sign in' }));
    await page.waitForURL('**/districts/oak/operations?before=2');
    assert.equal(await heading(page), 'Operations');
});

journey('A wrong password and an unknown login get the same answer', async (site) => {
    const page = await site.visit();
    await signIn(page, 'ana', 'first bell at nine');
    const wrong = await problem(page);
    assert.equal(wrong, 'This name and password do not go together.');
    assert.equal(await page.getByLabel('Login').inputValue(), 'ana');
    assert.equal(await page.getByLabel('Password').inputValue(), '');
    await signIn(page, 'nobody');
    assert.equal(await problem(page), wrong);
    await page.goto('/districts/oak');
    assert.equal(await heading(page), 'Sign in');
});

journey('Whoever signs out is out on this browser', async (site) => {
    const page = await site.visit('ana');
    await page.goto('/');
    assert.equal(await heading(page), 'Oak USD');
    await follow(page.getByRole('button', { name: 'Sign out' }));
    assert.equal(await heading(page), 'Sign in');
    await page.goto('/districts/oak');
    assert.equal(await heading(page), 'Sign in');
});
