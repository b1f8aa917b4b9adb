import { beforeAll, describe, expect, test } from 'vitest';
import { asEnvironment, createTenant, createUserInTenant } from '../../support/builders.ts';
import { everything } from '../../support/database.ts';
import type { Harness } from '../../support/harness.ts';
import { clientId, secret } from '../../support/harness.ts';
import { openInstances } from '../../support/instances.ts';
import type { TokenBody } from '../../support/oauth.ts';
import {
  authorize,
  callback,
  codeOf,
  exchange,
  expectNoTokens,
  expectRefusedAs,
  hostedLogin,
  newCode,
  newRequest,
  nextCode,
  openHostedLogin,
  randomText,
  refreshGrant,
  signedInBrowser,
  silent,
  tokensIn,
} from '../../support/oauth.ts';
import { race } from '../../support/race.ts';
import { logOut, me, refreshCookie } from '../../support/requests.ts';
import { call, joinTenant } from '../../support/rest.ts';
import { useHarness } from '../../support/use-harness.ts';
import { createUserAgent } from '../../support/user-agent.ts';

const harness = useHarness(openInstances);
const secondApp = 'https://second.acme.example/oauth/callback';
beforeAll(() => openHostedLogin(harness, secondApp));

const person = async (name: string) => (await createUserInTenant(harness, name)).email;
const basic = (id = clientId, key = secret) => ({ authorization: `Basic ${Buffer.from(`${id}:${key}`).toString('base64')}` });

describe('a code is exchanged once', () => {
  test('used again, it gets nothing, and what was issued from it ends; the session and the other applications go on', async () => {
    const { agent, asked, code, tokens } = await hostedLogin(harness, await person('reuse'));
    const other = await nextCode(agent);
    const others = tokensIn(await exchange(harness, other.asked, other.code));
    const next = tokensIn(await refreshGrant(harness, tokens.refresh_token));

    expectRefusedAs(await exchange(harness, asked, code), 400, 'invalid_grant');
    for (const dead of [tokens, next]) expectRefusedAs(await refreshGrant(harness, dead.refresh_token), 401, 'invalid_grant');
    tokensIn(await refreshGrant(harness, others.refresh_token));
    tokensIn(await silent(agent));
    expectRefusedAs(await exchange(harness, asked, code), 400, 'invalid_grant');
  });

  test('a thief who has it without the verifier gets nothing, before the application and after it', async () => {
    const { asked, code } = await newCode(harness, await person('thief'));
    for (const code_verifier of [randomText(64), undefined]) expectNoTokens(await exchange(harness, asked, code, { code_verifier }));
    await exchange(harness, asked, code);
    for (const code_verifier of [randomText(64), undefined]) expectNoTokens(await exchange(harness, asked, code, { code_verifier }));
  });

  test('whoever exchanges it many times at once, at most one gets tokens', async () => {
    for (let round = 0; round < 3; round += 1) {
      const { asked, code } = await newCode(harness, await person(`race-${round}`));
      const answers = await race(20, () => exchange(harness, asked, code));
      expect(answers.filter(({ statusCode }) => statusCode === 200)).toHaveLength(1);
      for (const answer of answers.filter(({ statusCode }) => statusCode !== 200)) expectRefusedAs(answer, 400, 'invalid_grant');
    }
  });

  test('it is valid for a minute', async () => {
    const early = await newCode(harness, await person('early'));
    harness.clock.advance({ seconds: 59 });
    tokensIn(await exchange(harness, early.asked, early.code));
    const late = await newCode(harness, await person('late'));
    harness.clock.advance({ seconds: 61 });
    expectRefusedAs(await exchange(harness, late.asked, late.code), 400, 'invalid_grant');
  });

  test('invented codes are refused', async () => {
    const { asked } = await newCode(harness, await person('invented'));
    for (const code of ['x', randomText(43), 'a\u0000b', "' or 1=1 --"]) expectNoTokens(await exchange(harness, asked, code), code);
  });
});

describe('a code belongs to the request that it answers', () => {
  const wrong: Record<string, TokenBody> = {
    'another verifier': { code_verifier: randomText(64) },
    'no verifier': { code_verifier: undefined },
    'an empty verifier': { code_verifier: '' },
    'a verifier that is too short': { code_verifier: randomText(15) },
    'a verifier that is too long': { code_verifier: randomText(129) },
    'a verifier of other letters': { code_verifier: `${randomText(50)} +` },
    'another registered address': { redirect_uri: secondApp },
    'the address with a slash': { redirect_uri: `${callback}/` },
    'no address': { redirect_uri: undefined },
    'another client': { client_id: '11111111-2222-4333-8444-555555555555' },
    'an empty code': { code: '' },
    'no code': { code: undefined },
    'a code that is no text': { code: ['x'] },
  };
  test.each(Object.entries(wrong))('%s gets nothing', async (about, changes) => {
    const { asked, code } = await newCode(harness, await person(`wrong-${about.replaceAll(' ', '-')}`));
    expectNoTokens(await exchange(harness, asked, code, changes), about);
  });

  test('the challenge itself is no verifier', async () => {
    const { asked, code } = await newCode(harness, await person('challenge'));
    const challenge = new URLSearchParams(asked.url.split('?')[1]).get('code_challenge');
    expectRefusedAs(await exchange(harness, asked, code, { code_verifier: challenge }), 400, 'invalid_grant');
  });

  test('the code of one person is not exchanged for the request of another', async () => {
    const [one, other] = [await newCode(harness, await person('mine')), await newCode(harness, await person('yours'))];
    expectRefusedAs(await exchange(harness, one.asked, other.code), 400, 'invalid_grant');
  });

  test('a verifier of 16 letters serves, as those of browsers are', async () => {
    const agent = await signedInBrowser(harness, await person('sixteen'));
    const asked = newRequest({ verifierLength: 16 });
    tokensIn(await exchange(harness, asked, codeOf(await authorize(agent, asked))));
  });

  test('the client may be named by its own id', async () => {
    const { asked, code } = await newCode(harness, await person('named'));
    tokensIn(await exchange(harness, asked, code, { client_id: clientId }));
  });
});

