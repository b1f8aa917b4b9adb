import { beforeAll, describe, expect, test } from 'vitest';
import { createTenant, createUserInTenant, enroll, expectStatus, setPolicy } from '../../support/builders.ts';
import { audited } from '../../support/database.ts';
import { openInstances } from '../../support/instances.ts';
import type { Tokens } from '../../support/oauth.ts';
import { exchange, expectRefusedAs, hostedLogin, nextCode, openHostedLogin, refreshGrant, silent, tokensIn } from '../../support/oauth.ts';
import { race } from '../../support/race.ts';
import { createForcedUser, logOut, me, refresh, refreshCookie } from '../../support/requests.ts';
import { claimsOf, joinTenant } from '../../support/rest.ts';
import { useHarness } from '../../support/use-harness.ts';
import type { UserAgent } from '../../support/user-agent.ts';
import { createUserAgent } from '../../support/user-agent.ts';

const harness = useHarness(openInstances);
beforeAll(() => openHostedLogin(harness));

const later = (seconds: number) => harness.clock.advance({ seconds });
const cookieOf = (agent: UserAgent): string => agent.cookies.get(refreshCookie) ?? '';
const refreshed = async (tokens: Tokens): Promise<Tokens> => tokensIn(await refreshGrant(harness, tokens.refresh_token));
const expectDead = async (tokens: Tokens) => expectRefusedAs(await refreshGrant(harness, tokens.refresh_token), 401, 'invalid_grant');
const tab = async (agent: UserAgent): Promise<Tokens> => tokensIn(await silent(agent));

/** A person with tokens in one application, and the browser of the login. */
async function signedIn(name: string) {
  const user = await createUserInTenant(harness, name);
  return { user, ...(await hostedLogin(harness, user.email)) };
}

describe('every holder has a chain of its own', () => {
  test('two tabs, an application and the browser refresh in any rhythm, and nobody is logged out', async () => {
    const { agent, tokens } = await signedIn('tabs');
    let [one, two, app] = [await tab(agent), await tab(agent), tokens];
    for (const seconds of [11, 300, 5, 11, 60]) {
      later(seconds);
      one = await refreshed(one);
      later(seconds);
      two = await refreshed(two);
      app = await refreshed(app);
      await tab(agent);
    }
    for (const { id_token } of [one, two, app]) expect((await me(harness, id_token)).statusCode).toBe(200);
  });

  test('a token is replaced at each use, and within ten seconds the replaced one gets the same successor', async () => {
    const { tokens } = await signedIn('grace');
    const next = await refreshed(tokens);
    expect(next.refresh_token).not.toBe(tokens.refresh_token);
    later(5);
    expect((await refreshed(tokens)).refresh_token).toBe(next.refresh_token);
    await refreshed(next);
  });

  test('calls at once with one token all go on with the same one', async () => {
    const { tokens } = await signedIn('at-once');
    const answers = await race(10, () => refreshGrant(harness, tokens.refresh_token));
    expect(new Set(answers.map((answer) => tokensIn(answer).refresh_token)).size).toBe(1);
  });
});

describe('a replaced token that is used later than that may have been stolen', () => {
  test('that of an application ends what the application has, and nothing else', async () => {
    const { user, agent, tokens } = await signedIn('stolen-from-app');
    const [other, next] = [await tab(agent), await refreshed(tokens)];
    later(11);
    await expectDead(tokens);
    await expectDead(next);
    await refreshed(other);
    const again = await tab(agent);
    expect((await me(harness, again.id_token)).statusCode).toBe(200);
    expect(await audited(harness, user.id, 'REFRESH_TOKEN_REUSED')).toBe(1);
    // Whoever has nothing more to end is told the same, and nothing is recorded again.
    await expectDead(tokens);
    expect(await audited(harness, user.id, 'REFRESH_TOKEN_REUSED')).toBe(1);
  });

  test('that of the browser ends the session, and with it all applications', async () => {
    const { user, agent, tokens } = await signedIn('stolen-from-browser');
    const stolen = cookieOf(agent);
    const other = await tab(agent);
    later(11);
    expect((await refresh(harness, stolen)).statusCode).toBe(401);
    for (const dead of [tokens, other]) {
      await expectDead(dead);
      expect((await me(harness, dead.id_token)).statusCode).toBe(401);
      expect((await me(harness, dead.access_token)).statusCode).toBe(401);
    }
    expect((await silent(agent)).statusCode).toBe(401);
    expect(await audited(harness, user.id, 'REFRESH_TOKEN_REUSED')).toBe(1);
  });

  test.each(['silent', 'token', 'refresh'] as const)('the browser token is recognized wherever it is used: %s', async (where) => {
    const { agent, tokens } = await signedIn(`stolen-${where}`);
    const stolen = cookieOf(agent);
    await tab(agent);
    later(11);
    const ask = {
      silent: () => harness.send({ method: 'POST', url: '/oauth/authorize/silent', cookie: `${refreshCookie}=${stolen}`, body: {} }),
      token: () => refreshGrant(harness, stolen),
      refresh: () => refresh(harness, stolen),
    };
    expect((await ask[where]()).statusCode).toBe(401);
    await expectDead(tokens);
  });
});

