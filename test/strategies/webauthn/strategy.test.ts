import { describe, expect, it } from 'vitest';
import type { RelyingParty } from '../../../src/domain/environment/relying-party.ts';
import { InvalidCode } from '../../../src/domain/errors.ts';
import { nodeRandom } from '../../../src/platform/random.ts';
import { createWebAuthn } from '../../../src/strategies/webauthn/strategy.ts';
import type { KeyOptions } from '../../support/webauthn.ts';
import { createSecurityKey, flags } from '../../support/webauthn.ts';

const appOrigin = 'android:apk-key-hash:7d1ynTRr_KnLpCJLkAgFhM7FHgPjbb2JdFwKCQYKrAU';
const relyingParty: RelyingParty = {
  id: 'id.acme.example',
  name: 'Acme',
  origins: ['https://id.acme.example', 'https://app.id.acme.example', appOrigin],
  userVerification: 'preferred',
  syncedAsHardware: true,
};
const needs = { random: nodeRandom, relyingParty };
const [platform, crossPlatform] = [createWebAuthn('WEBAUTHN_PLATFORM', needs), createWebAuthn('WEBAUTHN_CROSS_PLATFORM', needs)];
const user = { id: '0d6d1c0e-5f55-4a53-9a0e-0c1b5a0f9f77', email: 'dana@acme.example' };
const settings = { serviceName: 'Acme', codeLifetimeSeconds: 300 };
const now = new Date('2026-03-02T09:14:07.000Z');
const wrong = { ok: false, reason: 'wrong' };

type Strategy = typeof platform;
const enrollmentOf = ({ enrollment }: Strategy) => {
  if (enrollment === null) throw new Error('nothing to enroll');
  return enrollment;
};
const begin = (strategy: Strategy, more: { enrolled?: Uint8Array[]; anyAttachment?: boolean } = {}) =>
  enrollmentOf(strategy).begin({ user, settings, enrolled: [], phoneNumber: null, ...more });

/** An enrolled key and its credential as the service would keep it. */
async function enrolled(strategy = crossPlatform, options: KeyOptions = {}) {
  const key = createSecurityKey(options);
  const begun = await begin(strategy);
  const verdict = await enrollmentOf(strategy).complete(begun.keep, strategy.readAnswer(key.create(begun.show)), now);
  if (!verdict.ok) throw new Error('not enrolled');
  return { key, verdict, credential: verdict.credential };
}
async function challenged(credential: Uint8Array, strategy = crossPlatform) {
  if (strategy.ceremony === null) throw new Error('no ceremony');
  return strategy.ceremony.begin({ user, settings, credential });
}

describe('the options to make a credential', () => {
  it('of one kind do not leak into the next, whatever was asked for before', async () => {
    const attachments = [];
    for (const [strategy, anyAttachment] of [
      [platform, false],
      [crossPlatform, false],
      [platform, true],
      [crossPlatform, true],
      [platform, false],
    ] as const) {
      const { show } = await begin(strategy, { anyAttachment });
      attachments.push((show as { authenticatorSelection: { authenticatorAttachment?: string } }).authenticatorSelection.authenticatorAttachment);
    }
    expect(attachments).toEqual(['platform', 'cross-platform', undefined, undefined, 'platform']);
  });

  it('hold 32 random bytes and no more of the user than the screen shows', async () => {
    const [one, two] = [await begin(platform), await begin(platform)] as { show: { challenge: string } }[];
    expect(Buffer.from(one?.show.challenge ?? '', 'base64url')).toHaveLength(32);
    expect(one?.show.challenge).not.toBe(two?.show.challenge);
    expect(one?.show).toMatchObject({ user: { id: Buffer.from(user.id).toString('base64url'), name: user.email } });
  });

  it('name the user in at most the 64 bytes that authenticators keep, and never cut a character', async () => {
    const strategy = platform;
    if (strategy.enrollment === null) throw new Error('no enrollment');
    for (const letter of ['x', 'é', '漢', '𝌆']) {
      const email = `${letter.repeat(60)}@acme.example`;
      const { show } = await strategy.enrollment.begin({ user: { ...user, email }, settings, enrolled: [], phoneNumber: null });
      const { name, displayName } = (show as { user: { name: string; displayName: string } }).user;
      expect(Buffer.byteLength(name)).toBeLessThanOrEqual(64);
      expect(Buffer.byteLength(name)).toBeGreaterThan(60);
      expect([email.startsWith(name), displayName]).toEqual([true, name]);
    }
  });

  it('exclude what is enrolled, by either kind', async () => {
    const { key, credential } = await enrolled();
    const { show } = await begin(platform, { enrolled: [credential] });
    expect(show).toMatchObject({ excludeCredentials: [{ type: 'public-key', transports: ['usb'] }] });
    expect(() => key.create(show)).toThrow(/EXCLUDED/);
  });
});

