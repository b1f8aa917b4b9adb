import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** What axe finds that keeps somebody from reading or using a page, or the part of it that a selector names. */
export async function barriers(page: Page, part = 'html'): Promise<object[]> {
  // A page that runs no script of others still runs what the protocol of the browser puts in.
  await page.evaluate(await readFile(axe, 'utf8'));
  const { violations } = await page.evaluate(
    (selector) => (globalThis as unknown as { axe: { run(context: string): Promise<AxeResults> } }).axe.run(selector),
    part,
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => ({ id, nodes: nodes.slice(0, 3).map(({ html }) => html) }));
}
