import { describe, expect, test } from 'vitest';
import type { Open } from './fixtures.ts';
import { addChallenge, addSession, at, countOf, newId, race, useStore } from './fixtures.ts';

/** What a login waiting for its second factor promises. */
export function challengeContract(open: Open): void {
  describe('challenges', () => {
    const store = useStore(open);

    test('a living challenge is found by its token hash alone, as it was added, with its user', async () => {
      const challenge = await addChallenge(store());
      const [user] = await store().users.findMany([challenge.userId]);
      expect(await store().challenges.find(challenge.tokenHash, at(1))).toEqual({ challenge, user, sessionEnded: false });
      expect(await store().challenges.find(challenge.id, at(1))).toBeNull();
      expect(await store().challenges.find(newId(), at(1))).toBeNull();
    });

    test('of 100 parallel charges exactly five are taken, each with its own number', async () => {
      const { id } = await addChallenge(store());
      const numbers = await race(100, () => store().challenges.charge(id, at(1)));
      expect(numbers.filter((number) => number !== null).sort()).toEqual([1, 2, 3, 4, 5]);
    });

    test('the challenge of a step-up tells whether its session has ended', async () => {
      const { session } = await addSession(store());
      const { userId, tenantId, id: sessionId } = session;
      const { tokenHash } = await addChallenge(store(), { userId, tenantId, purpose: 'STEP_UP', sessionId });
      expect(await store().challenges.find(tokenHash, at(1))).toMatchObject({ sessionEnded: false });
      await store().sessions.end(sessionId, at(2));
      expect(await store().challenges.find(tokenHash, at(3))).toMatchObject({ sessionEnded: true });
    });

    test('an attempt that was given back can be taken again, and never more than were taken', async () => {
      const { id } = await addChallenge(store());
      await store().challenges.giveBack(id);
      expect(await store().challenges.charge(id, at(1))).toBe(1);
      await store().challenges.giveBack(id);
      expect(await store().challenges.charge(id, at(1))).toBe(1);
    });

    test('of 100 parallel redemptions exactly one spends the challenge', async () => {
      const { id, tokenHash } = await addChallenge(store());
      const spent = await race(100, () => store().challenges.consume(id, at(1)));
      expect(countOf(spent, (won) => won)).toBe(1);
      expect(await store().challenges.find(tokenHash, at(1))).toBeNull();
      expect(await store().challenges.charge(id, at(1))).toBeNull();
    });

    test('of 100 parallel transactions that spend the challenge exactly one does', async () => {
      const { id } = await addChallenge(store());
      const spent = await race(100, () => store().transact('NOTHING', () => store().challenges.consume(id, at(1))));
      expect(countOf(spent, (won) => won)).toBe(1);
    });

    test('a challenge without attempts left is not found, yet whoever took the last one may still spend it', async () => {
      const { id, tokenHash } = await addChallenge(store(), { attempts: 4 });
      expect(await store().challenges.charge(id, at(1))).toBe(5);
      expect(await store().challenges.find(tokenHash, at(1))).toBeNull();
      expect(await store().challenges.charge(id, at(1))).toBeNull();
      expect(await store().challenges.consume(id, at(1))).toBe(true);
    });

    test('an expired challenge is neither found nor charged nor spent, from its last millisecond on', async () => {
      const { id, tokenHash } = await addChallenge(store());
      const end = at(600);
      expect(await store().challenges.find(tokenHash, end)).toBeNull();
      expect(await store().challenges.charge(id, end)).toBeNull();
      expect(await store().challenges.consume(id, end)).toBe(false);
      expect(await store().challenges.find(tokenHash, new Date(end.getTime() - 1))).not.toBeNull();
      expect(await store().challenges.consume(id, new Date(end.getTime() - 1))).toBe(true);
    });

    test('ending all challenges of a user leaves those of others alive', async () => {
      const mine = await addChallenge(store());
      const other = await addChallenge(store());
      await store().challenges.endAllOf(mine.userId, at(1));
      expect(await store().challenges.find(mine.tokenHash, at(2))).toBeNull();
      expect(await store().challenges.consume(mine.id, at(2))).toBe(false);
      expect(await store().challenges.find(other.tokenHash, at(2))).not.toBeNull();
    });

    test('a purge takes challenges that expired before and no others', async () => {
      const gone = await addChallenge(store(), { expiresAt: at(10) });
      const kept = await addChallenge(store(), { expiresAt: at(20) });
      await store().challenges.purge(at(20));
      expect(await store().challenges.find(gone.tokenHash, at(1))).toBeNull();
      expect(await store().challenges.find(kept.tokenHash, at(1))).not.toBeNull();
    });

    test('two challenges never share a token hash', async () => {
      const { tokenHash } = await addChallenge(store());
      await expect(addChallenge(store(), { tokenHash })).rejects.toThrow();
    });
  });
}
