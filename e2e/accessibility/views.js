// The ways in which every page is looked at.

const WIDE = { width: 1280, height: 800 };
const NARROW = { width: 320, height: 640 };

/** Always; what a colour scheme changes is colours, so that in the dark those alone are looked at. */
const USUAL = [
    { name: '1280 light', size: WIDE, media: { colorScheme: 'light' }, rules: 'all' },
    { name: '1280 dark', size: WIDE, media: { colorScheme: 'dark' }, rules: 'colours' },
    { name: '320 dark', size: NARROW, media: { colorScheme: 'dark' }, rules: 'colours' },
    { name: '320 light', size: NARROW, media: { colorScheme: 'light' }, rules: 'all' },
];

/** Where there is more time (FIRSTBELL_E2E_ALL=1): everything in each. */
const FURTHER = [
    { name: '768 light', size: { width: 768, height: 1024 }, media: {} },
    { name: '1920 dark', size: { width: 1920, height: 1080 }, media: { colorScheme: 'dark' } },
    { name: '1280 forced colours', size: WIDE, media: { forcedColors: 'active' } },
    { name: '320 forced colours', size: NARROW, media: { forcedColors: 'active' } },
    { name: '1280 reduced motion', size: WIDE, media: { reducedMotion: 'reduce' } },
];

/** Whether there is: more pages of each route are visited then, and all without script too. */
export const everything = process.env.FIRSTBELL_E2E_ALL === '1';

/** The views of this run. */
export const views = everything
    ? [...USUAL, ...FURTHER].map((view) => ({ ...view, rules: 'all' }))
    : USUAL;

/** Shows a page that is open in a view. */
export async function show(page, { size, media }) {
    await page.setViewportSize(size);
    const usual = { colorScheme: 'light', forcedColors: 'none', reducedMotion: 'no-preference' };
    await page.emulateMedia({ ...usual, ...media });
}
