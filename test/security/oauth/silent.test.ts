import { beforeAll, describe, expect, test } from 'vitest';
import { createTenant, createUserInTenant, setPolicy } from '../../support/builders.ts';
import { openHarness } from '../../support/harness.ts';
import { hostedLogin, openHostedLogin, silent, tokensIn } from '../../support/oauth.ts';
import { logOut, refresh, refreshCookie } from '../../support/requests.ts';
import { claimsOf, joinTenant } from '../../support/rest.ts';
import { useHarness } from '../../support/use-harness.ts';
import type { UserAgent } from '../../support/user-agent.ts';
import { createUserAgent } from '../../support/user-agent.ts';

const listed = 'https://app.acme.example';
const harness = useHarness(() => openHarness({ settings: { CORS_ORIGINS: listed } }));
beforeAll(() => openHostedLogin(harness));

const browserOf = async (name: string): Promise<UserAgent> => (await hostedLogin(harness, (await createUserInTenant(harness, name)).email)).agent;
const refused = { error: 'login_required', error_description: 'Unauthorized', errors: ['Unauthorized'] };
const cookieOf = (agent: UserAgent) => agent.cookies.get(refreshCookie) ?? '';

describe('a page of another origin', () => {
  test.each(['https://evil.example', 'null', 'https://app.acme.example.evil.example', 'http://app.acme.example', 'https://id.acme.example:8443'])(
    '%s gets nothing, and the cookie stays the current one',
    async (origin) => {
      const agent = await browserOf(`foreign-${origin.replace(/\W+/g, '-')}`);
      const before = cookieOf(agent);
      const answer = await silent(agent, {}, { origin });
      expect(answer.statusCode).toBe(403);
      expect([answer.cookies, answer.headers['access-control-allow-origin'] ?? null]).not.toContain(origin);
      expect(answer.body).not.toMatch(/_token"/);
      harness.clock.advance({ seconds: 60 });
      expect(cookieOf(agent)).toBe(before);
      tokensIn(await silent(agent));
    },
  );

  test('our own and the listed ones get tokens, and a new cookie', async () => {
    const agent = await browserOf('listed');
    for (const origin of [listed, 'https://id.acme.example']) {
      const before = cookieOf(agent);
      harness.clock.advance({ seconds: 60 });
      tokensIn(await silent(agent, {}, { origin, authorization: 'Bearer garbage' }));
      expect(cookieOf(agent)).not.toBe(before);
    }
  });
});

describe('nobody is signed in', () => {
  test('without a cookie, with an invented one, and after a log-out: 401 for a client, never a redirect', async () => {
    const agent = createUserAgent(harness);
    const before = await silent(agent);
    agent.cookies.set(refreshCookie, 'invented');
    const invented = await silent(agent);
    const gone = await browserOf('gone');
    await logOut(harness, cookieOf(gone));
    for (const answer of [before, invented, await silent(gone)]) {
      expect({ status: answer.statusCode, body: answer.json() }).toEqual({ status: 401, body: refused });
      expect(answer.headers['www-authenticate']).toBeUndefined();
    }
  });

  test('where the tenant that is named needs a second factor that was not proven', async () => {
    const user = await createUserInTenant(harness, 'due');
    const { agent } = await hostedLogin(harness, user.email);
    await joinTenant(harness, user.email, await createTenant(harness, 'due-forced'));
    await setPolicy(harness, { enforceMFAType: 'Force' }, 'due-forced');
    const answer = await silent(agent, { tenantId: 'due-forced' });
    expect({ status: answer.statusCode, body: answer.json() }).toEqual({ status: 401, body: refused });
  });
});

describe('what may be sent', () => {
  test.each([[{}], [{ tenantId: null }], [undefined], ['null']])('a body of %j', async (body) => {
    const agent = await browserOf(`body-${String(JSON.stringify(body)).replace(/\W+/g, '-')}x`);
    tokensIn(await agent.fetch({ method: 'POST', url: '/oauth/authorize/silent', body }));
    tokensIn(await agent.fetch({ method: 'POST', url: '/frontegg/oauth/authorize/silent', body }));
  });

  test('a tenant of the person, and none of anybody else', async () => {
    const user = await createUserInTenant(harness, 'tenants');
    const { agent } = await hostedLogin(harness, user.email);
    await joinTenant(harness, user.email, await createTenant(harness, 'tenants-other'));
    await createTenant(harness, 'tenants-foreign');
    expect(claimsOf(tokensIn(await silent(agent, { tenantId: 'tenants-other' })).id_token).tenantId).toBe('tenants-other');
    const foreign = await silent(agent, { tenantId: 'tenants-foreign' });
    expect([400, 401, 403]).toContain(foreign.statusCode);
    expect(foreign.body).not.toMatch(/_token"/);
    expect(claimsOf(tokensIn(await silent(agent)).id_token).tenantId).toBe('tenants-other');
  });

  test('a navigation gets nothing and rotates nothing', async () => {
    const agent = await browserOf('navigation');
    const before = cookieOf(agent);
    const answer = await agent.fetch({
      method: 'POST',
      url: '/oauth/authorize/silent',
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-mode': 'navigate', origin: 'https://evil.example' },
      body: 'tenantId=x',
    });
    expect(answer.statusCode).toBeGreaterThanOrEqual(400);
    expect(cookieOf(agent)).toBe(before);
    harness.clock.advance({ seconds: 60 });
    expect((await refresh(harness, before)).statusCode).toBe(200);
  });
});
