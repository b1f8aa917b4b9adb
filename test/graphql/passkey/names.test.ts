import { beforeAll, describe, expect, test } from 'vitest';
import { asEnvironment, expectStatus } from '../../support/builders.ts';
import { eventsOf } from '../../support/database.ts';
import { documents, run } from '../../support/graphql-documents.ts';
import { beginRegistration, passkeyUser, rest, setPasskeys } from '../../support/passkeys.ts';
import { call } from '../../support/rest.ts';
import { addApp, ownUser } from '../../support/self-service.ts';
import { useHarness } from '../../support/use-harness.ts';
import { createSecurityKey } from '../../support/webauthn.ts';

const harness = useHarness();
beforeAll(() => setPasskeys(harness, true));

type Headers = Record<string, string>;
const chrome = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36';
const namesOf = async (headers: Headers): Promise<string[]> => {
  const { data } = await harness.graphql('{ viewer { passkeys { name } } }', {}, headers);
  return (data?.viewer as { passkeys: { name: string }[] } | undefined)?.passkeys.map(({ name }) => name) ?? [];
};
const rename = (headers: Headers, input: object) => run(harness, documents.renamePasskey, input, headers);
const refusedWith = async (headers: Headers, input: object) =>
  (await harness.graphql(documents.renamePasskey, { input }, headers)).errors?.[0]?.extensions.code;

describe('a new passkey', () => {
  const register = async (headers: Headers, transport: 'internal' | 'usb', about: object = {}): Promise<void> => {
    const credential = createSecurityKey({ transport }).create(await beginRegistration(harness, headers));
    const made = await run(harness, documents.registerPasskey, { credential, ...about }, { ...headers, 'user-agent': chrome });
    expect(made.__typename).toBe('RegisterPasskeySuccess');
    harness.clock.advance({ seconds: 1 });
  };

  test('has the name that it is given, else that of the browser if it is built in, and says of every other that it is carried', async () => {
    const { headers } = await ownUser(harness, 'default-names');
    await register(headers, 'internal', { name: 'My laptop' });
    await register(headers, 'internal');
    await register(headers, 'usb');
    await register(headers, 'internal', { deviceType: 'CROSS_PLATFORM' });
    expect(await namesOf(headers)).toEqual(['My laptop', 'Chrome on Windows', 'Security key or phone', 'Security key or phone']);
  });

  test('gets its name over REST as well, where none can be given and none is answered', async () => {
    const { headers } = await ownUser(harness, 'rest-name');
    const made = createSecurityKey({ transport: 'internal' }).create(await beginRegistration(harness, headers));
    expectStatus(await rest.register(harness, { ...headers, 'user-agent': chrome }, { ...made, name: 'Ignored' }), 201);
    expect(await namesOf(headers)).toEqual(['Chrome on Windows']);
    const [device] = (await rest.list(harness, headers)).json().devices;
    expect(Object.keys(device)).toEqual(['id', 'deviceType', 'createdAt']);
  });
});

describe('renaming a passkey', () => {
  test('changes its name alone, by its global id and by its restId, and is recorded', async () => {
    const user = await passkeyUser(harness, 'renames');
    const renamed = await rename(user.headers, { passkeyId: user.passkeyId, name: ' Täblet ✓' });
    expect(renamed).toEqual({
      __typename: 'RenamePasskeySuccess',
      passkey: { id: expect.any(String), restId: user.passkeyId, name: ' Täblet ✓', deviceType: 'CROSS_PLATFORM' },
    });
    expect(await rename(user.headers, { passkeyId: renamed.passkey.id, name: 'Key' })).toMatchObject({ passkey: { name: 'Key' } });
    expect(await namesOf(user.headers)).toEqual(['Key']);
    const events = await eventsOf(harness, user.id, 'PASSKEY_RENAMED');
    expect(events).toMatchObject([{ reason: user.passkeyId }, { reason: user.passkeyId }]);
  });

  test('asks for no fresh factor, because a name opens nothing', async () => {
    const user = await passkeyUser(harness, 'stale-rename');
    await addApp(harness, user.headers);
    harness.clock.advance({ seconds: 400 });
    expect(
      (await harness.graphql(documents.removePasskey, { input: { passkeyId: user.passkeyId } }, user.headers)).errors?.[0]?.extensions.code,
    ).toBe('STEP_UP_REQUIRED');
    expect(await rename(user.headers, { passkeyId: user.passkeyId, name: 'Key' })).toMatchObject({ passkey: { name: 'Key' } });
  });

  test('of somebody else, or of one that is gone, is refused as unknown', async () => {
    const [mine, theirs] = [await passkeyUser(harness, 'mine'), await passkeyUser(harness, 'theirs')];
    expectStatus(await rest.remove(harness, mine.headers, mine.passkeyId), 200);
    for (const passkeyId of [theirs.passkeyId, mine.passkeyId, 'unknown']) {
      expect(await rename(mine.headers, { passkeyId, name: 'x' })).toMatchObject({
        ...{ __typename: 'DeviceNotFoundError', code: 'DEVICE_NOT_FOUND', path: ['input', 'passkeyId'] },
      });
    }
    expect(await namesOf(theirs.headers)).toEqual(['Security key or phone']);
    expect(await eventsOf(harness, theirs.id, 'PASSKEY_RENAMED')).toEqual([]);
  });

  test('takes a name of 1 to 100 characters', async () => {
    const { headers, passkeyId } = await passkeyUser(harness, 'bounds');
    for (const name of ['', 'x'.repeat(101), 'a\u0007b']) {
      expect(await rename(headers, { passkeyId, name }), name).toMatchObject({ code: 'INVALID_INPUT', path: ['input', 'name'] });
    }
    expect(await rename(headers, { passkeyId, name: '✓'.repeat(100) })).toMatchObject({ __typename: 'RenamePasskeySuccess' });
  });

  test('is for the person alone, and for a session that lives', async () => {
    const { id, headers, passkeyId } = await passkeyUser(harness, 'whose');
    const input = { passkeyId, name: 'x' };
    expect(await refusedWith({}, input)).toBe('UNAUTHENTICATED');
    expect(await refusedWith(await asEnvironment(harness), input)).toBe('FORBIDDEN');
    expectStatus(await call(harness, 'POST', `/users/v1/${id}/lock`, { headers: await asEnvironment(harness) }), 200);
    expect(await refusedWith(headers, input)).toBe('UNAUTHENTICATED');
  });
});
