// The main ways through the console without a mouse.

import assert from 'node:assert/strict';

import { PASSWORD } from '../support/people.js';
import { heading, outcome, table } from '../support/screen.js';
import { journey } from '../support/site.js';
import { enter, space, tabTo, type } from './keys.js';

const link = (page, name) => page.getByRole('link', { name });
const button = (page, name) => page.getByRole('button', { name });

journey('Signing in with keys alone', async (site) => {
    const page = await site.visit();
    await page.goto('/');
    await type(page, page.getByLabel('Login'), 'ana');
    await type(page, page.getByLabel('Password'), PASSWORD);
    await enter(page, button(page, 'Sign in'));
    await page.waitForURL('**/districts/oak');
    assert.equal(await heading(page), 'Oak USD');
});

journey('The first press of Tab offers to skip to the content', async (site) => {
    const page = await site.visit('ana');
    await page.goto('/districts/oak');
    await page.keyboard.press('Tab');
    const skip = link(page, 'Skip to the content');
    assert.ok(await skip.evaluate((element) => element === document.activeElement));
    assert.ok((await skip.boundingBox()).x >= 0, 'it is on the screen');
    await page.keyboard.press('Enter');
    await tabTo(page, page.locator('main').getByRole('link').first());
});

journey('Approving what waits with keys alone', async (site) => {
    const page = await site.visit('ana');
    await page.goto('/districts/oak');
    await enter(page, link(page, 'Look at it and decide'));
    await page.waitForURL('**/plans/*');
    await type(page, page.getByLabel('Why, in a few words'), 'The school closes this summer');
    await space(page, button(page, 'Approve and apply'));
    await page.waitForURL('**/jobs/*');
    assert.equal(await outcome(page), 'Done.');
    await enter(page, link(page, 'Operation 3'));
    await page.getByText('Reason given: The school closes this summer').waitFor();
});

journey('Taking an operation back with keys alone', async (site) => {
    const page = await site.visit('ana');
    await page.goto('/districts/oak');
    await enter(page, link(page, 'Operations'));
    await page.waitForURL('**/operations');
    await enter(page, page.getByRole('link', { name: '2', exact: true }));
    await page.waitForURL('**/operations/2');
    await enter(page, link(page, 'See what taking it back would come to'));
    await page.waitForURL('**/undo');
    await type(page, page.getByLabel('Why, in a few words'), 'sent too early');
    await enter(page, button(page, 'Take it back'));
    await page.waitForURL('**/jobs/*');
    assert.equal(await outcome(page), 'Done.');
});

journey('Asking why with keys alone', async (site) => {
    const page = await site.visit('ana');
    await page.goto('/districts/oak');
    await enter(page, page.getByRole('link', { name: 'People', exact: true }));
    await page.waitForURL('**/people');
    await type(page, page.getByLabel('Name or id'), 'juniper');
    await enter(page, button(page, 'Search'));
    await page.waitForURL('**/people?q=juniper*');
    const found = await table(page, /^People who were found/);
    const { Name: name } = found.find((row) => row.Role === 'student');
    await enter(page, page.getByRole('link', { name, exact: true }));
    await page.waitForURL('**/people/*');
    const [{ Class: title }] = await table(page, /^Classes now/);
    await type(page, page.getByLabel('Class, by title, code or id'), title);
    await enter(page, button(page, 'Ask'));
    await page.waitForURL('**/why?*');
    await enter(page, page.locator('.card').getByRole('link').first());
    await page.getByRole('heading', { name: 'Step by step' }).waitFor();
    assert.match(await page.getByRole('status').textContent(), new RegExp(`^${name} `));
});
