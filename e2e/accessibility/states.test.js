// Pages to which no link leads, looked at in the same way.

import { after, before, test } from 'node:test';

import { Site } from '../support/site.js';
import { inspect, nothing } from './inspect.js';
import { OUTSIDE, SIGNED_IN } from './states.js';

let site;
before(async () => (site = await Site.start('held')));
after(async () => site?.end());

for (const [what, lead] of Object.entries({ ...OUTSIDE, ...SIGNED_IN })) {
    test(`The page ${what}`, async () => {
        const page = await lead(site);
        nothing(await inspect(page, what), site);
        await page.close();
    });
}