describe('a credential made', () => {
  it('is kept without how often it signed, and with an identity of its own', async () => {
    const { verdict, credential } = await enrolled(platform, { transport: 'internal', synced: true });
    const kept = JSON.parse(new TextDecoder().decode(credential));
    expect(Object.keys(kept).sort()).toEqual(['aaguid', 'backedUp', 'backupEligible', 'id', 'publicKey', 'transports']);
    expect(kept).toMatchObject({ transports: ['internal'], backupEligible: true, backedUp: true });
    expect(verdict).toMatchObject({ advance: { counter: 0 }, identity: kept.id, amr: ['swk', 'hwk'] });
  });

  it('of one kind is none of the other, unless the person had the choice', async () => {
    const [decided, open] = [await begin(platform), await begin(platform, { anyAttachment: true })];
    const made = (show: object) => crossPlatform.readAnswer(createSecurityKey().create(show));
    expect(await enrollmentOf(crossPlatform).complete(decided.keep, made(decided.show), now)).toEqual(wrong);
    expect(await enrollmentOf(crossPlatform).complete(open.keep, made(open.show), now)).toMatchObject({ ok: true });
  });

  it('is made on any page and in any app of the relying party, and on no other', async () => {
    for (const [origin, ok] of [
      ['https://app.id.acme.example', true],
      [appOrigin, true],
      [`${appOrigin.slice(0, -1)}A`, false],
      ['https://other.id.acme.example', false],
      ['https://id.acme.example:8443', false],
    ] as const) {
      const begun = await begin(crossPlatform);
      const answer = crossPlatform.readAnswer(createSecurityKey().create(begun.show, { origin }));
      expect((await enrollmentOf(crossPlatform).complete(begun.keep, answer, now)).ok, origin).toBe(ok);
    }
  });
});

describe('an assertion', () => {
  it('proves its own credential for its own challenge, and says how often it signed', async () => {
    const { key, credential } = await enrolled();
    const begun = await challenged(credential);
    const answer = crossPlatform.readAnswer(key.get(begun.show, { signCount: 41 }));
    expect(await crossPlatform.verify({ credential, started: begun.keep }, answer, now)).toEqual({
      ok: true,
      advance: { counter: 41 },
      amr: ['hwk'],
    });
    const other = await challenged(credential);
    expect(await crossPlatform.verify({ credential, started: other.keep }, answer, now)).toEqual(wrong);
    const stranger = await enrolled();
    expect(await crossPlatform.verify({ credential: stranger.credential, started: begun.keep }, answer, now)).toEqual(wrong);
    expect(await crossPlatform.verify({ credential: null, started: begun.keep }, answer, now)).toEqual(wrong);
    expect(await crossPlatform.verify({ credential, started: null }, answer, now)).toEqual(wrong);
  });

  it('neither stands for a registration nor the other way round', async () => {
    const { key, credential } = await enrolled();
    const [making, proving] = [await begin(crossPlatform), await challenged(credential)];
    const assertion = crossPlatform.readAnswer(key.get(proving.show));
    expect(await enrollmentOf(crossPlatform).complete(making.keep, assertion, now)).toEqual(wrong);
    const registration = crossPlatform.readAnswer(createSecurityKey().create(making.show));
    expect(await crossPlatform.verify({ credential, started: proving.keep }, registration, now)).toEqual(wrong);
    expect(await crossPlatform.verify({ credential, started: making.keep }, assertion, now)).toEqual(wrong);
  });

  it('needs the person known where that is required, from the one value the options are made of', async () => {
    const strict = createWebAuthn('WEBAUTHN_CROSS_PLATFORM', { ...needs, relyingParty: { ...relyingParty, userVerification: 'required' } });
    const { key, credential } = await enrolled(strict);
    const begun = await challenged(credential, strict);
    expect(begun.show).toMatchObject({ userVerification: 'required' });
    const unknown = strict.readAnswer(key.get(begun.show, { clearFlags: flags.verified }));
    expect(await strict.verify({ credential, started: begun.keep }, unknown, now)).toEqual(wrong);
    expect(await crossPlatform.verify({ credential, started: begun.keep }, unknown, now)).toMatchObject({ ok: true });
  });

  it('takes the handle of its user, or none', async () => {
    const { key, credential } = await enrolled();
    const begun = await challenged(credential);
    const made = key.get(begun.show);
    for (const [userHandle, ok] of [
      [Buffer.from(user.id).toString('base64url'), true],
      [null, true],
      ['', true],
      [undefined, true],
      [Buffer.from('somebody').toString('base64url'), false],
    ] as const) {
      const answer = crossPlatform.readAnswer({ ...made, response: { ...made.response, userHandle } });
      expect((await crossPlatform.verify({ credential, started: begun.keep }, answer, now)).ok, String(userHandle)).toBe(ok);
    }
  });
});

describe('what can never be an answer', () => {
  const response = { clientDataJSON: 'e30', authenticatorData: 'AAAA', signature: 'AAAA' };
  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'AAAA'],
    ['a list', []],
    ['no response', { id: 'AAAA' }],
    ['a response that is a text', { id: 'AAAA', response: 'AAAA' }],
    ['no id', { response }],
    ['an id of another alphabet', { id: 'AA+/', response }],
    ['an id with a second spelling', { id: 'AAB', response }],
    ['an id with something in it', { id: 'AA AA', response }],
    ['an id of 1024 bytes', { id: Buffer.alloc(1024).toString('base64url'), response }],
    ['a rawId that differs', { id: 'AAAA', rawId: 'AAAB', response }],
    ['another type', { id: 'AAAA', type: 'password', response }],
    ['no signature', { id: 'AAAA', response: { ...response, signature: '' } }],
    ['a signature without end', { id: 'AAAA', response: { ...response, signature: 'A'.repeat(5000) } }],
    ['a user handle of 65 bytes', { id: 'AAAA', response: { ...response, userHandle: Buffer.alloc(65).toString('base64url') } }],
    ['a registration without client data', { id: 'AAAA', response: { attestationObject: 'AAAA' } }],
  ])('%s is refused before it is charged', (_, input) => {
    expect(() => crossPlatform.readAnswer(input)).toThrow(InvalidCode);
  });
});
