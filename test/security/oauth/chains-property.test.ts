import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { createUserInTenant } from '../../support/builders.ts';
import { exchange, hostedLogin, nextCode, openHostedLogin, refreshGrant, tokensIn } from '../../support/oauth.ts';
import type { Answer } from '../../support/requests.ts';
import { refreshCookie } from '../../support/requests.ts';
import { useHarness } from '../../support/use-harness.ts';
import { newAddress } from '../../support/user-agent.ts';

const harness = useHarness();
beforeAll(() => openHostedLogin(harness));

/** Somebody uses a token of a chain, counted back from the newest, or time passes. No sum of these times is the grace itself. */
const steps = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('use' as const), chain: fc.nat(4), back: fc.constantFrom(0, 0, 0, 0, 1, 1, 2, 3) }),
    fc.record({ kind: fc.constant('wait' as const), seconds: fc.constantFrom(4, 4, 11, 300) }),
  ),
  { minLength: 5, maxLength: 30 },
);

/** A token of a chain, and when a newer one took its place, in milliseconds. */
interface Held {
  token: string;
  replacedAt: number | null;
}

interface Chain {
  tokens: Held[];
  ended: boolean;
  /** Whether it is that of the browser, which the whole session hangs on. */
  ofBrowser: boolean;
}

const chainOf = (token: string, ofBrowser = false): Chain => ({ tokens: [{ token, replacedAt: null }], ended: false, ofBrowser });

const use = ({ ofBrowser }: Chain, token: string): Promise<Answer> =>
  ofBrowser
    ? harness.send({ method: 'POST', url: '/oauth/authorize/silent', cookie: `${refreshCookie}=${token}`, body: {}, address: newAddress() })
    : refreshGrant(harness, token);

const nextIn = ({ ofBrowser }: Chain, answer: Answer): string =>
  ofBrowser ? (answer.cookies.find(({ name }) => name === refreshCookie)?.value ?? '') : tokensIn(answer).refresh_token;

let people = 0;

/** The chain of a browser, and of as many applications. */
async function open(applications: number): Promise<Chain[]> {
  people += 1;
  const { email } = await createUserInTenant(harness, `turns-${people}`);
  const { agent, tokens } = await hostedLogin(harness, email);
  const chains = [chainOf(agent.cookies.get(refreshCookie) ?? '', true), chainOf(tokens.refresh_token)];
  while (chains.length <= applications) {
    const { asked, code } = await nextCode(agent);
    chains.push(chainOf(tokensIn(await exchange(harness, asked, code, {}, agent.cookieHeader())).refresh_token));
  }
  return chains;
}

/** Uses a token, and checks that it is taken if and only if nothing has ended its chain. */
async function turn(chains: Chain[], chain: Chain, used: Held): Promise<void> {
  const now = harness.clock.now().getTime();
  const stale = used.replacedAt !== null && now - used.replacedAt > 10_000;
  const answer = await use(chain, used.token);
  if (stale && !chain.ended) for (const each of chains) each.ended ||= each === chain || chain.ofBrowser;
  expect(answer.statusCode).toBe(chain.ended ? 401 : 200);
  if (chain.ended) return;
  const [next, newest] = [nextIn(chain, answer), chain.tokens.at(-1)];
  if (newest === undefined || next === newest.token) return;
  newest.replacedAt = now;
  chain.tokens.push({ token: next, replacedAt: null });
}

test('however holders take turns, a chain ends only by a token that was replaced over ten seconds ago: that of an application alone, that of the browser with all', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 4 }), steps, async (applications, sequence) => {
      const chains = await open(applications);
      for (const step of sequence) {
        const chain = step.kind === 'use' ? chains[step.chain % chains.length] : undefined;
        const used = step.kind === 'use' ? (chain?.tokens.at(-1 - step.back) ?? chain?.tokens[0]) : undefined;
        if (step.kind === 'wait') harness.clock.advance({ seconds: step.seconds });
        else if (chain !== undefined && used !== undefined) await turn(chains, chain, used);
      }
      harness.clock.advance({ seconds: 11 });
      for (const chain of chains) expect((await use(chain, chain.tokens.at(-1)?.token ?? '')).statusCode).toBe(chain.ended ? 401 : 200);
    }),
    { numRuns: 60 },
  );
}, 120_000);
