// Going through pages with nothing but keys, and seeing where one is.

import assert from 'node:assert/strict';

/** More presses of Tab than any way to a control may need. */
const MANY = 80;

/** Presses Tab until a control has the focus; wherever the focus comes, it must be seen. */
export async function tabTo(page, control) {
    for (let press = 0; press < MANY; press += 1) {
        await page.keyboard.press('Tab');
        await seen(page);
        if (await has(control)) return;
    }
    assert.fail(`Tab does not lead to ${control}`);
}

/** Goes to a link or button and presses Enter on it. */
export async function enter(page, control) {
    await tabTo(page, control);
    await page.keyboard.press('Enter');
}

/** Goes to a button and presses Space on it. */
export async function space(page, control) {
    await tabTo(page, control);
    await page.keyboard.press('Space');
}

/** Goes to a field and types into it. */
export async function type(page, field, text) {
    await tabTo(page, field);
    await page.keyboard.type(text);
}

/** The focus is drawn: an outline that is some pixels wide, in another colour than what is behind it. */
async function seen(page) {
    const focus = await page.evaluate(() => {
        const element = document.activeElement;
        if (!element || element === document.body) return undefined;
        const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(element);
        const ground = getComputedStyle(document.body).backgroundColor;
        return {
            what: element.outerHTML.slice(0, 120),
            drawn: outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2,
            told: outlineColor !== ground && outlineColor !== 'rgba(0, 0, 0, 0)',
        };
    });
    // After the last control the focus is on the browser's own for one press.
    if (focus) assert.ok(focus.drawn && focus.told, `the focus is not seen on ${focus.what}`);
}

async function has(control) {
    if ((await control.count()) !== 1) return false;
    return control.evaluate((element) => element === document.activeElement);
}
