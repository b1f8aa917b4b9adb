import { beforeAll, describe, expect, test } from 'vitest';
import { createUserInTenant, mfaTokenFor, setPolicy } from '../../support/builders.ts';
import { eventsOf } from '../../support/database.ts';
import { openHarness } from '../../support/harness.ts';
import { expectRefusal, faults, invalidCode } from '../../support/rest.ts';
import { useHarness } from '../../support/use-harness.ts';
import type { AssertionJson, RegistrationJson, Twist } from '../../support/webauthn.ts';
import { cborBytes, createSecurityKey, flags } from '../../support/webauthn.ts';
import type { KeyUser } from '../../support/webauthn-flows.ts';
import { beginProof, enrollAtLogin, keyUser, logInWithKey, offerWebAuthn, rest } from '../../support/webauthn-flows.ts';

const harness = useHarness();
beforeAll(() => offerWebAuthn(harness));

const turnOneBit = (base64url: string): string => {
  const bytes = Buffer.from(base64url, 'base64url');
  bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
  return bytes.toString('base64url');
};
const inResponse = <T extends AssertionJson | RegistrationJson>(made: T, change: Record<string, unknown>): T => ({
  ...made,
  response: { ...made.response, ...change },
});

interface Forgery {
  name: string;
  /** Signed all the same, as an authenticator that lies would. */
  twist?: Twist;
  change?: (answer: AssertionJson) => AssertionJson;
  /** The validation refuses some before anything is looked at. */
  refusal?: object;
}

const forgeries: Forgery[] = [
  { name: 'an id that is not the rawId', change: (made) => ({ ...made, rawId: Buffer.alloc(32, 1).toString('base64url') }) },
  { name: 'the id of no credential', change: (made) => ({ ...made, id: 'AAAA', rawId: 'AAAA' }) },
  { name: 'another type of credential', change: (made) => ({ ...made, type: 'password' }) },
  { name: 'one bit of the signature turned', change: (made) => inResponse(made, { signature: turnOneBit(made.response.signature) }) },
  { name: 'an empty signature', change: (made) => inResponse(made, { signature: '' }), refusal: faults('signature should not be empty') },
  { name: 'a signature of zeros', change: (made) => inResponse(made, { signature: Buffer.alloc(70).toString('base64url') }) },
  {
    name: 'authenticator data that was not signed',
    change: (made) => inResponse(made, { authenticatorData: turnOneBit(made.response.authenticatorData) }),
  },
  {
    name: 'client data that was not signed',
    change: (made) =>
      inResponse(made, { clientDataJSON: Buffer.from(`${Buffer.from(made.response.clientDataJSON, 'base64url')} `).toString('base64url') }),
  },
  { name: 'client data that is no JSON', change: (made) => inResponse(made, { clientDataJSON: Buffer.from('null').toString('base64url') }) },
  { name: 'the id of another relying party', twist: { rpId: 'evil.example' } },
  { name: 'the id above ours', twist: { rpId: 'acme.example' } },
  { name: 'the origin of another page', twist: { origin: 'https://evil.example' } },
  { name: 'an origin that begins like ours', twist: { origin: 'https://id.acme.example.evil.example' } },
  { name: 'our origin without TLS', twist: { origin: 'http://id.acme.example' } },
  { name: 'a page in a frame of another', twist: { clientData: { crossOrigin: true, topOrigin: 'https://evil.example' } } },
  { name: 'a page in a frame of who knows', twist: { clientData: { crossOrigin: true } } },
  { name: 'the answer of a registration', twist: { clientData: { type: 'webauthn.create' } } },
  { name: 'a challenge of its own', twist: { clientData: { challenge: Buffer.alloc(32, 7).toString('base64url') } } },
  { name: 'nobody present', twist: { clearFlags: flags.present } },
  { name: 'a key that can be synced all at once', twist: { setFlags: flags.backupEligible } },
  { name: 'a key that is synced and cannot be', twist: { setFlags: flags.backedUp } },
  { name: 'bytes after the authenticator data', twist: { authenticatorData: (bytes) => Buffer.concat([bytes, Buffer.from([0xa0])]) } },
  { name: 'authenticator data cut short', twist: { authenticatorData: (bytes) => bytes.subarray(0, 36) } },
  { name: 'the user handle of another', change: (made) => inResponse(made, { userHandle: Buffer.from('somebody else').toString('base64url') }) },
];

describe('a forged assertion logs nobody in (T25)', () => {
  test.each(forgeries)('$name', async ({ name, twist, change, refusal = invalidCode }) => {
    const user = await keyUser(harness, `forged-${forgeries.findIndex((forgery) => forgery.name === name)}`);
    const refused = await logInWithKey(harness, user, twist, change);
    expectRefusal(refused, 400, refusal);
    expect(refused.cookies).toEqual([]);
    expect((await logInWithKey(harness, user)).statusCode).toBe(201);
  });

  test('each refusal that was looked at is in the audit trail, and no more of it than that', async () => {
    const user = await keyUser(harness, 'trail');
    await logInWithKey(harness, user, { rpId: 'evil.example' });
    const [event] = await eventsOf(harness, user.id, 'MFA_FAILED');
    expect(event).toMatchObject({ strategy: 'WEBAUTHN_CROSS_PLATFORM', reason: 'INVALID_CODE' });
    expect(JSON.stringify(harness.logged)).not.toContain('evil.example');
  });
});

