// Pictures of the main pages, from the invented district.
//
//   scripts/screenshots

import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { launch, open } from './support/browser.js';
import { Console } from './support/firstbell.js';
import { chromium } from './support/libraries.js';
import { prepare } from './support/prepare.js';
import { follow } from './support/screen.js';

/** The largest picture, in bytes. */
const LARGEST = 200_000;

/** The pictures: what each is called, where it is taken and what is done there; one is of the dark. */
const PICTURES = [
    { name: 'districts', path: '/', login: 'operator' },
    { name: 'district', path: '/districts/oak' },
    { name: 'district-dark', path: '/districts/oak', colorScheme: 'dark' },
    { name: 'flow', path: '/districts/oak/deliveries/2' },
    { name: 'findings', path: '/districts/oak/deliveries/2/findings' },
    { name: 'plan', path: '/districts/oak/plans/3' },
    { name: 'people', path: '/districts/oak/people?q=juniper' },
    { name: 'person', path: '/districts/oak/people?q=juniper&role=student', lead: openFirst },
    { name: 'why', path: '/districts/oak/why?person=Juniper+Marlowe' },
    { name: 'undo', path: '/districts/oak/operations/2/undo' },
];

/** Goes to the first of those who were found. */
function openFirst(page) {
    return follow(page.getByRole('table').getByRole('link').first());
}

const [into = 'docs/screenshots'] = process.argv.slice(2);
const folder = await mkdtemp(join(tmpdir(), 'firstbell-screenshots-'));
const server = await launch();
let served;
try {
    const browser = await chromium.connect(server.wsEndpoint());
    await prepare(folder, browser);
    served = await Console.start(join(folder, 'held'));
    await mkdir(into, { recursive: true });
    for (const picture of PICTURES) await take(browser, picture);
} finally {
    await served?.stop();
    await server.close();
    await rm(folder, { recursive: true, force: true });
}

async function take(browser, { name, path, lead, login = 'ana', colorScheme = 'light' }) {
    const faults = [];
    const state = join(folder, `${login}.json`);
    const window = await open(browser, served.url, faults, { state, colorScheme });
    const page = await window.newPage();
    const answer = await page.goto(path);
    if (answer.status() !== 200) throw new Error(`${path} answers ${answer.status()}`);
    await lead?.(page);
    const file = resolve(into, `${name}.png`);
    await page.screenshot({ path: file });
    await window.close();
    const { size } = await stat(file);
    if (size > LARGEST) throw new Error(`${file} has ${size} bytes, more than ${LARGEST}`);
    console.log(`${file}: ${Math.ceil(size / 1000)} kB`);
}
