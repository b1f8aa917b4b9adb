import axe from 'axe-core';
import type { Page } from 'playwright-core';

/**
 * Returns what axe finds on a page that keeps people from using it, each with the elements. The content security policy of the page allows no
 * script from elsewhere, so axe is evaluated by the debugger of the browser.
 */
export async function barriersOf(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => (window as unknown as { axe: typeof axe }).axe.run(document, { resultTypes: ['violations'] }));
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`);
}
