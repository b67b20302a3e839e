// A school administrator who tries another school, by every way that leads to a person.

import assert from 'node:assert/strict';

import { follow, heading, table } from '../support/screen.js';
import { journey } from '../support/site.js';

const settled = { installation: 'settled' };
const OAK = '/districts/oak';

/** An id that nobody ever had. */
const NEVER = '10999997';

/** A pupil of another school than one: their name, id, page and record. */
async function pupilElsewhere(page, school) {
    await page.goto(`${OAK}/people`);
    const schools = await page.getByLabel('School').locator('option').allTextContents();
    const other = schools.find((name) => name !== school && name !== 'All schools');
    await page.getByLabel('School').selectOption({ label: other });
    await page.getByLabel('Role').selectOption({ label: 'Students' });
    await follow(page.getByRole('button', { name: 'Search' }));
    const link = page.getByRole('table').getByRole('link').first();
    const pupil = { name: await link.textContent(), path: await link.getAttribute('href') };
    await follow(link);
    pupil.id = await page.locator('input[name=person]').inputValue();
    const values = await table(page, /^Every value/);
    const [, delivery, line] = values[0].From.match(/delivery (\d+), users\.csv line (\d+)/);
    return { ...pupil, record: `${OAK}/deliveries/${delivery}/records/users/${line}` };
}

/** What a page says, without the words that were asked for. */
async function said(page, path, asked) {
    await page.goto(`${OAK}${path}${asked}`);
    return (await page.locator('main').innerText()).replaceAll(asked, '');
}

journey('A pupil of another school is not found, by name, id or address', async (site) => {
    const [ana, sam] = [await site.visit('ana'), await site.visit('sam')];
    const pupil = await pupilElsewhere(ana, await site.school());
    for (const asked of [pupil.name, pupil.id]) {
        await sam.goto(`${OAK}/people?q=${encodeURIComponent(asked)}`);
        assert.equal(await sam.locator(`a[href="${pupil.path}"]`).count(), 0, asked);
    }
    for (const path of ['/people?q=', '/why?person=', '/why?reader=teacher&person=']) {
        assert.equal(await said(sam, path, pupil.id), await said(sam, path, NEVER), path);
    }
    for (const path of [pupil.path, pupil.record]) {
        assert.equal((await ana.goto(path)).status(), 200, path);
        assert.equal((await sam.goto(path)).status(), 404, path);
        assert.equal(await heading(sam), 'Not found');
    }
}, settled);

journey('What was found at other schools is not shown', async (site) => {
    const [ana, sam, school] = [await site.visit('ana'), await site.visit('sam'), await site.school()];
    await ana.goto(`${OAK}/deliveries/2/findings`);
    const links = ana.locator('main').getByRole('link', { name: / places in / });
    const paths = await links.evaluateAll((all) => all.map((link) => link.getAttribute('href')));
    assert.ok(paths.length > 5, paths.join(' '));
    let hidden = 0;
    for (const path of paths) {
        const answer = await sam.goto(path);
        if (answer.status() === 404) {
            hidden += 1;
            continue;
        }
        const schools = (await table(sam, /^The places/)).map((row) => row.School);
        assert.deepEqual([...new Set(schools)].filter((name) => name !== school), [], path);
    }
    assert.ok(hidden > 0, 'some of it is at other schools alone');
}, settled);

journey('Records of other schools are not listed', async (site) => {
    const [sam, school] = [await site.visit('sam'), await site.school()];
    await sam.goto(`${OAK}/deliveries/2`);
    const kinds = await table(sam, 'By kind');
    assert.ok(kinds.some((row) => row.Kind === 'users' && row.Received !== '0'));
    await sam.goto(`${OAK}/deliveries/2/records?kind=users`);
    const listed = (await table(sam, /^Records/)).map((row) => row.School);
    assert.deepEqual([...new Set(listed)], [school]);
}, settled);
