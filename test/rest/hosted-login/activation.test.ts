import { describe, expect, test } from 'vitest';
import { asEnvironment } from '../../support/builders.ts';
import type { Harness } from '../../support/harness.ts';
import { openDatabase, openHarness } from '../../support/harness.ts';
import { expectEmpty } from '../../support/rest.ts';
import { useHarness } from '../../support/use-harness.ts';

const path = '/oauth/resources/configurations/v1';
const harness = useHarness();

const isActive = async (app: Harness = harness): Promise<unknown> => {
  const answer = await app.send({ url: path, headers: await asEnvironment(app) });
  expect(answer.statusCode).toBe(200);
  return answer.json();
};
const post = async (step: string, body?: unknown) => {
  harness.clock.advance({ seconds: 1 });
  return harness.send({ method: 'POST', url: `${path}/${step}`, headers: await asEnvironment(harness), body });
};
const events = async () => {
  const { items } = await harness.app.store.events.list({ kinds: ['HOSTED_LOGIN_UPDATED'] }, { limit: 10, direction: 'forward', cursor: null });
  return items.map(({ reason, actorKind }) => [actorKind, reason]);
};

test('hosted login is switched off and on, each as often as wanted, with an empty body or null, and each change leaves one event', async () => {
  expect(await isActive()).toEqual({ isActive: true });
  expectEmpty(await post('deactivate'), 200);
  expectEmpty(await post('deactivate', 'null'), 200);
  expect(await isActive()).toEqual({ isActive: false });
  expectEmpty(await post('activate', 'null'), 200);
  expectEmpty(await post('activate', ''), 200);
  expectEmpty(await post('activate'), 200);
  expect(await isActive()).toEqual({ isActive: true });
  expect(await events()).toEqual([
    ['ENVIRONMENT', 'on'],
    ['ENVIRONMENT', 'off'],
  ]);
});

test('the address works with a slash at its end, as clients write it', async () => {
  const answer = await harness.send({ url: `/frontegg${path}/`, headers: await asEnvironment(harness) });
  expect([answer.statusCode, answer.json()]).toEqual([200, { isActive: true }]);
});

describe('a new environment', () => {
  test.each([
    ['production', false],
    ['development', true],
    ['test', true],
  ])('in %s: active %s, and the next start leaves it as it was set', async (NODE_ENV, active) => {
    const app = await openHarness({ settings: { NODE_ENV } });
    try {
      expect(await isActive(app)).toEqual({ isActive: active });
    } finally {
      await app.close();
    }
  });

  test('a later start changes nothing, whatever it is for', async () => {
    const database = await openDatabase();
    try {
      for (const NODE_ENV of ['development', 'production']) {
        const app = await openHarness({ settings: { NODE_ENV }, databaseUrl: database.url });
        expect(await isActive(app), NODE_ENV).toEqual({ isActive: true });
        await app.close();
      }
    } finally {
      await database.drop();
    }
  });

  test('a developer who has registered nothing is told where codes may go; nobody else is', async () => {
    const warnings = async (settings: Record<string, string>) => {
      const app = await openHarness({ settings });
      await app.close();
      return app.logged.filter((line) => JSON.stringify(line).includes('redirect URI'));
    };
    expect(await warnings({ NODE_ENV: 'development', PUBLIC_URL: 'http://localhost:4000' })).toHaveLength(1);
    expect(await warnings({ NODE_ENV: 'development' })).toEqual([]);
    expect(await warnings({ NODE_ENV: 'production', PUBLIC_URL: 'http://localhost:4000' })).toEqual([]);
  });
});
