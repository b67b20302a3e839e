// Where somebody is signed in, and ending that.

import assert from 'node:assert/strict';

import { signIn } from '../support/people.js';
import { follow, heading, table } from '../support/screen.js';
import { journey } from '../support/site.js';

journey('Sessions are listed, and one that is ended is out', async (site) => {
    const [page, elsewhere] = [await site.visit('ana'), await site.visit()];
    await signIn(elsewhere, 'ana');
    assert.equal(await heading(elsewhere), 'Oak USD');
    await page.goto('/account');
    assert.equal((await table(page, /^Where you are/)).length, 2);
    const row = page.getByRole('row').filter({ hasNotText: '(this one)' });
    await follow(row.getByRole('button', { name: /^Sign out there/ }));
    assert.equal((await table(page, /^Where you are/)).length, 1);
    await elsewhere.reload();
    assert.equal(await heading(elsewhere), 'Sign in');
    await page.reload();
    assert.equal(await heading(page), 'Your account');
});

journey('Whoever ends the session of this browser is asked to sign in', async (site) => {
    const page = await site.visit('ana');
    await page.goto('/account');
    await follow(page.getByRole('button', { name: /^Sign out there/ }));
    assert.equal(await heading(page), 'Sign in');
});
