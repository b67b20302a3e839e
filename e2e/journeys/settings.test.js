// Settings: tried first, with what they would do to the last delivery, and saved as they were shown.

import assert from 'node:assert/strict';

import { follow, heading, problem, table } from '../support/screen.js';
import { journey } from '../support/site.js';

const settled = { installation: 'settled' };
const PATH = '/districts/oak/settings';

/** Changes a value, and waits for what it would come to. */
async function attempt(page, label, text) {
    await page.goto(PATH);
    await page.getByLabel(label).fill(text);
    await follow(page.getByRole('button', { name: 'Show what this changes' }));
    const again = page.getByRole('button', { name: 'Look again' });
    while ((await again.count()) > 0) await follow(again);
}

journey('A change is tried, its effect is shown, and it is saved as a version', async (site) => {
    const [page, school] = [await site.visit('ana'), await site.school()];
    await page.goto(PATH);
    await page.getByText('Nobody has saved settings yet').waitFor();
    await page.getByRole('checkbox', { name: `${school} left out` }).check();
    await follow(page.getByRole('button', { name: 'Show what this changes' }));
    const again = page.getByRole('button', { name: 'Look again' });
    while ((await again.count()) > 0) await follow(again);
    const keys = await table(page, 'Settings that change');
    assert.deepEqual(keys.map((row) => row.Key), ['scope.schools']);
    const effect = await page.getByRole('status').textContent();
    assert.match(effect, /[\d,]+ records of users would be left out that are taken now \(schools\)/);
    await follow(page.getByRole('button', { name: 'Save' }));
    assert.equal(await heading(page), 'Versions of the settings');
    await page.getByRole('heading', { name: 'What version 1 changed' }).waitFor();
    assert.deepEqual((await table(page, /^Versions/)).map((row) => row.Who), ['ana']);
    await page.goto(PATH);
    assert.ok(await page.getByRole('checkbox', { name: `${school} left out` }).isChecked());
}, settled);

journey('What somebody else saved in between is not written over', async (site) => {
    const [page, other] = [await site.visit('ana'), await site.visit('operator')];
    await attempt(page, /time_zone/, 'America/Chicago');
    await attempt(other, /time_zone/, 'America/Denver');
    await follow(other.getByRole('button', { name: 'Save' }));
    await follow(page.getByRole('button', { name: 'Save' }));
    assert.match(await problem(page), /^Somebody else saved settings in between/);
    assert.equal((await page.goto(`${PATH}/versions`)).status(), 200);
    assert.deepEqual((await table(page, /^Versions/)).map((row) => row.Who), ['operator']);
    await page.goto(PATH);
    assert.equal(await page.getByLabel(/time_zone/).inputValue(), 'America/Denver');
}, settled);

journey('A value that cannot be used is told beside its field, and nothing is saved', async (site) => {
    const page = await site.visit('ana');
    await attempt(page, /time_zone/, 'Chicago');
    await page.getByText('no IANA time zone: `Chicago`').first().waitFor();
    assert.equal(await page.getByLabel(/time_zone/).inputValue(), 'Chicago');
    await page.goto(`${PATH}/versions`);
    await page.getByText('Nobody has saved settings yet.').waitFor();
}, settled);
