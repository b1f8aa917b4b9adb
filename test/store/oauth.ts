import { describe, expect, test } from 'vitest';
import { mostChains } from '../../src/domain/session/session.ts';
import type { Open } from './fixtures.ts';
import { addSession, at, codeOf, countOf, interactionOf, newId, noteOf, race, useStore } from './fixtures.ts';

/** What hosted login promises of its interactions, its codes, and the chains of refresh tokens that begin with them. */
export function oauthContract(open: Open): void {
  describe('chains of refresh tokens', () => {
    const store = useStore(open);
    const addToken = async (sessionId: string, chainId: string | null, seconds: number) => {
      const token = { tokenHash: newId(), sessionId, chainId, forApplication: true, createdAt: at(seconds), supersededAt: null, sealed: null };
      await store().sessions.addRefreshToken(token);
      return token;
    };

    test('each chain has a current token of its own, and a chain ends without the session and the others', async () => {
      const { session, tokenHash } = await addSession(store());
      const [one, other] = [await addToken(session.id, newId(), 1), await addToken(session.id, newId(), 2)];
      expect(await store().sessions.findCurrentToken({ sessionId: session.id, chainId: null })).toMatchObject({ tokenHash });
      for (const token of [one, other]) expect(await store().sessions.findCurrentToken(token)).toEqual(token);
      await store().sessions.supersede(one.tokenHash, at(3));
      const next = await addToken(session.id, one.chainId, 3);
      await store().sessions.endChain(one.chainId ?? '');
      for (const token of [one, next]) expect(await store().sessions.findRefreshToken(token.tokenHash, at(4))).toBeNull();
      expect(await store().sessions.findCurrentToken(other)).toEqual(other);
      expect(await store().sessions.findRefreshToken(tokenHash, at(4))).toMatchObject({ session: { id: session.id } });
    });

    test('the chains that were used longest ago are those beyond a number, and the chain of the cookie is none of them', async () => {
      const [{ session }, other] = [await addSession(store()), await addSession(store())];
      const chains = await Promise.all([1, 2, 3, 4].map(async (seconds) => (await addToken(session.id, newId(), seconds)).chainId));
      await addToken(other.session.id, newId(), 0);
      const used = { sessionId: session.id, chainId: chains[0] ?? null };
      const current = await store().sessions.findCurrentToken(used);
      await store().sessions.supersede(current?.tokenHash ?? '', at(5));
      await addToken(session.id, used.chainId, 5);
      expect(await store().sessions.chainsBeyond(session.id, 2)).toEqual([chains[2], chains[1]]);
      expect(await store().sessions.chainsBeyond(session.id, mostChains)).toEqual([]);
    });
  });

  describe('interactions', () => {
    const store = useStore(open);

    test('an interaction is found as it was added until its time is over or it has ended', async () => {
      const interaction = interactionOf({ proof: { amr: ['otp', 'mfa'], at: at(1) }, sealed: Uint8Array.of(1, 2) });
      await store().interactions.add(interaction);
      expect(await store().interactions.find(interaction.tokenHash, at(3_599))).toEqual(interaction);
      expect(await store().interactions.find(interaction.tokenHash, at(3_600))).toBeNull();
      expect(await store().interactions.find(newId(), at(1))).toBeNull();
      expect(countOf(await race(20, () => store().interactions.end(interaction.tokenHash, at(2))), (won) => won)).toBe(1);
      expect(await store().interactions.find(interaction.tokenHash, at(2))).toBeNull();
    });

    test('of 50 parallel requests of one step exactly one goes on, and its token is the only one that counts afterwards', async () => {
      const interaction = interactionOf();
      const other = interactionOf();
      for (const each of [interaction, other]) await store().interactions.add(each);
      const tokens = Array.from({ length: 50 }, newId);
      const advanced = await race(50, (index) =>
        store().interactions.advance(interaction, { tokenHash: tokens[index] ?? '', step: 'SECOND_FACTOR' }, at(1)),
      );
      expect(countOf(advanced, (won) => won)).toBe(1);
      expect(await store().interactions.find(interaction.tokenHash, at(1))).toBeNull();
      expect(await store().interactions.find(tokens[advanced.indexOf(true)] ?? '', at(1))).toMatchObject({
        id: interaction.id,
        step: 'SECOND_FACTOR',
      });
      expect(await store().interactions.find(other.tokenHash, at(1))).toEqual(other);
    });

    test('an interaction that has expired or ended, or stands at another step, does not go on', async () => {
      const [late, ended, elsewhere] = [interactionOf(), interactionOf(), interactionOf({ step: 'STEP_UP' })];
      for (const each of [late, ended, elsewhere]) await store().interactions.add(each);
      await store().interactions.end(ended.tokenHash, at(1));
      expect(await store().interactions.advance(late, { step: 'ENROLLMENT' }, at(3_600))).toBe(false);
      expect(await store().interactions.advance(ended, { step: 'ENROLLMENT' }, at(2))).toBe(false);
      expect(await store().interactions.advance({ ...elsewhere, step: 'SIGN_IN' }, { step: 'ENROLLMENT' }, at(2))).toBe(false);
      expect(await store().interactions.find(elsewhere.tokenHash, at(2))).toEqual(elsewhere);
    });

    test('a change leaves what it does not name, and takes a proof away where it says so', async () => {
      const { session } = await addSession(store());
      const interaction = interactionOf({ sealed: Uint8Array.of(7) });
      await store().interactions.add(interaction);
      const proof = { amr: ['hwk', 'mfa'], at: at(3) };
      const change = { userId: session.userId, sessionId: session.id, proof };
      expect(await store().interactions.advance(interaction, change, at(1))).toBe(true);
      expect(await store().interactions.find(interaction.tokenHash, at(2))).toEqual({ ...interaction, ...change });
      await store().interactions.advance(interaction, { proof: null, sealed: null }, at(1));
      expect(await store().interactions.find(interaction.tokenHash, at(2))).toEqual({ ...interaction, ...change, proof: null, sealed: null });
    });
  });

  describe('authorization codes', () => {
    const store = useStore(open);
    const add = async (change: Parameters<typeof codeOf>[1] = {}) => {
      const { session } = await addSession(store());
      const code = codeOf(session, change);
      await store().authorizationCodes.add(code);
      return code;
    };

    test('of 100 parallel exchanges exactly one spends a code, and it is found as spent afterwards', async () => {
      const code = await add({ proof: { amr: ['sms', 'mfa'], at: at(1) }, signedInAt: at(0), nonce: 'n', codeChallenge: 'c' });
      const other = await add();
      expect(await store().authorizationCodes.find(code.codeHash)).toEqual(code);
      expect(countOf(await race(100, () => store().authorizationCodes.spend(code.codeHash, at(59))), (won) => won)).toBe(1);
      const chainIds = [newId(), newId()];
      await store().authorizationCodes.keepChains(code.codeHash, chainIds);
      expect(await store().authorizationCodes.find(code.codeHash)).toEqual({ ...code, spentAt: at(59), chainIds });
      expect(await store().authorizationCodes.find(other.codeHash)).toEqual(other);
      expect(await store().authorizationCodes.find(newId())).toBeNull();
    });

    test('a code whose minute is over is not spent', async () => {
      const code = await add();
      expect(await store().authorizationCodes.spend(code.codeHash, at(60))).toBe(false);
    });

    test('the codes of a user, of a user in a tenant, or of a tenant end, and those of others do not', async () => {
      const [mine, inTenant, ofTenant, foreign] = [await add(), await add(), await add(), await add()];
      await store().authorizationCodes.endAllOf(mine.userId, at(1));
      await store().authorizationCodes.endAllIn(inTenant.tenantId, mine.userId, at(1));
      await store().authorizationCodes.endAllIn(inTenant.tenantId, inTenant.userId, at(1));
      await store().authorizationCodes.endAllIn(ofTenant.tenantId, null, at(1));
      for (const { codeHash } of [mine, inTenant, ofTenant]) expect(await store().authorizationCodes.spend(codeHash, at(2))).toBe(false);
      expect(await store().authorizationCodes.spend(foreign.codeHash, at(2))).toBe(true);
    });
  });

  describe('notes of the account page', () => {
    const store = useStore(open);

    test('a note is found until its time is over, and a newer one takes its place', async () => {
      const note = await noteOf(store());
      await store().accountNotes.keep(note);
      expect(await store().accountNotes.find(note.id, at(599))).toEqual(note);
      expect(await store().accountNotes.find(note.id, at(600))).toBeNull();
      expect(await store().accountNotes.take(note.id, at(600))).toBeNull();
      const newer = { ...note, sealed: Uint8Array.of(3), expiresAt: at(900) };
      await store().accountNotes.keep(newer);
      expect(await store().accountNotes.find(note.id, at(600))).toEqual(newer);
      expect(await store().accountNotes.find(newId(), at(1))).toBeNull();
    });

    test('of 50 parallel calls exactly one takes the note', async () => {
      const note = await noteOf(store());
      await store().accountNotes.keep(note);
      const taken = await race(50, () => store().accountNotes.take(note.id, at(1)));
      expect(taken.filter((one) => one !== null)).toEqual([note]);
      expect(await store().accountNotes.find(note.id, at(1))).toBeNull();
    });
  });
}