describe('a stripped challenge is noticed', () => {
  const withSecret = (asked: { redirectUri: string }, code: string, more: TokenBody, headers: Record<string, string>) =>
    harness.send({
      method: 'POST',
      url: '/oauth/token',
      headers,
      body: { grant_type: 'authorization_code', code, redirect_uri: asked.redirectUri, ...more },
    });
  const unchallenged = (email: string) => newCode(harness, email, { code_challenge: null, code_challenge_method: null });

  test('a verifier without a challenge is refused', async () => {
    const { asked, code } = await unchallenged(await person('stripped'));
    expectRefusedAs(await exchange(harness, asked, code), 400, 'invalid_grant');
    expectRefusedAs(await withSecret(asked, code, { code_verifier: asked.verifier }, basic()), 400, 'invalid_grant');
  });

  test('without a challenge the secret of the environment is needed', async () => {
    const email = await person('unchallenged');
    const first = await unchallenged(email);
    expectNoTokens(await withSecret(first.asked, first.code, {}, {}));
    const second = await unchallenged(email);
    expect((await withSecret(second.asked, second.code, {}, basic(clientId, 'wrong'))).statusCode).toBe(401);
    const third = await unchallenged(email);
    tokensIn(await withSecret(third.asked, third.code, {}, basic()));
    const fourth = await unchallenged(email);
    tokensIn(await withSecret(fourth.asked, fourth.code, { client_id: clientId, client_secret: secret }, {}));
  });

  test('the secret does not stand in for the verifier of a challenge', async () => {
    const { asked, code } = await newCode(harness, await person('downgraded'));
    expectRefusedAs(await withSecret(asked, code, {}, basic()), 400, 'invalid_grant');
  });
});

describe('a code is worth no more than its session at the time of the exchange', () => {
  const afterwards: Record<string, (name: string, refreshToken: string) => Promise<unknown>> = {
    'after a log-out': (_, refreshToken) => logOut(harness, refreshToken),
    'after a lock': async (name) =>
      call(harness, 'POST', `/users/v1/${await idOf(harness, name)}/lock`, { headers: await asEnvironment(harness, name) }),
    'after a removal from the only tenant': async (name) =>
      call(harness, 'DELETE', `/users/v1/${await idOf(harness, name)}`, { headers: await asEnvironment(harness, name) }),
    'after the end of all sessions': async (name) => {
      const headers = await asEnvironment(harness, name);
      return call(harness, 'POST', `/users/v1/${await idOf(harness, name)}/lock`, { headers }).then(async () =>
        call(harness, 'POST', `/users/v1/${await idOf(harness, name)}/unlock`, { headers }),
      );
    },
  };
  test.each(Object.entries(afterwards))('%s it gets nothing', async (about, happen) => {
    const name = about.replaceAll(' ', '-');
    const { agent, asked, code } = await newCode(harness, await person(name));
    await happen(name, agent.cookies.get(refreshCookie) ?? '');
    expectNoTokens(await exchange(harness, asked, code), about);
  });

  test('after a removal from the tenant that it is for, it does not lead there', async () => {
    const email = await person('two-tenants');
    await joinTenant(harness, email, await createTenant(harness, 'second-tenant'));
    const { asked, code } = await newCode(harness, email, { tenantId: 'second-tenant' });
    const headers = await asEnvironment(harness, 'second-tenant');
    expect((await call(harness, 'DELETE', `/users/v1/${await idOf(harness, 'two-tenants')}`, { headers })).statusCode).toBe(200);
    expectNoTokens(await exchange(harness, asked, code));
  });
});

describe('what a browser and an application hold is not in the database', () => {
  test('neither codes, tokens, cookies nor verifiers', async () => {
    const { agent, asked, code, tokens } = await hostedLogin(harness, await person('hashed'), { state: 'state-canary-2468' });
    const waiting = createUserAgent(harness);
    await waiting.open(newRequest().url);
    const refreshed = tokensIn(await refreshGrant(harness, tokens.refresh_token));
    const text = (await everything(harness)).map(({ row }) => Object.values(row).map(readable).join('\n')).join('\n');
    const held = [code, asked.verifier, tokens.access_token, tokens.id_token, tokens.refresh_token, refreshed.refresh_token];
    for (const value of [...held, ...agent.cookies.values(), ...waiting.cookies.values()]) expect(text).not.toContain(value);
    expect((await me(harness, refreshed.id_token)).statusCode).toBe(200);
  });
  const readable = (value: unknown): string => (value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : String(value));
});

async function idOf(of: Harness, name: string): Promise<string> {
  const headers = await asEnvironment(of);
  const answer = await call(of, 'GET', `/users/v1/email?email=${encodeURIComponent(`${name}@acme.example`)}`, { headers });
  return answer.json<{ id: string }>().id;
}
