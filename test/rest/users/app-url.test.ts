import { expect, test } from 'vitest';
import { asEnvironment, createTenant, createUserInTenant } from '../../support/builders.ts';
import { activationFor, createInvited, mailedResetLink, requestReset } from '../../support/first-factors.ts';
import { openHarness } from '../../support/harness.ts';
import { call } from '../../support/rest.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness(() => openHarness({ settings: { APP_URL: 'https://app.acme.example/portal/' } }));

test('links lead to the front end where its URL is set, and tokens still name this server', async () => {
  const user = await createUserInTenant(harness, 'app-url');
  await requestReset(harness, { email: user.email });
  expect(await mailedResetLink(harness, user.email)).toMatch(/^https:\/\/app\.acme\.example\/portal\/account\/reset-password\?userId=/);
  const { id } = await createInvited(harness, await createTenant(harness, 'app-url-invited'));
  expect((await activationFor(harness, id)).link).toMatch(/^https:\/\/app\.acme\.example\/portal\/account\/activate\?userId=/);
  const page = await call(harness, 'GET', '/roles/v2?_limit=1', { headers: await asEnvironment(harness) });
  expect(page.json()._links.first).toMatch(/^https:\/\/id\.acme\.example\/identity\/resources\/roles\/v2\?/);
});
