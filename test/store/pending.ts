import { describe, expect, test } from 'vitest';
import type { OneTimeCode } from '../../src/domain/authenticator/one-time-code.ts';
import type { PendingEnrollment } from '../../src/domain/authenticator/pending-enrollment.ts';
import type { Open } from './fixtures.ts';
import { addPerson, at, countOf, newId, race, useStore } from './fixtures.ts';

/** What waits to be confirmed: pending enrollments and codes sent. */
export function pendingContract(open: Open): void {
  describe('pending enrollments', () => {
    const store = useStore(open);
    const pendingOf = async (change: Partial<PendingEnrollment> = {}): Promise<PendingEnrollment> => ({
      id: newId(),
      owner: `challenge:${newId()}`,
      userId: change.userId ?? (await addPerson(store())).user.id,
      strategy: 'AUTHENTICATOR_APP',
      sealed: new Uint8Array([1, 2, 3]),
      tenantId: null,
      createdAt: at(0),
      expiresAt: at(600),
      ...change,
    });

    test('of 20 enrollments begun at once for one owner one is kept, and all callers are shown that one', async () => {
      const first = await pendingOf();
      const answers = await race(20, () => store().pendingEnrollments.keep({ ...first, id: newId() }, at(1)));
      expect(new Set(answers.map((answer) => answer.id)).size).toBe(1);
      expect(await store().pendingEnrollments.find(first.owner, 'AUTHENTICATOR_APP', at(1))).toEqual(answers[0]);
    });

    test('a living enrollment stays; an expired one gives way entirely', async () => {
      const old = await pendingOf();
      const young = await pendingOf({ owner: old.owner, sealed: new Uint8Array([9]), createdAt: at(600), expiresAt: at(1200) });
      expect(await store().pendingEnrollments.keep(old, at(0))).toEqual(old);
      expect(await store().pendingEnrollments.keep(young, at(599))).toEqual(old);
      expect(await store().pendingEnrollments.keep(young, at(600))).toEqual(young);
      expect(await store().pendingEnrollments.find(old.owner, 'AUTHENTICATOR_APP', at(600))).toEqual(young);
      expect(await store().pendingEnrollments.consume(old.id)).toBe(false);
    });

    test('another strategy or owner is another enrollment', async () => {
      const app = await store().pendingEnrollments.keep(await pendingOf(), at(0));
      const sms = await store().pendingEnrollments.keep(await pendingOf({ owner: app.owner, strategy: 'SMS' }), at(0));
      expect(sms.id).not.toBe(app.id);
      expect(await store().pendingEnrollments.find(newId(), 'SMS', at(1))).toBeNull();
      expect(await store().pendingEnrollments.find(app.owner, 'EMAIL_CODE', at(1))).toBeNull();
    });

    test('an expired enrollment is not found', async () => {
      const { owner } = await store().pendingEnrollments.keep(await pendingOf(), at(0));
      expect(await store().pendingEnrollments.find(owner, 'AUTHENTICATOR_APP', at(600))).toBeNull();
    });

    test('of 100 parallel completions exactly one consumes the enrollment; then the place is free', async () => {
      const pending = await store().pendingEnrollments.keep(await pendingOf(), at(0));
      const consumed = await race(100, () => store().pendingEnrollments.consume(pending.id));
      expect(countOf(consumed, (won) => won)).toBe(1);
      expect(await store().pendingEnrollments.find(pending.owner, pending.strategy, at(1))).toBeNull();
      const next = { ...pending, id: newId() };
      expect(await store().pendingEnrollments.keep(next, at(1))).toEqual(next);
    });
  });

  describe('one-time codes', () => {
    const store = useStore(open);
    const codeOf = (userId: string, change: Partial<OneTimeCode> = {}): OneTimeCode => ({
      id: newId(),
      tokenHash: newId(),
      owner: `challenge:${userId}`,
      userId,
      strategy: 'EMAIL_CODE',
      sealed: new Uint8Array([7, 0, 255]),
      enrollmentTenantId: null,
      createdAt: at(0),
      expiresAt: at(300),
      ...change,
    });

    test('a code is found by its token together with its owner and strategy, expired or not', async () => {
      const [{ id }, other] = [(await addPerson(store())).user, (await addPerson(store())).user];
      const code = codeOf(id, { expiresAt: at(-1) });
      await store().oneTimeCodes.replace(code);
      expect(await store().oneTimeCodes.find(code.tokenHash, `challenge:${id}`, 'EMAIL_CODE')).toEqual(code);
      expect(await store().oneTimeCodes.find(code.tokenHash, `challenge:${id}`, 'SMS')).toBeNull();
      expect(await store().oneTimeCodes.find(code.tokenHash, `challenge:${other.id}`, 'EMAIL_CODE')).toBeNull();
      expect(await store().oneTimeCodes.find(newId(), `challenge:${id}`, 'EMAIL_CODE')).toBeNull();
    });

    test('a newer code replaces the earlier one of its owner and strategy and nothing else', async () => {
      const { id } = (await addPerson(store())).user;
      const [earlier, newer, sms] = [
        codeOf(id),
        codeOf(id, { sealed: new Uint8Array([8]), createdAt: at(30), expiresAt: at(330) }),
        codeOf(id, { strategy: 'SMS' }),
      ];
      for (const code of [earlier, sms, newer]) await store().oneTimeCodes.replace(code);
      expect(await store().oneTimeCodes.find(earlier.tokenHash, `challenge:${id}`, 'EMAIL_CODE')).toBeNull();
      expect(await store().oneTimeCodes.consume(earlier.id)).toBe(false);
      expect(await store().oneTimeCodes.find(newer.tokenHash, `challenge:${id}`, 'EMAIL_CODE')).toEqual(newer);
      expect(await store().oneTimeCodes.find(sms.tokenHash, `challenge:${id}`, 'SMS')).toEqual(sms);
    });

    test('of 100 parallel uses exactly one consumes the code, and it is not found again', async () => {
      const { id } = (await addPerson(store())).user;
      const code = codeOf(id);
      await store().oneTimeCodes.replace(code);
      const consumed = await race(100, () => store().oneTimeCodes.consume(code.id));
      expect(countOf(consumed, (won) => won)).toBe(1);
      expect(await store().oneTimeCodes.find(code.tokenHash, `challenge:${id}`, 'EMAIL_CODE')).toBeNull();
    });

    test('of codes sent at once one is left', async () => {
      const { id } = (await addPerson(store())).user;
      const codes = Array.from({ length: 20 }, () => codeOf(id));
      await Promise.all(codes.map((code) => store().oneTimeCodes.replace(code)));
      const left = await Promise.all(codes.map((code) => store().oneTimeCodes.consume(code.id)));
      expect(countOf(left, (won) => won)).toBe(1);
    });

    test('codes of a user end together, and no others', async () => {
      const [{ id }, other] = [(await addPerson(store())).user, (await addPerson(store())).user];
      const [mine, elsewhere, kept] = [codeOf(id), codeOf(id, { owner: `user:${id}:enroll` }), codeOf(other.id)];
      for (const code of [mine, elsewhere, kept]) await store().oneTimeCodes.replace(code);
      await store().oneTimeCodes.endAllOf(id);
      expect(await Promise.all([mine, elsewhere, kept].map((code) => store().oneTimeCodes.consume(code.id)))).toEqual([false, false, true]);
    });
  });
}
