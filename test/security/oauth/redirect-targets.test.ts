import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Caller } from '../../../src/domain/access/actor.ts';
import { nobody } from '../../../src/domain/access/actor.ts';
import type { Store } from '../../../src/domain/store.ts';
import { nodeRandom } from '../../../src/platform/random.ts';
import { createAudit } from '../../../src/services/audit/recorder.ts';
import { createRedirectUris } from '../../../src/services/oauth/redirect-uris.ts';
import { openStore } from '../../../src/store/index.ts';
import { HandClock } from '../../support/clock.ts';
import { openDatabase, start } from '../../support/harness.ts';
import { quiet } from '../../support/postgres.ts';

/** Where browsers are sent, as the rest of the server asks for it. */
let store: Store;
let drop: () => Promise<void>;
beforeAll(async () => {
  const database = await openDatabase();
  drop = database.drop;
  store = await openStore(database.url, { log: quiet, jitter: () => 0 });
});
afterAll(async () => {
  await store.close();
  await drop();
});
beforeEach(async () => {
  for (const { id } of await store.redirectUris.all()) await store.redirectUris.remove(id);
});

const clock = new HandClock(start);
const stranger: Caller = {
  actor: nobody,
  origin: { address: { text: '192.0.2.1', network: '192.0.2.1' }, userAgent: 'a browser', requestId: 'test' },
};
const targets = (more: { development?: boolean; production?: boolean } = {}) =>
  createRedirectUris({
    ...{ store, clock, random: nodeRandom, development: false, production: false, ...more },
    audit: createAudit({ store, clock, random: nodeRandom, log: quiet }),
  });
const register = async (...uris: string[]): Promise<void> => {
  for (const uri of uris) await store.redirectUris.add({ id: randomUUID(), uri, createdAt: clock.now() });
};
const page = 'https://app.acme.example/oauth/callback';
const local = 'http://localhost:3000/oauth/callback';

test('a code goes to what is registered now and nowhere else', async () => {
  await register('http://127.0.0.1/cb', page);
  expect(await targets().matching(page)).toBe(page);
  expect(await targets().matching('http://127.0.0.1:51004/cb')).toBe('http://127.0.0.1/cb');
  expect(await targets().matching(`${page}/`)).toBeNull();
  for (const { id } of await store.redirectUris.all()) await store.redirectUris.remove(id);
  expect(await targets().matching(page)).toBeNull();
});

test('after a log-out a browser may go to pages of the same origins and nowhere else', async () => {
  await register(page);
  expect(await targets().useCases.mayReturnTo(stranger, { uri: 'https://app.acme.example/any?page=1' })).toBe(true);
  expect(await targets().useCases.mayReturnTo(stranger, { uri: 'https://app.acme.example.evil.example/' })).toBe(false);
});

describe('a developer who has registered nothing', () => {
  test('gets codes on localhost, until the first URI is registered', async () => {
    expect(await targets({ development: true }).matching(local)).toBe(local);
    expect(await targets({ development: true }).useCases.mayReturnTo(stranger, { uri: 'http://localhost:3000/' })).toBe(true);
    await register(page);
    expect(await targets({ development: true }).matching(local)).toBeNull();
    expect(await targets({ development: true }).useCases.mayReturnTo(stranger, { uri: 'http://localhost:3000/' })).toBe(false);
  });

  test('in production nobody does', async () => {
    expect(await targets({ production: true }).matching(local)).toBeNull();
    expect(await targets({ production: true }).useCases.mayReturnTo(stranger, { uri: 'http://localhost:3000/' })).toBe(false);
  });
});

test('the check of mobile SDKs fails in production for a URI that is not registered, and only there', async () => {
  await register(page);
  const [twice, foreign] = [encodeURIComponent(encodeURIComponent(page)), encodeURIComponent('https://evil.example/')];
  expect(await targets({ production: true }).useCases.passesPrelogin(stranger, { uri: twice })).toBe(true);
  expect(await targets({ production: true }).useCases.passesPrelogin(stranger, { uri: foreign })).toBe(false);
  expect(await targets({ production: true }).useCases.passesPrelogin(stranger, { uri: null })).toBe(false);
  expect(await targets().useCases.passesPrelogin(stranger, { uri: foreign })).toBe(true);
});