describe('what is presented decides what is replaced', () => {
  test('an exchange that brings no cookie does not replace the one of the browser', async () => {
    const { agent } = await signedIn('other-jar');
    const before = cookieOf(agent);
    const { asked, code } = await nextCode(agent);
    tokensIn(await exchange(harness, asked, code));
    later(60);
    expect(cookieOf(agent)).toBe(before);
    await nextCode(agent);
    await tab(agent);
  });

  test('a cookie that an exchange sets elsewhere and the one of the browser live side by side', async () => {
    const { agent } = await signedIn('two-jars');
    const { asked, code } = await nextCode(agent);
    const answer = await exchange(harness, asked, code);
    const second = answer.cookies.find(({ name }) => name === refreshCookie)?.value;
    if (second !== undefined) {
      expect(second).not.toBe(cookieOf(agent));
      expect(second).not.toBe(tokensIn(answer).refresh_token);
      for (let turn = 0, token = second; turn < 3; turn += 1) {
        later(30);
        const next = await refresh(harness, token);
        expectStatus(next, 200);
        token = next.json<{ refreshToken: string }>().refreshToken;
        await tab(agent);
      }
    }
    await nextCode(agent);
  });

  test('the token of the browser is never in a body, and that of an application never in a cookie of the browser', async () => {
    const { agent, tokens } = await signedIn('apart');
    const cookies = [cookieOf(agent)];
    const bodies = [tokens.refresh_token];
    for (let turn = 0; turn < 3; turn += 1) {
      later(30);
      bodies.push((await tab(agent)).refresh_token);
      cookies.push(cookieOf(agent));
    }
    expect(cookies.filter((token) => bodies.includes(token))).toEqual([]);
    expect(new Set(cookies).size).toBe(4);
    expect((await refreshGrant(harness, tokens.refresh_token)).cookies).toEqual([]);
  });

  test('an application that keeps its token in a cookie of its own gets the next one back by cookie and by body', async () => {
    const { tokens } = await signedIn('hand-made-cookie');
    let token = tokens.refresh_token;
    for (let turn = 0; turn < 3; turn += 1) {
      later(30);
      const cookie = `${refreshCookie}=${token}`;
      const answer =
        turn === 1
          ? await refreshGrant(harness, token, {}, cookie)
          : await harness.send({ method: 'POST', url: '/frontegg/oauth/authorize/silent', cookie, body: {} });
      const next = tokensIn(answer).refresh_token;
      expect(answer.cookies.find(({ name }) => name === refreshCookie)?.value).toBe(next);
      token = next;
    }
  });
});

describe('a session ends as a whole', () => {
  test('a log-out anywhere ends every chain', async () => {
    const { agent, tokens } = await signedIn('log-out');
    const other = await tab(agent);
    expectStatus(await logOut(harness, other.refresh_token), 201);
    for (const dead of [tokens, other]) await expectDead(dead);
    expect((await silent(agent)).statusCode).toBe(401);
  });

  test('at most a hundred applications have a chain: the next one ends the one that was idle for longest, without alarm', async () => {
    const { user, agent, tokens } = await signedIn('hundred');
    const oldest = await tab(agent);
    later(20);
    const older = await tab(agent);
    later(20);
    const kept = await refreshed(tokens);
    for (let count = 0; count < 98; count += 1) await tab(agent);
    await expectDead(oldest);
    await refreshed(older);
    await refreshed(kept);
    expect(await audited(harness, user.id, 'REFRESH_TOKEN_REUSED')).toBe(0);
  });

  test('the browser is not among them, however long it was not asked', async () => {
    const { agent } = await signedIn('hundred-codes');
    later(60);
    for (let count = 0; count < 101; count += 1) {
      const { asked, code } = await nextCode(agent);
      tokensIn(await exchange(harness, asked, code, {}, agent.cookieHeader()));
      later(1);
    }
    await tab(agent);
  });
});

describe('no refresh is worth more than the login', () => {
  test('neither a silent answer nor a refresh states the second factor of the login', async () => {
    const { email } = await createForcedUser(harness, 'elevation');
    const agent = createUserAgent(harness);
    agent.cookies.set(refreshCookie, (await enroll(harness, email)).refreshToken);
    const tokens = await tab(agent);
    for (const token of [tokens.id_token, tokens.access_token, (await refreshed(tokens)).id_token]) {
      expect(Object.keys(claimsOf(token)).filter((claim) => ['acr', 'amr', 'auth_time'].includes(claim))).toEqual([]);
    }
  });

  test('an application enters no tenant whose second factor is due', async () => {
    const { user, tokens } = await signedIn('border');
    await joinTenant(harness, user.email, await createTenant(harness, 'border-forced'));
    await setPolicy(harness, { enforceMFAType: 'Force' }, 'border-forced');
    expectRefusedAs(await refreshGrant(harness, tokens.refresh_token, { tenantId: 'border-forced' }), 401, 'invalid_grant');
  });

  test('an application enters another tenant of its person, and no tenant of anybody else', async () => {
    const { user, tokens } = await signedIn('switch');
    await joinTenant(harness, user.email, await createTenant(harness, 'switch-other'));
    await createTenant(harness, 'switch-foreign');
    const entered = tokensIn(await refreshGrant(harness, tokens.refresh_token, { tenantId: 'switch-other' }));
    expect(claimsOf(entered.id_token).tenantId).toBe('switch-other');
    const foreign = await refreshGrant(harness, entered.refresh_token, { tenantId: 'switch-foreign' });
    expect([400, 401, 403]).toContain(foreign.statusCode);
    expect(foreign.body).not.toMatch(/_token"/);
    expect(claimsOf((await refreshed(entered)).id_token).tenantId).toBe('switch-other');
  });
});
