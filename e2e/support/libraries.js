// The two libraries that are not ours. They are in a folder of the user's cache (scripts/with-browser).

import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.env.FIRSTBELL_E2E_LIBRARIES;
if (!folder) {
    throw new Error('start this by scripts/with-browser, which says where the libraries are');
}
const library = createRequire(join(folder, 'package.json'));

/** What drives the browser. */
export const { chromium } = library('playwright-core');

/** The source of axe, to be run in a page. */
export const axeSource = readFileSync(library.resolve('axe-core/axe.min.js'), 'utf8');
