import { beforeAll, expect, test } from 'vitest';
import { multiFactorAcr } from '../../../src/domain/session/session.ts';
import { createTenant, mailedCode, setStrategy } from '../../support/builders.ts';
import { openHarness } from '../../support/harness.ts';
import { answerTotp, authorize, codeOf, exchange, newRequest, openHostedLogin, signInOverPages, tokensIn, verifyForm } from '../../support/oauth.ts';
import { claimsOf, joinTenant } from '../../support/rest.ts';
import { addApp, ownUser } from '../../support/self-service.ts';
import { useHarness } from '../../support/use-harness.ts';
import { createUserAgent, formWith } from '../../support/user-agent.ts';

const harness = useHarness(() => openHarness({ settings: { HOSTED_TENANT_CHOICE: '1' } }));
beforeAll(async () => {
  await openHostedLogin(harness);
  await setStrategy(harness, 'EmailCode', true);
});

test('the tenant that was chosen holds through a step-up, and is asked for once', async () => {
  const user = await ownUser(harness, 'chooser');
  const other = await createTenant(harness, 'the-other-tenant');
  await joinTenant(harness, user.email, other);
  const secret = await addApp(harness, user.headers);
  harness.clock.advance({ seconds: 60 });
  const agent = createUserAgent(harness);
  const asked = newRequest({ parameters: { acr_values: multiFactorAcr } });
  const mfa = await signInOverPages(agent, await authorize(agent, asked), user.email);
  const byMail = await agent.open(new URL(`${mfa.url.pathname}${mfa.url.search}&factor=EMAIL_CODE`, mfa.url));
  const sent = await agent.submit(byMail, formWith(byMail, 'action', 'send'));
  const choice = await agent.submit(sent, verifyForm(sent, 'EMAIL_CODE'), { code: await mailedCode(harness, user.email) });
  expect(choice.url.pathname).toBe('/oauth/account/tenant');
  const stepUp = await agent.submit(choice, formWith(choice, 'tenantId', other), { tenantId: other });
  expect(stepUp.url.pathname).toBe('/oauth/account/step-up');
  const done = await answerTotp(harness, agent, stepUp, secret);
  const tokens = tokensIn(await exchange(harness, asked, codeOf(done)));
  expect(claimsOf(tokens.access_token)).toMatchObject({ tenantId: other, acr: multiFactorAcr });
});
