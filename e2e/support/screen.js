// What stands on a page, as tests ask for it.

import { hasScript } from './browser.js';

/** Clicks what leads to a page, and waits until that is there. */
export async function follow(control) {
    const loaded = control.page().waitForEvent('load');
    await control.click();
    await loaded;
}

/** The heading of the page. */
export async function heading(page) {
    return (await page.getByRole('heading', { level: 1 }).textContent()).trim();
}

/** Waits until a job has ended: with script its page changes by itself, without it there is a link. */
export async function ended(page) {
    const again = page.getByRole('link', { name: 'Look again' });
    if (hasScript(page)) return again.waitFor({ state: 'detached' });
    while ((await again.count()) > 0) await follow(again);
}

/** What a job came to, once it has ended: `Done.` or `Not done.` */
export async function outcome(page) {
    await ended(page);
    return (await page.locator('.lead').textContent()).trim();
}

/** Brings a delivery by the form of the district `oak`, to be planned or applied. */
export async function bring(page, files, name, reason = '') {
    await page.goto('/districts/oak/deliveries');
    await page.getByText('Bring a delivery', { exact: true }).click();
    await page.getByLabel('A zip of CSV files').setInputFiles(files);
    await page.getByLabel('Why, in a few words').fill(reason);
    await follow(page.getByRole('button', { name }));
}

/** What the alert of the page says. */
export async function problem(page) {
    return (await page.getByRole('alert').textContent()).trim();
}

/** The rows of the first table that has a name, as one object for each, by the heads of its columns. */
export async function table(page, name) {
    const found = page.getByRole('table', { name }).first();
    const heads = await texts(found.locator('thead th'));
    const rows = [];
    for (const row of await found.locator('tbody tr').all()) {
        const cells = await texts(row.locator('th, td'));
        rows.push(Object.fromEntries(heads.map((head, at) => [head, cells[at]])));
    }
    return rows;
}

/** A named fact of the page. */
export async function fact(page, name) {
    const pair = page.locator('dl > div').filter({ has: page.getByText(name, { exact: true }) });
    return (await pair.locator('dd').textContent()).trim();
}

/** A number as pages write it. */
export function number(text) {
    return Number(text.replaceAll(/[^0-9]/g, ''));
}

async function texts(cells) {
    const all = await cells.allTextContents();
    return all.map((text) => text.replaceAll(/\s+/g, ' ').trim());
}
