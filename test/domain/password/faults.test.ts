import { describe, expect, test } from 'vitest';
import { effectiveHistorySize, effectivePolicy, effectiveRotation, passwordAge } from '../../../src/domain/password/effective.ts';
import { personalWords, policyFaults } from '../../../src/domain/password/faults.ts';
import type { PasswordPolicy, PasswordPolicyFields, PasswordRotation, StoredPasswordFields } from '../../../src/domain/password/policy.ts';
import { defaultPasswordFields, noTests, nothingSet } from '../../../src/domain/password/policy.ts';

const at = new Date('2026-03-02T09:00:00.000Z');
const record = (tenantId: string | null, fields: Partial<StoredPasswordFields>): PasswordPolicy => ({
  ...{ id: tenantId ?? 'environment', tenantId, createdAt: at, updatedAt: at, ...nothingSet, ...fields },
});
const codes = (password: string, policy: Partial<PasswordPolicyFields> = {}, words: string[] = []): string[] =>
  policyFaults(password, { ...defaultPasswordFields, ...policy }, words).map(({ code }) => code);

describe('the policy', () => {
  test('counts code points, and looks at nothing else in a text that is too long', () => {
    expect(codes('zxkqvjw')).toEqual(['TOO_SHORT']);
    expect(codes('😀'.repeat(8))).toEqual([]);
    expect(codes('x'.repeat(129), { requiredTests: { ...noTests, requireNumbers: true } })).toEqual(['TOO_LONG']);
  });

  test('has each required test passed, and some of the optional ones, but not more than are switched on', () => {
    const all = { requireLowercase: true, requireUppercase: true, requireNumbers: true, requireSpecialChars: true, checkThreeRepeatedChars: true };
    expect(codes('        aaa', { requiredTests: all })).toEqual(['NO_UPPERCASE', 'NO_NUMBER', 'NO_SPECIAL', 'REPEATED']);
    expect(codes('Zebra crossing 7!', { requiredTests: all })).toEqual([]);
    const optional = { optionalTests: { ...all, checkThreeRepeatedChars: false } };
    expect(codes('zebracrossing', { ...optional, minOptionalTestsToPass: 2 })).toEqual(['TOO_FEW_TESTS']);
    expect(codes('zebracrossing7', { ...optional, minOptionalTestsToPass: 2 })).toEqual([]);
    expect(codes('zebracrossing', { optionalTests: { ...noTests, requireLowercase: true }, minOptionalTestsToPass: 5 })).toEqual([]);
  });

  test('lets a passphrase pass without tests where it is allowed', () => {
    const policy = { requiredTests: { ...noTests, requireNumbers: true }, minPhraseLength: 12 };
    expect(codes('zebra crossing', policy)).toEqual(['NO_NUMBER']);
    expect(codes('zebra crossing', { ...policy, allowPassphrases: true })).toEqual([]);
    expect(codes('zebra cross', { ...policy, allowPassphrases: true })).toEqual(['NO_NUMBER']);
  });

  test('refuses what is at hand with nothing but digits and signs around it, and looks for no word inside of a password', () => {
    const words = personalWords({ name: 'Ada Lovelace', email: 'ada.byron@acme-cloud.example' }, 'Sallyport');
    for (const password of [
      'lovelace',
      'LOVELACE1815!',
      '¡Sallyport!',
      'adalovelace',
      'Ada Lovelace',
      'ada.byron@acme-cloud.example',
      '2026byron2026',
    ])
      expect(codes(password, { minLength: 6 }, words), password).toContain('FORBIDDEN_WORD');
    expect(codes('lovelace likes zebras', {}, words)).toEqual([]);
    expect(codes('Zebra-2026', { forbiddenWords: ['zebra'] })).toEqual(['FORBIDDEN_WORD']);
    // A short name says nothing about a password.
    expect(codes('123ed4567', {}, personalWords({ name: 'Ed', email: 'ed@a.example' }, 'A'))).toEqual([]);
  });
});

describe('the strictest wins', () => {
  test('over environment and tenants, where a tenant that has set nothing has the value of the environment', () => {
    const environment = record(null, { minLength: 6, maxLength: 100, allowPassphrases: true, forbiddenWords: ['acme'] });
    const one = record('one', { minLength: 10, requiredTests: { ...noTests, requireNumbers: true } });
    const two = record('two', { minOptionalTestsToPass: 2, blockPwnedPasswords: true, requiredTests: { ...noTests, requireUppercase: true } });
    expect(effectivePolicy(environment, [one, two])).toEqual({
      ...{ allowPassphrases: true, minPhraseLength: 20, minLength: 10, maxLength: 100, minOptionalTestsToPass: 2, blockPwnedPasswords: true },
      ...{ optionalTests: null, requiredTests: { ...noTests, requireNumbers: true, requireUppercase: true }, forbiddenWords: ['acme'] },
    });
    expect(effectivePolicy(environment, [record('weak', { minLength: 6, maxLength: 128 })])).toMatchObject({ minLength: 6, maxLength: 100 });
    expect(effectivePolicy(null, [])).toEqual(defaultPasswordFields);
    // Two owners who exclude each other leave the longer one.
    expect(effectivePolicy(record(null, { maxLength: 10 }), [record('long', { minLength: 20, maxLength: 30 })])).toMatchObject({
      ...{ minLength: 20, maxLength: 20 },
    });
  });

  test('for the history the record of a tenant replaces that of the environment, and the tenant that asks for most counts', () => {
    const history = (tenantId: string | null, enabled: boolean, historySize: number) => ({
      ...{ id: 'x', tenantId, enabled, historySize, createdAt: at, updatedAt: at },
    });
    const records = [history(null, true, 3), history('off', false, 10), history('more', true, 8)];
    expect(effectiveHistorySize(records, [])).toBe(3);
    expect(effectiveHistorySize(records, ['off'])).toBe(0);
    expect(effectiveHistorySize(records, ['off', 'other'])).toBe(3);
    expect(effectiveHistorySize(records, ['off', 'more'])).toBe(8);
    expect(effectiveHistorySize([], ['other'])).toBe(0);
  });

  test('for the rotation the shortest active period counts, and a password of unknown age begins with the rotation', () => {
    const rotation = (isActive: boolean, rotationPeriodMinutes: number): PasswordRotation => ({
      ...{ id: 'x', tenantId: null, isActive, rotationPeriodMinutes, notificationPeriodMinutes: 10, createdAt: at, updatedAt: at },
    });
    const shortest = effectiveRotation([rotation(true, 100), rotation(false, 1), rotation(true, 60)]);
    expect(shortest?.rotationPeriodMinutes).toBe(60);
    expect(effectiveRotation([rotation(false, 1)])).toBeNull();
    const later = (minutes: number) => new Date(at.getTime() + minutes * 60_000);
    expect(passwordAge(rotation(true, 60), at, later(59.5))).toMatchObject({ minutesLeft: 1, expiresAt: later(60) });
    expect(passwordAge(rotation(true, 60), at, later(60)).minutesLeft).toBe(0);
    expect(passwordAge(rotation(true, 60), null, later(59)).minutesLeft).toBe(1);
  });
});
