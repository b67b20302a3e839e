// Pages that were loaded without script, in which axe can run afterwards.

/** Opens a page whose own scripts do not run. */
export async function loadWithoutScript(page, path) {
    const session = await page.context().newCDPSession(page);
    await session.send('Emulation.setScriptExecutionDisabled', { value: true });
    await page.goto(path);
    await session.send('Emulation.setScriptExecutionDisabled', { value: false });
    await session.detach();
}
