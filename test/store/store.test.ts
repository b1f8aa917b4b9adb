import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '../../src/store/index.ts';
import { freshDatabase, quiet } from '../support/postgres.ts';
import { storeContract } from './contract.ts';

const options = { log: quiet, jitter: () => Math.random() };

storeContract('SQLite in memory', () => openStore(':memory:', options));

storeContract('SQLite in a file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-store-'));
  const store = await openStore(`file:${join(folder, 'sallyport.db')}`, options);
  const close = async (): Promise<void> => {
    await store.close();
    await rm(folder, { recursive: true });
  };
  return { ...store, close };
});

storeContract('PostgreSQL', async () => {
  const { url, drop } = await freshDatabase();
  const store = await openStore(url, options);
  const close = async (): Promise<void> => {
    await store.close();
    await drop();
  };
  return { ...store, close };
});
