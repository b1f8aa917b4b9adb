import { describe, expect, test } from 'vitest';
import { createTenant, createUserInTenant } from '../../support/builders.ts';
import { claimsOf, joinTenant } from '../../support/rest.ts';
import { answered, close, heading, signIn, useHostedLogin, verifier } from './hosted.ts';

const hosted = useHostedLogin({ settings: { HOSTED_TENANT_CHOICE: '1' } });
const { harness } = hosted;

/** The tenant that the application finds in its token. */
async function tenantOf(answer: URLSearchParams, redirectUri: string): Promise<unknown> {
  const body = { grant_type: 'authorization_code', code: answer.get('code'), redirect_uri: redirectUri, code_verifier: verifier };
  const tokens = (await harness.send({ method: 'POST', url: '/oauth/token', body })).json<{ id_token: string }>();
  return claimsOf(tokens.id_token).tenantId;
}

describe.each([true, false])('with JavaScript: %s', (javaScriptEnabled) => {
  test('a member of many tenants finds one by its name, and enters it', async () => {
    const name = javaScriptEnabled ? 'with' : 'without';
    const { email } = await createUserInTenant(harness, name);
    for (let number = 1; number <= 11; number += 1) {
      await joinTenant(harness, email, await createTenant(harness, `${name}-${number}`, `Company ${number}`), { skipInviteEmail: true });
    }
    const page = await hosted.begin({}, { javaScriptEnabled });
    await signIn(page, email);
    await heading(page, 'Where do you want to go?');
    expect(await page.locator('button.choice').count()).toBe(12);
    await page.getByLabel('Search').fill('nowhere');
    await page.getByRole('button', { name: 'Search' }).click();
    await page.getByText('No organization has this name.').waitFor();
    await page.getByLabel('Search').fill('company 1');
    await page.getByRole('button', { name: 'Search' }).click();
    await page.getByRole('button', { name: 'Company 2' }).waitFor({ state: 'detached' });
    expect(await page.locator('button.choice').allInnerTexts()).toEqual(['Company 1', 'Company 10', 'Company 11']);
    await page.getByRole('button', { name: 'Company 10' }).click();
    const answer = await answered(page);
    expect(await tenantOf(answer, hosted.redirectUri)).toBe(`${name}-10`);
    await close(page);
  });
});

test('somebody with one tenant is not asked', async () => {
  const { email } = await createUserInTenant(harness, 'single');
  const page = await hosted.begin();
  await signIn(page, email);
  expect(await tenantOf(await answered(page), hosted.redirectUri)).toBe('single');
  await close(page);
});
