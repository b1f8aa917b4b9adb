import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { nodeRandom } from './random.ts';

/**
 * Returns the key by which programs of the developer read the kept e-mail. It is in the file at `path`, which only the user who runs the
 * server can read, and is made if it is missing.
 */
export async function readOrCreateDeveloperKey(path: string): Promise<string> {
  const known = (await readFile(path, 'utf8').catch(() => '')).trim();
  if (/^[\w-]{43}$/.test(known)) return known;
  const key = nodeRandom.token();
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  // Under its name the file is always whole, also for a server that starts at the same time.
  const draft = `${path}.${nodeRandom.uuid()}`;
  await writeFile(draft, `${key}\n`, { mode: 0o600, flag: 'wx' });
  await rename(draft, path);
  return key;
}
