import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { PNG } from 'pngjs';

const folder = fileURLToPath(new URL('../../docs/', import.meta.url));
const mostBytes = 150_000;

/** Writes a picture of a page for the documentation, if `UPDATE_PICTURES=1` asks for it. The name begins with the folder below `docs`. */
export async function picture(page: Page, name: `${string}/${string}`): Promise<void> {
  if (process.env.UPDATE_PICTURES !== '1') return;
  const taken = PNG.sync.read(await page.screenshot({ animations: 'disabled', caret: 'hide' }));
  // Without transparency and without filters, which suit photographs, a page takes a fifth less.
  const content = PNG.sync.write(taken, { colorType: 2, filterType: 0, deflateLevel: 9, deflateStrategy: 0 });
  if (content.length > mostBytes) throw new Error(`${name} has ${content.length} bytes`);
  const file = `${folder}${name}.png`;
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
}
