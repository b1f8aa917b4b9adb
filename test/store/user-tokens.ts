import { describe, expect, test } from 'vitest';
import type { UserToken } from '../../src/domain/account/user-token.ts';
import type { Open } from './fixtures.ts';
import { addPerson, at, countOf, newId, race, useStore } from './fixtures.ts';

/** What single-use tokens promise. */
export function userTokenContract(open: Open): void {
  describe('user tokens', () => {
    const store = useStore(open);
    const tokenOf = async (change: Partial<UserToken> = {}): Promise<UserToken> => {
      const userId = change.userId === undefined ? (await addPerson(store())).user.id : change.userId;
      return {
        id: newId(),
        purpose: 'ACTIVATION',
        subject: userId ?? newId(),
        userId,
        tenantId: null,
        tokenHash: newId(),
        codeDigest: null,
        attempts: 0,
        createdAt: at(0),
        expiresAt: at(900),
        ...change,
      };
    };
    const keep = async (change: Partial<UserToken> = {}): Promise<UserToken> => {
      const token = await tokenOf(change);
      await store().userTokens.replace(token);
      return token;
    };

    test('a token is found by its hash together with its purpose, expired or not, with or without a user', async () => {
      const token = await keep({ expiresAt: at(-1) });
      const nobodys = await keep({ userId: null, purpose: 'LOGIN_CODE', codeDigest: 'k1.digest' });
      expect(await store().userTokens.find('ACTIVATION', token.tokenHash)).toEqual(token);
      expect(await store().userTokens.find('PASSWORD_RESET', token.tokenHash)).toBeNull();
      expect(await store().userTokens.find('LOGIN_CODE', nobodys.tokenHash)).toEqual(nobodys);
    });

    test('a newer token replaces the earlier one of its purpose and subject, whole, and nothing else', async () => {
      const old = await keep({ attempts: 3 });
      const other = await keep({ userId: old.userId, purpose: 'PASSWORD_RESET' });
      const young = await keep({ userId: old.userId, createdAt: at(5), expiresAt: at(905) });
      expect(await store().userTokens.find('ACTIVATION', old.tokenHash)).toBeNull();
      expect(await store().userTokens.spend(old.id, at(6))).toBe(false);
      expect(await store().userTokens.find('ACTIVATION', young.tokenHash)).toEqual(young);
      expect(await store().userTokens.find('PASSWORD_RESET', other.tokenHash)).toEqual(other);
    });

    test('of 100 parallel uses exactly one spends the token, and it is not found again', async () => {
      const token = await keep();
      const spent = await race(100, () => store().userTokens.spend(token.id, at(1)));
      expect(countOf(spent, (won) => won)).toBe(1);
      expect(await store().userTokens.find('ACTIVATION', token.tokenHash)).toBeNull();
    });

    test('an expired token is not spent', async () => {
      const token = await keep({ expiresAt: at(10) });
      expect(await store().userTokens.spend(token.id, at(10))).toBe(false);
      expect(await store().userTokens.spend(token.id, at(9))).toBe(true);
    });

    test('of 20 parallel looks five are paid for, each with a number of its own; the last may still spend', async () => {
      const token = await keep();
      const charged = await race(20, () => store().userTokens.charge(token.id));
      expect(charged.filter((number) => number !== null).sort()).toEqual([1, 2, 3, 4, 5]);
      expect(await store().userTokens.spend(token.id, at(1))).toBe(true);
      expect(await store().userTokens.charge(token.id)).toBeNull();
    });

    test('ending those of a user leaves the others', async () => {
      const [gone, kept] = [await keep(), await keep()];
      await keep({ userId: gone.userId, purpose: 'LOGIN_CODE' });
      await store().userTokens.endAllOf(gone.userId ?? '');
      expect(await store().userTokens.find('ACTIVATION', gone.tokenHash)).toBeNull();
      expect(await store().userTokens.find('ACTIVATION', kept.tokenHash)).toEqual(kept);
    });
  });
}
