import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { createUserInTenant } from '../../support/builders.ts';
import { exchange, hostedLogin, nextCode, openHostedLogin, refreshGrant, tokensIn } from '../../support/oauth.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness();
beforeAll(() => openHostedLogin(harness));

/** Somebody uses a token of a chain, counted back from the newest, or time passes. No sum of these times is the grace itself. */
const steps = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('use' as const), chain: fc.nat(3), back: fc.constantFrom(0, 0, 0, 0, 1, 1, 2, 3) }),
    fc.record({ kind: fc.constant('wait' as const), seconds: fc.constantFrom(4, 4, 11, 300) }),
  ),
  { minLength: 5, maxLength: 30 },
);

/** A token of a chain, and when a newer one took its place, in milliseconds. */
interface Held {
  token: string;
  replacedAt: number | null;
}

let people = 0;

test('however holders take turns, a chain ends only if a token is used that was replaced more than ten seconds ago, and it ends alone', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 4 }), steps, async (count, sequence) => {
      people += 1;
      const { email } = await createUserInTenant(harness, `turns-${people}`);
      const first = await hostedLogin(harness, email);
      const chains: { tokens: Held[]; ended: boolean }[] = [{ tokens: [{ token: first.tokens.refresh_token, replacedAt: null }], ended: false }];
      while (chains.length < count) {
        const { asked, code } = await nextCode(first.agent);
        chains.push({ tokens: [{ token: tokensIn(await exchange(harness, asked, code)).refresh_token, replacedAt: null }], ended: false });
      }

      for (const step of sequence) {
        if (step.kind === 'wait') {
          harness.clock.advance({ seconds: step.seconds });
          continue;
        }
        const chain = chains[step.chain % chains.length] ?? chains[0];
        const used = chain?.tokens.at(-1 - step.back) ?? chain?.tokens[0];
        if (chain === undefined || used === undefined) continue;
        const now = harness.clock.now().getTime();
        const stale = used.replacedAt !== null && now - used.replacedAt > 10_000;
        const answer = await refreshGrant(harness, used.token);
        chain.ended ||= stale;
        expect(answer.statusCode, JSON.stringify(step)).toBe(chain.ended ? 401 : 200);
        if (chain.ended) continue;
        const next = tokensIn(answer).refresh_token;
        const newest = chain.tokens.at(-1);
        if (newest === undefined || next === newest.token) continue;
        newest.replacedAt = now;
        chain.tokens.push({ token: next, replacedAt: null });
      }

      harness.clock.advance({ seconds: 11 });
      for (const { tokens, ended } of chains) {
        const newest = tokens.at(-1)?.token ?? '';
        expect((await refreshGrant(harness, newest)).statusCode).toBe(ended ? 401 : 200);
      }
    }),
    { numRuns: 25 },
  );
}, 120_000);
