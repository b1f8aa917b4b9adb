import { decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createKeyring, masterKey } from '../../../src/platform/keyring.ts';
import { createPasswords } from '../../../src/platform/passwords.ts';
import { nodeRandom } from '../../../src/platform/random.ts';
import { createSigner } from '../../../src/platform/signer.ts';
import { enroll, identity, logIn, mailedCode, mfaTokenFor, setStrategy, totp } from '../../support/builders.ts';
import { HandClock } from '../../support/clock.ts';
import { query } from '../../support/database.ts';
import { documents, run } from '../../support/graphql-documents.ts';
import type { Harness } from '../../support/harness.ts';
import { clientId, dialect, openDatabase, openHarness, secret, start } from '../../support/harness.ts';
import { createForcedUser, me, otcTokenFor, verifyApp, verifyMail } from '../../support/requests.ts';

let database: Awaited<ReturnType<typeof openDatabase>>;
beforeAll(async () => {
  database = await openDatabase();
});
afterAll(() => database.drop());

const secretsUrl = `${identity}/configurations/v1/secrets`;
const authenticate = (of: Harness, given: string) => of.send({ method: 'POST', url: '/auth/vendor', body: { clientId, secret: given } });
const withToken = async (of: Harness, given: string) => ({ authorization: `Bearer ${(await authenticate(of, given)).json().token}` });

describe('the secret of the environment changes without a moment in which no secret works', () => {
  const clock = new HandClock(start);
  const restart = async (SALLYPORT_SECRET: string, work: (of: Harness) => Promise<void>): Promise<object[]> => {
    clock.advance({ seconds: 1 });
    const opened = await openHarness({ databaseUrl: database.url, clock, settings: { SALLYPORT_SECRET } });
    await work(opened);
    await opened.close();
    return opened.logged;
  };
  const statusOf = async (of: Harness, given: string) => (await authenticate(of, given)).statusCode;

  test('a changed SALLYPORT_SECRET is valid beside the old one, which is listed by id and date and can be retired for good', async () => {
    await restart(secret, async (of) => expect(await statusOf(of, secret)).toBe(200));
    const second = 'another-secret-for-tests';
    let logged = await restart(second, async (of) => {
      expect([await statusOf(of, secret), await statusOf(of, second)]).toEqual([200, 200]);
      const headers = await withToken(of, second);
      const listed = (await of.send({ url: secretsUrl, headers })).json<{ id: string; createdAt: string }[]>();
      expect(listed).toHaveLength(2);
      expect(listed.every(({ id, createdAt }) => id.length > 0 && createdAt.startsWith('2026'))).toBe(true);
      expect(JSON.stringify(listed)).not.toContain('secret-for-tests');
      const oldest = listed.at(-1)?.id ?? '';
      expect((await of.send({ method: 'DELETE', url: `${secretsUrl}/${oldest}`, headers })).json()).toEqual(listed.slice(0, 1));
      expect([await statusOf(of, secret), await statusOf(of, second)]).toEqual([401, 200]);
      const last = await of.send({ method: 'DELETE', url: `${secretsUrl}/${listed[0]?.id}`, headers });
      expect([last.statusCode, await statusOf(of, second)]).toEqual([400, 200]);
    });
    expect(JSON.stringify(logged)).toContain('SALLYPORT_SECRET is a new secret');
    logged = await restart(secret, async (of) => expect([await statusOf(of, secret), await statusOf(of, second)]).toEqual([401, 200]));
    expect(JSON.stringify(logged)).toContain('SALLYPORT_SECRET is a secret that was retired');
  });

  test('a third secret is refused, by operation and at the start, in words that name the way out', async () => {
    await restart('another-secret-for-tests', async (of) => {
      const headers = await withToken(of, 'another-secret-for-tests');
      const added = await run(of, documents.addEnvironmentSecret, {}, headers);
      expect(added.generatedSecret).toMatch(/^[\w-]{43}$/);
      expect(await statusOf(of, added.generatedSecret)).toBe(200);
      expect(await run(of, documents.addEnvironmentSecret, {}, headers)).toMatchObject({ __typename: 'InvalidInputError' });
      expect((await of.send({ method: 'POST', url: secretsUrl, headers, body: { newSecret: 'a third secret of tests' } })).statusCode).toBe(400);
    });
    await expect(restart('a third secret of tests', async () => undefined)).rejects.toThrow('retire-secret');
  });

  test('of two calls that retire each other the last secret stays valid', async () => {
    await restart('another-secret-for-tests', async (of) => {
      const headers = await withToken(of, 'another-secret-for-tests');
      const listed = (await of.send({ url: secretsUrl, headers })).json<{ id: string }[]>();
      expect(listed).toHaveLength(2);
      const answers = await Promise.all(listed.map(({ id }) => of.send({ method: 'DELETE', url: `${secretsUrl}/${id}`, headers })));
      expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 400]);
      expect((await of.send({ url: secretsUrl, headers })).json()).toHaveLength(1);
    });
  });
});