describe('an authenticator of somebody else (T28)', () => {
  let mine: KeyUser;
  let theirs: KeyUser;
  beforeAll(async () => {
    [mine, theirs] = [await keyUser(harness, 'mine'), await keyUser(harness, 'theirs')];
  });

  test('proves nothing under my login, whatever the options say', async () => {
    const { options: their } = await beginProof(harness, await mfaTokenFor(harness, theirs.email), theirs.deviceId);
    const allowed = (their as { allowCredentials?: object[] }).allowCredentials;
    const mfaToken = await mfaTokenFor(harness, mine.email);
    const { options, webauthnToken } = await beginProof(harness, mfaToken, mine.deviceId);
    const foreign = theirs.key.get({ ...options, allowCredentials: allowed });
    expectRefusal(await rest.verify(harness, mine.deviceId, { mfaToken, webauthnToken, options: foreign }), 400, invalidCode);
    const disguised = await beginProof(harness, mfaToken, mine.deviceId);
    const { id } = mine.key.get(disguised.options);
    const answer = { ...theirs.key.get({ ...disguised.options, allowCredentials: allowed }), id, rawId: id };
    const body = { mfaToken, webauthnToken: disguised.webauthnToken, options: answer };
    expectRefusal(await rest.verify(harness, mine.deviceId, body), 400, invalidCode);
    expectRefusal(await rest.verify(harness, theirs.deviceId, body), 404, { errors: ['Device not found'] });
  });

  test('a challenge of my login answers none of theirs, though the signature is right', async () => {
    const tokens = [await mfaTokenFor(harness, mine.email), await mfaTokenFor(harness, theirs.email)] as const;
    const { options, webauthnToken } = await beginProof(harness, tokens[0], mine.deviceId);
    const body = { mfaToken: tokens[1], webauthnToken, options: mine.key.get(options) };
    expectRefusal(await rest.verify(harness, theirs.deviceId, body), 400, invalidCode);
  });

  test('cannot be registered by a second user: by its id with a key of one’s own, nor as it is', async () => {
    const { options } = await beginProof(harness, await mfaTokenFor(harness, theirs.email), theirs.deviceId);
    const { id } = theirs.key.get(options);
    const thief = await createUserInTenant(harness, 'thief');
    await setPolicy(harness, { enforceMFAType: 'Force' }, thief.tenantId);
    const taken = { errors: ['Authenticator is already registered'] };
    const renamed = await enrollAtLogin(harness, thief.email, createSecurityKey(), withCredentialId(Buffer.from(id, 'base64url')), (made) => ({
      ...made,
      ...{ id, rawId: id },
    }));
    expectRefusal(renamed, 409, taken);
    expect(await eventsOf(harness, thief.id, 'MFA_FAILED')).toMatchObject([{ reason: 'CREDENTIAL_TAKEN' }]);
    expect((await logInWithKey(harness, theirs)).statusCode).toBe(201);
    expect((await enrollAtLogin(harness, thief.email, createSecurityKey())).statusCode).toBe(201);
  });
});

const withCredentialId = (id: Buffer): Twist => ({
  authenticatorData: (bytes) => {
    const length = Buffer.alloc(2);
    length.writeUInt16BE(id.length);
    const old = bytes.readUInt16BE(53);
    return Buffer.concat([bytes.subarray(0, 53), length, id, bytes.subarray(55 + old)]);
  },
});

/** The attestation object with another format or statement, or with something after it. */
const attested = (made: RegistrationJson, change: (object: Buffer) => Buffer): RegistrationJson =>
  inResponse(made, { attestationObject: change(Buffer.from(made.response.attestationObject, 'base64url')).toString('base64url') });
const text = (value: string): Buffer => Buffer.concat([Buffer.from([0x60 | value.length]), Buffer.from(value)]);
const replaced = (object: Buffer, from: Buffer, to: Buffer): Buffer => {
  const at = object.indexOf(from);
  if (at < 0) throw new Error('nothing to replace');
  return Buffer.concat([object.subarray(0, at), to, object.subarray(at + from.length)]);
};
const noStatement = Buffer.concat([text('attStmt'), Buffer.from([0xa0])]);

