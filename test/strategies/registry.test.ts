import { readdirSync } from 'node:fs';
import { base32 } from '@otplib/plugin-base32-scure';
import { describe, expect, it } from 'vitest';
import type { Authenticator } from '../../src/domain/authenticator/authenticator.ts';
import type { Strategy } from '../../src/domain/authenticator/strategy.ts';
import type { RelyingParty } from '../../src/domain/environment/relying-party.ts';
import { InvalidCode } from '../../src/domain/errors.ts';
import { isWebAuthn } from '../../src/domain/strategy-name.ts';
import { createKeyring, masterKey } from '../../src/platform/keyring.ts';
import { nodeRandom } from '../../src/platform/random.ts';
import { createStrategies } from '../../src/strategies/index.ts';

const root = new URL('../../src/strategies/', import.meta.url);
/** What several strategies are made of, and none by itself. */
const common = ['shared', 'webauthn'];
const folders = readdirSync(root, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() && !common.includes(entry.name) ? [entry.name] : [],
);
const relyingParty: RelyingParty = {
  id: 'acme.example',
  name: 'Acme',
  origins: ['https://acme.example'],
  userVerification: 'preferred',
  syncedAsHardware: true,
};
const keyring = createKeyring([masterKey(nodeRandom.bytes(32))], nodeRandom);
const strategies = createStrategies({ random: nodeRandom, keyring, relyingParty, smsCountries: '*' });
const all: Strategy[] = Object.values(strategies);

describe('the registry', () => {
  it('has one folder a strategy and one strategy a folder', () => {
    expect(all.map(({ name }) => name.toLowerCase().replaceAll('_', '-')).sort()).toEqual(folders.sort());
  });

  it('names each strategy as the strategy names itself', () => {
    expect(Object.keys(strategies)).toEqual(all.map(({ name }) => name));
  });

  it.each(folders)('%s has the same files as its neighbors', (folder) => {
    expect(readdirSync(new URL(`${folder}/`, root)).sort()).toEqual(['answer.ts', 'enroll.ts', 'strategy.ts', 'verify.ts']);
  });
});

describe.each(all)('$name', (strategy) => {
  const phone = { SMS: { phoneNumber: '+44******3456' } }[strategy.name as string];
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

  it('describes a factor by what a client may see and nothing else', () => {
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
    ['a space before', ' 123456'],
    ['a space after', '123456 '],
    ['a space inside', '123 456'],
    ['a tab', '12345\t'],
    ['a newline after', '123456\n'],
    ['two lines', '123456\n123456'],
    ['a zero-width space', '12345\u200b'],
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

  it('takes six digits as they are, where it has codes', () => {
    if (isWebAuthn(strategy.name)) return expect(() => strategy.readAnswer('000000')).toThrow(InvalidCode);
    expect(['000000', '012345', '999999'].map(strategy.readAnswer)).toEqual(['000000', '012345', '999999']);
  });
});
