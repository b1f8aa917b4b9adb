import { join } from 'node:path';
import { openStore } from '../../src/store/index.ts';
import { emptyFolder } from '../support/folder.ts';
import { dialect } from '../support/harness.ts';
import { freshDatabase, quiet } from '../support/postgres.ts';
import { storeContract } from './contract.ts';

const options = { log: quiet, jitter: () => Math.random() };

/** A store that takes its database with it when it is closed. */
async function openWith(url: string, remove: () => Promise<void>) {
  const store = await openStore(url, options);
  const close = async (): Promise<void> => {
    await store.close();
    await remove();
  };
  return { ...store, close };
}

if (dialect === 'postgres') {
  storeContract('PostgreSQL', async () => {
    const { url, drop } = await freshDatabase();
    return openWith(url, drop);
  });
} else {
  storeContract('SQLite in memory', () => openStore(':memory:', options));
  storeContract('SQLite in a file', async () => {
    const folder = await emptyFolder();
    return openWith(`file:${join(folder.path, 'sallyport.db')}`, folder.remove);
  });
}