const badRegistrations: { name: string; twist?: Twist; change?: (made: RegistrationJson) => RegistrationJson }[] = [
  { name: 'an id that is not the rawId', change: (made) => ({ ...made, rawId: 'AAAA' }) },
  { name: 'an id that is not the authenticator’s', change: (made) => ({ ...made, id: 'AAAA', rawId: 'AAAA' }) },
  { name: 'another relying party', twist: { rpId: 'evil.example' } },
  { name: 'another origin', twist: { origin: 'https://evil.example' } },
  { name: 'the answer of a login', twist: { clientData: { type: 'webauthn.get' } } },
  { name: 'another challenge', twist: { clientData: { challenge: Buffer.alloc(32, 7).toString('base64url') } } },
  { name: 'a frame', twist: { clientData: { crossOrigin: true } } },
  { name: 'nobody present', twist: { clearFlags: flags.present } },
  { name: 'no credential in it', twist: { clearFlags: flags.attested, authenticatorData: (bytes) => bytes.subarray(0, 37) } },
  { name: 'synced and not to be synced', twist: { setFlags: flags.backedUp } },
  { name: 'a credential id of 1024 bytes', twist: withCredentialId(Buffer.alloc(1024, 5)), change: (made) => ({ ...made, id: undefined as never }) },
  {
    name: 'a key of an algorithm not offered',
    twist: { authenticatorData: (bytes) => replaced(bytes, Buffer.from('0326', 'hex'), Buffer.from('0325', 'hex')) },
  },
  { name: 'a byte after the key', twist: { authenticatorData: (bytes) => Buffer.concat([bytes, Buffer.from([0])]) } },
  { name: 'CBOR after the attestation object', change: (made) => attested(made, (object) => Buffer.concat([object, Buffer.from([0xa0])])) },
  { name: 'a format nobody knows', change: (made) => attested(made, (object) => replaced(object, text('none'), text('nine'))) },
  {
    name: 'format none with a statement',
    change: (made) =>
      attested(made, (object) =>
        replaced(object, noStatement, Buffer.concat([text('attStmt'), Buffer.from([0xa1]), text('alg'), Buffer.from([0x26])])),
      ),
  },
  {
    name: 'a statement with certificates, which nobody asked for',
    change: (made) =>
      attested(made, (object) =>
        replaced(
          replaced(object, text('none'), text('packed')),
          noStatement,
          Buffer.concat([
            text('attStmt'),
            Buffer.from([0xa3]),
            ...[text('alg'), Buffer.from([0x26])],
            ...[text('sig'), cborBytes(Buffer.alloc(64, 1))],
            ...[text('x5c'), Buffer.from([0x81]), cborBytes(Buffer.alloc(300, 2))],
          ]),
        ),
      ),
  },
  { name: 'CBOR that is none', change: (made) => attested(made, () => Buffer.from('ffffffff', 'hex')) },
];

describe('a credential that breaks the rules is not registered (T29)', () => {
  test.each(badRegistrations)('$name', async ({ name, twist = {}, change }) => {
    const user = await createUserInTenant(harness, `broken-${badRegistrations.findIndex((one) => one.name === name)}`);
    await setPolicy(harness, { enforceMFAType: 'Force' }, user.tenantId);
    const long = Buffer.alloc(1024, 5).toString('base64url');
    const sent = await enrollAtLogin(harness, user.email, createSecurityKey(), twist, (made) => {
      const changed = change?.(made) ?? made;
      return changed.id === undefined ? { ...changed, id: long, rawId: long } : changed;
    });
    expectRefusal(sent, 400, invalidCode);
    expect((await enrollAtLogin(harness, user.email, createSecurityKey())).statusCode).toBe(201);
  });

  test('a credential id of 1023 bytes is the longest one that is', async () => {
    const user = await createUserInTenant(harness, 'longest');
    await setPolicy(harness, { enforceMFAType: 'Force' }, user.tenantId);
    const bytes = Buffer.alloc(1023, 6);
    const id = bytes.toString('base64url');
    const sent = await enrollAtLogin(harness, user.email, createSecurityKey(), withCredentialId(bytes), (made) => ({ ...made, id, rawId: id }));
    expect(sent.statusCode, sent.body).toBe(201);
  });

  test('where the person has to be known to the authenticator, one that does not know is refused, at login too', async () => {
    const strict = await openHarness({ settings: { WEBAUTHN_USER_VERIFICATION: 'required' } });
    await offerWebAuthn(strict);
    const user = await keyUser(strict, 'known');
    expectRefusal(await logInWithKey(strict, user, { clearFlags: flags.verified }), 400, invalidCode);
    expect((await logInWithKey(strict, user)).statusCode).toBe(201);
    const other = await createUserInTenant(strict, 'unknown');
    await setPolicy(strict, { enforceMFAType: 'Force' }, other.tenantId);
    expectRefusal(await enrollAtLogin(strict, other.email, createSecurityKey({ userVerified: false })), 400, invalidCode);
    await strict.close();
    const lenient = await keyUser(harness, 'lenient', { userVerified: false });
    expect((await logInWithKey(harness, lenient)).statusCode).toBe(201);
  });
});
