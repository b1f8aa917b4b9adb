import { statfsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const inMemory = '/dev/shm';
const enoughBytes = 2 ** 30;

/**
 * Where tests keep files that nobody needs afterwards. A commit waits until its file has reached the disk, and the tests
 * make tens of thousands of them: in memory, where the machine offers enough of it, they wait for nothing.
 */
export const scratch = hasRoom(inMemory) ? inMemory : tmpdir();

function hasRoom(folder: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize >= enoughBytes;
  } catch {
    return false;
  }
}

export interface Folder {
  path: string;
  remove: () => Promise<void>;
}

/** An empty folder of the caller's own. */
export async function emptyFolder(): Promise<Folder> {
  const path = await mkdtemp(join(scratch, 'sallyport-test-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}
