// Who signs in: an operator, and who answers for the district, for one of its schools, or only looks.

import { follow } from './screen.js';

/** The password of everybody. */
export const PASSWORD = 'first bell at eight';

/** The people by their logins. */
export const PEOPLE = {
    operator: { name: 'Operator', role: 'Operator' },
    ana: { name: 'Ana Reyes', role: 'District administrator' },
    sam: { name: 'Sam Okafor', role: 'School administrator' },
    vera: { name: 'Vera Lind', role: 'Viewer' },
};

/** Sets a password by a link, which signs in. */
export async function accept(page, link, password = PASSWORD) {
    await page.goto(link);
    await page.getByLabel('Password').fill(password);
    await page.getByLabel('The same again').fill(password);
    await follow(page.getByRole('button', { name: 'Keep it and sign in' }));
}

/** Signs somebody in by their password. */
export async function signIn(page, login, password = PASSWORD) {
    await page.goto('/sign-in');
    await page.getByLabel('Login').fill(login);
    await page.getByLabel('Password').fill(password);
    await follow(page.getByRole('button', { name: 'Sign in' }));
}

/** Gives somebody a role in a district and resolves to the link for them. */
export async function invite(page, district, { login, name, role, school }) {
    await page.goto(`/districts/${district}/access`);
    await page.getByLabel('Name', { exact: true }).fill(name);
    await page.getByLabel('Login').fill(login);
    const roles = page.getByLabel('Role', { exact: true });
    const option = roles.locator('option', { hasText: role });
    await roles.selectOption(await option.getAttribute('value'));
    if (school) await page.getByLabel('School', { exact: true }).selectOption({ label: school });
    await follow(page.getByRole('button', { name: 'Give the role' }));
    return (await page.getByRole('status').locator('code').textContent()).trim();
}
