import { base32 } from '@otplib/plugin-base32-scure';
import { describe, expect, it } from 'vitest';
import type { Authenticator } from '../../src/domain/authenticator/authenticator.ts';
import type { Started, Strategy } from '../../src/domain/authenticator/strategy.ts';
import type { RelyingParty } from '../../src/domain/environment/relying-party.ts';
import { InvalidCode } from '../../src/domain/errors.ts';
import { isWebAuthn, strategyNames } from '../../src/domain/strategy-name.ts';
import { createKeyring, masterKey } from '../../src/platform/keyring.ts';
import { nodeRandom } from '../../src/platform/random.ts';
import { createPhoneReader } from '../../src/platform/sms/reachable.ts';
import { createStrategies } from '../../src/strategies/index.ts';

const relyingParty: RelyingParty = {
  id: 'acme.example',
  name: 'Acme',
  origins: ['https://acme.example'],
  userVerification: 'preferred',
  syncedAsHardware: true,
};
const keyring = createKeyring([masterKey(nodeRandom.bytes(32))], nodeRandom);
const strategies = createStrategies({
  random: nodeRandom,
  keyring,
  relyingParty,
  readPhoneNumber: createPhoneReader('*'),
  channels: { EMAIL: { available: true }, SMS: { available: true } },
});
const all: Strategy[] = Object.values(strategies);
const user = { id: 'u1', email: 'dana@acme.example' };
const settings = { serviceName: 'Acme', codeLifetimeSeconds: 300 };
const now = new Date('2026-03-02T09:14:07.000Z');

/** Methods of RFC 8176 that one factor can prove; `mfa` is added by the login, never by a strategy. */
const methods = ['otp', 'sms', 'hwk', 'swk'];

/** An answer of the right form that fits nothing. */
const answers: Record<'code' | 'assertion' | 'registration', unknown> = {
  code: '000000',
  assertion: { id: 'AAAA', response: { clientDataJSON: 'e30', authenticatorData: 'AAAA', signature: 'AAAA' } },
  registration: { id: 'AAAA', response: { clientDataJSON: 'e30', attestationObject: 'AAAA' } },
};

const codeOf = (started: Started): string | undefined => started.deliver?.code;

describe('the registry', () => {
  it('holds every strategy once, in the order of the names', () => {
    expect(Object.keys(strategies)).toEqual([...strategyNames]);
  });

  it('names each strategy as the strategy names itself', () => {
    expect(Object.keys(strategies)).toEqual(all.map(({ name }) => name));
  });
});