describe('T37 R10 the signing key changes without a token that is refused', () => {
  let first: Harness;
  let second: Harness;
  let own: Awaited<ReturnType<typeof openDatabase>>;
  beforeAll(async () => {
    own = await openDatabase();
    first = await openHarness({ databaseUrl: own.url, ports: { signer: createSigner() } });
    second = dialect === 'postgres' ? await openHarness({ databaseUrl: own.url, clock: first.clock, ports: { signer: createSigner() } }) : first;
  });
  afterAll(async () => {
    await first.close();
    if (second !== first) await second.close();
    await own.drop();
  });

  const kids = async (of: Harness) =>
    (await of.send({ url: '/.well-known/jwks.json' })).json<{ keys: { kid: string }[] }>().keys.map(({ kid }) => kid);
  const signedBy = (token: string) => decodeProtectedHeader(token).kid;
  const works = async (of: Harness, token: string) =>
    (await of.send({ url: `${identity}/configurations/v1`, headers: { authorization: `Bearer ${token}` } })).statusCode;

  test('the next key is published before it signs, and the old one for the longest life of a token', async () => {
    const headers = await withToken(first, secret);
    const [old] = await kids(first);
    await first.app.services.environment.updateSettings(
      { actor: { kind: 'ENVIRONMENT', tenantId: null }, origin: { address: { text: '', network: '' }, userAgent: '', requestId: '' } },
      { change: { accessTokenLifetimeSeconds: 86_400 } },
    );
    const user = await enroll(first, (await createForcedUser(first, 'rotation')).email);

    const rotated = await run(first, documents.rotateSigningKey, {}, headers);
    expect(rotated.signingKeys.map(({ status }: { status: string }) => status)).toEqual(['NEXT', 'CURRENT']);
    const next = rotated.signingKeys[0].keyId;
    // While it waits there is no further one.
    const again = await first.send({ method: 'POST', url: `${identity}/configurations/v1/signing-keys`, headers, body: {} });
    expect(again.json().map(({ id }: { id: string }) => id)).toEqual([next, old]);

    // Every instance reads the keys at least every 30 seconds, which is before the key signs.
    await second.app.signingKeys.reread();
    for (const instance of [first, second]) {
      expect(await kids(instance)).toEqual([next, old]);
      expect(signedBy(await instance.environmentToken())).toBe(old);
    }
    first.clock.advance({ seconds: 601 });
    for (const instance of [first, second]) {
      const token = await instance.environmentToken();
      expect(signedBy(token)).toBe(next);
      for (const other of [first, second]) expect(await works(other, token)).toBe(200);
      expect((await me(instance, user.accessToken)).statusCode).toBe(200);
      expect(await kids(instance)).toEqual([next, old]);
    }
    first.clock.advance({ seconds: 86_400 - 720 });
    expect((await me(second, user.accessToken)).statusCode).toBe(200);
    first.clock.advance({ seconds: 150 });
    expect((await me(second, user.accessToken)).statusCode).toBe(401);
    first.clock.advance({ seconds: 1_000 });
    for (const instance of [first, second]) expect(await kids(instance)).toEqual([next]);
    await first.app.cleanup.run();
    expect((await query(first, 'select id from signing_keys')).map(({ id }) => id)).toEqual([next]);
    expect(signedBy(await second.environmentToken())).toBe(next);
  });
});

