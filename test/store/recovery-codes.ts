import { describe, expect, test } from 'vitest';
import type { RecoveryCode } from '../../src/domain/recovery/recovery-code.ts';
import type { Open } from './fixtures.ts';
import { addPerson, addSession, at, countOf, newId, race, useStore } from './fixtures.ts';

/** What recovery codes promise, and the raising of a session. */
export function recoveryCodeContract(open: Open): void {
  describe('recovery codes', () => {
    const store = useStore(open);
    const codeOf = (userId: string): RecoveryCode => ({ id: newId(), userId, digest: newId(), createdAt: at(0) });
    const person = async (): Promise<string> => (await addPerson(store())).user.id;

    test('of 100 parallel uses exactly one spends the code, and it is found no more', async () => {
      const code = codeOf(await person());
      await store().recoveryCodes.add(code);
      expect(await store().recoveryCodes.ofUser(code.userId)).toEqual([code]);
      const spent = await race(100, () => store().recoveryCodes.spend(code));
      expect(countOf(spent, (won) => won)).toBe(1);
      expect(await store().recoveryCodes.ofUser(code.userId)).toEqual([]);
    });

    test('a new set takes the place of the old one, of this user alone', async () => {
      const [mine, others] = [await person(), await person()];
      const [old, kept, ...set] = [codeOf(mine), codeOf(others), codeOf(mine), codeOf(mine)];
      for (const code of [old, kept]) await store().recoveryCodes.add(code);
      await store().recoveryCodes.replaceAll(mine, set);
      expect(await store().recoveryCodes.spend(old)).toBe(false);
      expect((await store().recoveryCodes.ofUser(mine)).map(({ id }) => id).sort()).toEqual(set.map(({ id }) => id).sort());
      expect(await store().recoveryCodes.ofUser(others)).toEqual([kept]);
      await store().recoveryCodes.replaceAll(mine, []);
      expect(await store().recoveryCodes.ofUser(mine)).toEqual([]);
    });

    test('of sets generated at once one is left', async () => {
      const userId = await person();
      await race(10, () => store().transact({ user: userId }, () => store().recoveryCodes.replaceAll(userId, [codeOf(userId), codeOf(userId)])));
      expect(await store().recoveryCodes.ofUser(userId)).toHaveLength(2);
    });

    test('they are counted for each user asked, in order, without codes too', async () => {
      const [two, none] = [await person(), await person()];
      await store().recoveryCodes.replaceAll(two, [codeOf(two), codeOf(two)]);
      expect(await store().recoveryCodes.count([none, two, newId()])).toEqual([0, 2, 0]);
      expect(await store().recoveryCodes.count([])).toEqual([]);
    });
  });

  describe('raising a session', () => {
    const store = useStore(open);

    test('a living session keeps what was proven last and everything else; an ended or expired one is not raised', async () => {
      const { session } = await addSession(store(), { amr: ['pwd'], secondFactorAt: null });
      const raised = { ...session, amr: ['pwd', 'otp', 'mfa'], secondFactorAt: at(60) };
      expect(await store().sessions.stepUp(session.id, raised.amr, at(60))).toEqual(raised);
      expect(await store().sessions.find(session.id, at(61))).toEqual(raised);
      expect(await store().sessions.stepUp(session.id, [], session.expiresAt)).toBeNull();
      await store().sessions.end(session.id, at(62));
      expect(await store().sessions.stepUp(session.id, [], at(63))).toBeNull();
      expect(await store().sessions.stepUp(newId(), [], at(63))).toBeNull();
    });
  });
}