describe.each(all)('$name', (strategy) => {
  const { name, enrollment, ceremony } = strategy;
  const startedEnrollment = () => enrollment?.begin({ user, settings, enrolled: [], phoneNumber: '+447400123456' });
  /** A credential that a ceremony can be started for, without having been enrolled. */
  const credentialFor = (): Uint8Array | null => {
    if (enrollment === null) return null;
    if (!isWebAuthn(name)) return new TextEncoder().encode('+447400123456');
    const text = { id: 'AAAA', publicKey: 'AAAA', transports: [], backupEligible: false, backedUp: false, aaguid: '' };
    return new TextEncoder().encode(JSON.stringify(text));
  };
  const startedCeremony = () => ceremony?.begin({ user, settings, credential: credentialFor() });

  it('names the methods it proves, and never MFA itself', () => {
    expect(strategy.amr.length).toBeGreaterThan(0);
    for (const method of strategy.amr) expect(methods).toContain(method);
  });

  it('can be enrolled, or has a ceremony without enrollment', () => {
    expect(enrollment ?? ceremony).not.toBeNull();
  });

  it('satisfies MFA only if it is enrolled: an unenrolled way proves no authenticator', () => {
    expect(strategy.satisfiesMfa).toBe(enrollment !== null);
  });

  it('shows an enrollment again only if there is no ceremony before the answer', async () => {
    if (enrollment === null) return;
    expect(enrollment.show === null).toBe(ceremony !== null);
    const started = await startedEnrollment();
    if (started !== undefined && enrollment.show !== null) expect(await enrollment.show(started.keep, user, settings)).toEqual(started.show);
  });

  it('delivers a code that neither the client sees nor the stored bytes hold', async () => {
    for (const started of [await startedEnrollment(), await startedCeremony()]) {
      if (started?.deliver === undefined) continue;
      expect(started.deliver.code).toMatch(/^[0-9]{6}$/);
      expect(JSON.stringify(started.show)).not.toContain(started.deliver.code);
      expect(new TextDecoder().decode(started.keep).split(/[ :]/)).not.toContain(started.deliver.code);
    }
  });

  it('begins anew each time: nothing kept is ever kept twice', async () => {
    for (const begin of [startedEnrollment, startedCeremony]) {
      const [one, two] = [await begin(), await begin()];
      if (one !== undefined) expect(one.keep).not.toEqual(two?.keep);
    }
  });

  it('refuses an answer that does not fit what was started', async () => {
    const [toEnroll, toProve] = isWebAuthn(name) ? ([answers.registration, answers.assertion] as const) : ([answers.code, answers.code] as const);
    const [enrolling, proving] = [await startedEnrollment(), await startedCeremony()];
    if (enrolling !== undefined && codeOf(enrolling) !== toEnroll) {
      expect(await enrollment?.complete(enrolling.keep, strategy.readAnswer(toEnroll), now)).toEqual({ ok: false, reason: 'wrong' });
    }
    if (proving !== undefined && codeOf(proving) !== toProve) {
      const kept = { credential: credentialFor(), started: proving.keep };
      expect(await strategy.verify(kept, strategy.readAnswer(toProve), now)).toEqual({ ok: false, reason: 'wrong' });
    }
  });

  it('refuses a proof where nothing was started or enrolled', async () => {
    const answer = strategy.readAnswer(isWebAuthn(name) ? answers.assertion : answers.code);
    expect(await strategy.verify({ credential: null, started: null }, answer, now)).toEqual({ ok: false, reason: 'wrong' });
  });

  const phone = name === 'SMS' ? { phoneNumber: '+44******3456' } : undefined;
  const credential = phone === undefined ? nodeRandom.bytes(20) : new TextEncoder().encode('+447400123456');
  const enrolled: Authenticator = {
    id: 'a1',
    userId: 'u1',
    strategy: strategy.name,
    name: 'Phone',
    sealedCredential: credential,
    highWaterMark: 57_000_001,
    identityHash: null,
    createdAt: new Date('2026-03-02T09:00:00.000Z'),
    lastUsedAt: null,
  };

  it('describes an authenticator by what a client may see and nothing else', () => {
    const { createdAt } = enrolled;
    const expected = { id: 'a1', strategy: strategy.name, label: 'Phone', createdAt, lastUsedAt: null, ...phone };
    expect(strategy.describe(enrolled, () => credential)).toEqual(expected);
  });

  it('never shows bytes of a credential, in whatever encoding', () => {
    const bytes = Buffer.from(credential);
    const text = JSON.stringify(strategy.describe(enrolled, () => credential)).toLowerCase();
    const texts = (['base64', 'base64url', 'hex', 'utf8'] as const).map((encoding) => bytes.toString(encoding));
    const encodings = [...texts, base32.encode(credential), credential.join(',')];
    for (const encoding of encodings) expect(text).not.toContain(encoding.toLowerCase().slice(0, 16));
    expect(text).not.toContain(String(enrolled.highWaterMark));
    expect(text).not.toContain('u1');
  });

  it.each([
    ['a newline after', '123456\n'],
    ['two lines', '123456\n123456'],
    ['a hyphen', '123-456'],
    ['a letter', '12345a'],
    ['a sign', '+12345'],
    ['a point', '1234.5'],
    ['hexadecimal', '0x1234'],
    ['nothing', ''],
    ['five digits', '12345'],
    ['seven digits', '1234567'],
    ['full-width digits', '１２３４５６'],
    ['Arabic-Indic digits', '٠١٢٣٤٥'],
  ])('refuses an answer with %s before it is charged or compared (T03)', (_, answer) => {
    expect(() => strategy.readAnswer(answer)).toThrow(InvalidCode);
  });

  it('takes six digits as they are, and without the blanks that were pasted with them, where it has codes', () => {
    if (isWebAuthn(strategy.name)) return expect(() => strategy.readAnswer('000000')).toThrow(InvalidCode);
    expect(['000000', '012345', '999999'].map(strategy.readAnswer)).toEqual(['000000', '012345', '999999']);
    for (const pasted of [' 012345', '012345 ', '012 345', '012\u00a0345', '012\u2009345', '\u3000012345\t', '\u200b012345\ufeff']) {
      expect(strategy.readAnswer(pasted)).toBe('012345');
    }
  });
});
