// What must hold of every page, in every view of it.

import assert from 'node:assert/strict';

import { axeSource } from '../support/libraries.js';
import { at } from '../support/browser.js';
import { show, views } from './views.js';

/** Rules of axe that are off by themselves, apart from those that it has given up. */
const FURTHER_RULES = ['target-size', 'identical-links-same-purpose', 'meta-refresh-no-exceptions'];

/** What depends on colours alone. */
const OF_COLOURS = ['color-contrast', 'link-in-text-block'];

/** Looks at an open page in views and resolves to what is wrong with it. */
export async function inspect(page, name = at(page.url()), inViews = views) {
    const found = [];
    const note = (view, rule, where) => found.push({ page: name, view: view.name, rule, where });
    await page.evaluate(axeSource);
    await page.evaluate(unfold);
    for (const view of inViews) {
        await show(page, view);
        const byAxe = await page.evaluate(axe, [view.rules, FURTHER_RULES, OF_COLOURS]);
        for (const [rule, where] of [...(await page.evaluate(shape)), ...byAxe]) {
            note(view, rule, where);
        }
    }
    await show(page, views[0]);
    return found;
}

/** In the page: opens what is folded, so that it is looked at too. */
function unfold() {
    for (const details of document.querySelectorAll('details')) details.open = true;
}

/** In the page: what axe finds, as pairs of rule and place. */
async function axe([rules, further, ofColours]) {
    const on = Object.fromEntries(further.map((rule) => [rule, { enabled: true }]));
    const options = rules === 'all' ? { rules: on } : { runOnly: ofColours };
    const report = await window.axe.run(document, { ...options, resultTypes: ['violations'] });
    return report.violations.flatMap(({ id, nodes }) =>
        nodes.map((node) => [id, `${node.target.join(' ')} ${node.any[0]?.message ?? ''}`.trim()]),
    );
}

/** In the page: what else is wrong with it, as pairs of rule and place. */
function shape() {
    const found = [];
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth > clientWidth) {
        const beyond = (element) => element.getBoundingClientRect().right > clientWidth;
        const all = [...document.querySelectorAll('body *:not(.scroll *)')];
        const wide = all.filter(beyond).at(-1);
        found.push(['no wider than the window', `${scrollWidth} > ${clientWidth}: ${place(wide)}`]);
    }
    const headings = document.querySelectorAll('h1').length;
    if (headings !== 1) found.push(['one h1', `${headings}`]);
    if (!/^\S.* · Firstbell$/.test(document.title)) found.push(['title', document.title]);
    for (const element of document.querySelectorAll('script:not([src]), style, [style]')) {
        found.push(['no script or style in the page', place(element)]);
    }
    for (const element of document.querySelectorAll('*')) {
        const own = [...element.attributes].filter(({ name }) => name.startsWith('on'));
        if (own.length > 0 || element.href?.startsWith?.('javascript:')) {
            found.push(['no script or style in the page', place(element)]);
        }
    }
    return found;

    function place(element) {
        return element ? element.outerHTML.slice(0, 100) : '';
    }
}

/** Asserts that nothing was found, nor done by the pages of a site; says all of it where something was. */
export function nothing(found, site) {
    const done = site.faults.splice(0).map(({ page, what }) => `${page}: ${what}`);
    const told = [tell(found), ...done].filter(Boolean).join('\n');
    assert.equal(told, '', `\n${told}\n`);
}

/** What is wrong, one line for each page, rule and place, with the views in which it is. */
function tell(found) {
    const lines = new Map();
    for (const { page, view, rule, where } of found) {
        const line = `${page}: ${rule}: ${where}`;
        lines.set(line, [...(lines.get(line) ?? []), view]);
    }
    return [...lines].map(([line, where]) => `${line} [${where.join(', ')}]`).join('\n');
}