describe('a master key can go after everything was sealed with the next one', () => {
  const keys = [masterKey(Buffer.alloc(32, 1)), masterKey(Buffer.alloc(32, 2))] as const;
  let own: Awaited<ReturnType<typeof openDatabase>>;
  beforeAll(async () => {
    own = await openDatabase();
  });
  afterAll(() => own.drop());

  const openWith = async (...held: (typeof keys)[number][]): Promise<Harness> => {
    const keyring = createKeyring(held, nodeRandom);
    const passwords = createPasswords({ peppers: keyring, memoryKib: 64, iterations: 1 });
    return openHarness({ databaseUrl: own.url, ports: { keyring, passwords } });
  };
  const states = async (of: Harness) =>
    (await of.send({ url: `${identity}/configurations/v1/master-keys`, headers: await withToken(of, secret) }))
      .json<{ id: string; state: string; sealedValues: number; digests: number; removable: boolean }[]>()
      .sort((a) => (a.id === keys[0].id ? -1 : 1));

  test('passwords, recovery codes, factors, sessions, sent codes and secrets of its time work on', async () => {
    const before = await openWith(keys[0]);
    await setStrategy(before, 'EmailCode', true);
    const user = await createForcedUser(before, 'resealed');
    const other = await createForcedUser(before, 'resealed-other');
    const app = await enroll(before, user.email);
    await enroll(before, other.email);
    const waiting = { mfaToken: await mfaTokenFor(before, user.email), otcToken: '', code: '' };
    waiting.otcToken = await otcTokenFor(before, waiting.mfaToken);
    waiting.code = await mailedCode(before, user.email);
    expect(await states(before)).toMatchObject([{ id: keys[0].id, state: 'CURRENT', removable: false }]);
    await before.close();

    const both = await openWith(keys[1], keys[0]);
    both.clock.advance({ seconds: 30 });
    await vi.waitFor(() => expect(JSON.stringify(both.logged)).toContain('the older ones can be removed'), 10_000);
    const [older, newer] = await states(both);
    expect(older).toEqual({ id: keys[0].id, state: 'OLD', sealedValues: 0, digests: expect.any(Number), removable: true });
    expect(newer).toMatchObject({ id: keys[1].id, state: 'CURRENT', removable: false });
    expect(older?.digests).toBeGreaterThan(3);
    expect(newer?.sealedValues).toBeGreaterThan(3);
    await both.close();

    const after = await openWith(keys[1]);
    after.clock.advance({ seconds: 60 });
    expect(await states(after)).toMatchObject([{ state: 'RETAINED', sealedValues: 0, removable: false }, { state: 'CURRENT' }]);
    expect((await verifyMail(after, waiting)).statusCode).toBe(201);
    expect((await verifyApp(after, await mfaTokenFor(after, user.email), totp(after, app.secret))).statusCode).toBe(201);
    const recovered = await after.send({
      method: 'POST',
      url: `${identity}/auth/v1/user/mfa/recover`,
      body: { email: user.email, recoveryCode: app.recoveryCode },
    });
    expect(recovered.statusCode).toBeLessThan(300);
    expect((await logIn(after, user.email)).json().mfaEnrolled).toBe(false);
    await after.close();
  });

  test('a run that was broken off goes on, and a value that was changed in the meantime is not overwritten', async () => {
    const both = await openWith(keys[0], keys[1]);
    const places: string[] = [];
    await both.app.reseal.stop();
    await both.close();
    const fresh = await openWith(keys[0], keys[1]);
    const { sealedValues } = fresh.app.store;
    await vi.waitFor(() => expect(JSON.stringify(fresh.logged)).toContain('the older ones can be removed'), 10_000);
    for (const table of sealedValues.tables) {
      const [value] = await sealedValues.notSealedWith(keys[1].id, table, '', 1);
      if (value === undefined) continue;
      places.push(table);
      const changed = Uint8Array.from([...value.sealed.slice(0, -1), (value.sealed.at(-1) ?? 0) ^ 1]);
      expect(await sealedValues.replace({ ...value, sealed: changed }, changed)).toBe(false);
      expect(await sealedValues.replace(value, value.sealed)).toBe(true);
    }
    expect(places).toEqual(expect.arrayContaining(['signing_keys', 'authenticators', 'retained_keys']));
    await fresh.close();
  });

  test('without a key that is in use the server does not start, and names the key and the setting', async () => {
    await expect(openWith(masterKey(Buffer.alloc(32, 3)))).rejects.toThrow(/master key [0-9a-f]{8} is missing/);
  });
});
