import { beforeAll, expect, test } from 'vitest';
import { query } from '../../support/database.ts';
import {
  answerTotp,
  authorize,
  codeOf,
  exchange,
  expectRefusedAs,
  newRequest,
  openHostedLogin,
  refreshGrant,
  signInOverPages,
  silent,
  tokenRequest,
  tokensIn,
} from '../../support/oauth.ts';
import { enrolled } from '../../support/second-factor.ts';
import { useHarness } from '../../support/use-harness.ts';
import { createUserAgent } from '../../support/user-agent.ts';

const harness = useHarness();
beforeAll(() => openHostedLogin(harness));

const canary = 'canary-97531';

test('what passes through hosted login is in no line of the log and in no event, whether it was right or wrong', async () => {
  const user = await enrolled(harness, 'quiet');
  const agent = createUserAgent(harness);
  const action = Buffer.from(
    JSON.stringify({ type: 'direct', data: `https://id.acme.example/oauth/account/mfa-mobile-authenticator?state=${canary}` }),
  );
  const names = ['state', 'login_hint', 'tenantId', 'ui_locales', 'acr_values', 'scope', canary];
  const parameters = Object.fromEntries(names.map((name) => [name, `${canary}-${name}`]));
  const secrets: string[] = [canary];

  const refusedRequest = newRequest({ parameters: { ...parameters, redirect_uri: `https://evil.example/${canary}`, client_id: canary } });
  await authorize(agent, refusedRequest);
  await authorize(agent, newRequest({ parameters: { ...parameters, login_direct_action: action.toString('base64') } }));
  const wrong = await authorize(agent, newRequest({ parameters: { ...parameters, prompt: 'none' } }));
  secrets.push(wrong.left?.search ?? canary);

  const asked = newRequest({ parameters: { state: `${canary}-state`, login_hint: `${canary}@acme.example` } });
  const page = await authorize(agent, asked);
  await signInOverPages(agent, page, user.email, `${canary} password`);
  const second = await signInOverPages(agent, page, user.email);
  await answerTotp(harness, agent, second, user.secret, { code: canary });
  const code = codeOf(await answerTotp(harness, agent, await agent.open(second.url), user.secret));
  const tokens = tokensIn(await exchange(harness, asked, code));
  expectRefusedAs(await exchange(harness, asked, code, { code_verifier: `${canary}${'x'.repeat(40)}` }), 400, 'invalid_grant');
  const next = tokensIn(await silent(agent));
  await refreshGrant(harness, canary);
  await tokenRequest(harness, `{"${canary}":"${canary}`);
  await tokenRequest(harness, { grant_type: canary, client_id: canary, client_secret: canary }, { authorization: `Basic ${canary}` });
  await agent.open(`/oauth/logout?id_token_hint=${canary}&post_logout_redirect_uri=https://evil.example/${canary}&state=${canary}`);
  await agent.open(`/oauth/account/login?i=${canary}&token=${canary}`);
  await agent.open(`/oauth/account/reset-password?userId=${canary}&token=${canary}`);

  secrets.push(code, asked.verifier, asked.nonce, user.secret, user.mfaToken, ...agent.cookies.values());
  secrets.push(...[tokens, next].flatMap(({ access_token, id_token, refresh_token }) => [access_token, id_token, refresh_token]));
  const heard = JSON.stringify(harness.logged);
  const events = JSON.stringify(await query(harness, 'select * from audit_events'));
  for (const secret of secrets.filter((each) => each !== '')) {
    expect(heard).not.toContain(secret);
    expect(events).not.toContain(secret);
  }
});
