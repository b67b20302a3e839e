// Every page that anybody comes to, looked at by axe and by checks of our own.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { PEOPLE, accept, invite } from '../support/people.js';
import { follow } from '../support/screen.js';
import { Site, onSite } from '../support/site.js';
import { crawl } from './crawl.js';
import { inspect, nothing } from './inspect.js';
import { loadWithoutScript } from './script.js';
import { everything, views } from './views.js';

let site;
before(async () => (site = await Site.start('held')));
after(async () => site?.end());

/** Whoever sees most pages visits two of each route; the others, for whom they are the same, one. */
const OF_EACH = everything ? { ana: 3, others: 3 } : { ana: 2, others: 1 };

/** The others look at them in the light alone, where all rules are looked at. */
const of = (login) => (login === 'ana' ? views : views.filter(({ rules }) => rules === 'all'));

/** The pages that somebody comes to, and what is wrong with them. */
async function everyPage(page, login) {
    const found = [];
    const ofEach = OF_EACH[login] ?? OF_EACH.others;
    const seen = await crawl(page, ofEach, async (path, answer) => {
        const status = answer.status();
        if (status !== 200) {
            found.push({ page: path, view: 'any', rule: 'links lead to pages', where: status });
        }
        found.push(...(await inspect(page, path, of(login))));
    });
    return { seen, found };
}

test('What is wrong with a page is found, in each view of it', async () => {
    const page = await site.visit();
    await page.goto('/sign-in');
    await page.evaluate(() => {
        document.querySelector('label[for=login]').remove();
        document.querySelector('main p').style.color = 'gray';
        document.querySelector('h1').insertAdjacentHTML('afterend', '<h1>x</h1>');
        document.querySelector('form').style.width = '500px';
        document.title = '';
    });
    const found = await inspect(page);
    const views = (rule) => found.filter((one) => one.rule === rule).map((one) => one.view);
    const all = ['1280 light', '1280 dark', '320 dark', '320 light'];
    const has = (rule, expected) => {
        assert.deepEqual(expected.filter((view) => !views(rule).includes(view)), [], rule);
    };
    has('label', ['1280 light', '320 light']);
    has('color-contrast', ['1280 light', '320 light']);
    has('document-title', ['1280 light', '320 light']);
    has('no wider than the window', ['320 dark', '320 light']);
    for (const rule of ['one h1', 'title', 'no script or style in the page']) has(rule, all);
});

for (const [login, { role }] of Object.entries(PEOPLE)) {
    test(`Pages that ${role.toLowerCase()}s come to`, async () => {
        const page = await site.visit(login);
        const { seen, found } = await everyPage(page, login);
        nothing(found, site);
        assert.ok(seen.length >= 8, `only these pages were found: ${seen.join(' ')}`);
        if (everything) {
            for (const path of seen) {
                await loadWithoutScript(page, path);
                found.push(...(await inspect(page, `${path} without script`)));
            }
            nothing(found, site);
        }
    });
}

test('Pages of an installation that a vendor runs', () =>
    onSite('vendor', true, async (vendor) => {
        const page = await vendor.visit();
        await accept(page, vendor.link);
        nothing((await everyPage(page)).found, vendor);
        const iris = { login: 'iris', name: 'Iris Vance', role: 'District administrator' };
        const led = await vendor.visit();
        await accept(led, await invite(page, 'oak', iris));
        await led.goto('/districts/oak/access');
        nothing(await inspect(led, 'support is shut out'), vendor);
        await led.getByLabel('What for').fill('a delivery that is not read');
        await follow(led.getByRole('button', { name: 'Let support in' }));
        nothing(await inspect(led, 'support is let in'), vendor);
    }));
