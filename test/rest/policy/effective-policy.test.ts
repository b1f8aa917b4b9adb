import { describe, expect, test } from 'vitest';
import { createTenant, createUserInTenant, logIn, setPolicy, setStrategy } from '../../support/builders.ts';
import { execute } from '../../support/database.ts';
import { joinTenant } from '../../support/rest.ts';
import { enrolled } from '../../support/second-factor.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness();

const asksFor = async (email: string): Promise<'nothing' | 'enrollment' | 'a code'> => {
  const answer = (await logIn(harness, email)).json<{ mfaRequired: boolean; mfaEnrolled?: boolean }>();
  if (!answer.mfaRequired) return 'nothing';
  return answer.mfaEnrolled ? 'a code' : 'enrollment';
};
const policies = ['none', 'DontForce', 'ForceExceptSAML', 'Force'] as const;

describe('what a login by password asks of a user without factors', () => {
  test('the strictest of environment and tenant', async () => {
    const users = new Map<string, string>();
    for (const policy of policies) {
      const user = await createUserInTenant(harness, `tenant-${policy.toLowerCase()}`);
      if (policy !== 'none') await setPolicy(harness, { enforceMFAType: policy }, user.tenantId);
      users.set(policy, user.email);
    }
    const demands = async () => Object.fromEntries(await Promise.all([...users].map(async ([policy, email]) => [policy, await asksFor(email)])));
    const byTenant = { none: 'nothing', DontForce: 'nothing', ForceExceptSAML: 'enrollment', Force: 'enrollment' };
    const always = { none: 'enrollment', DontForce: 'enrollment', ForceExceptSAML: 'enrollment', Force: 'enrollment' };
    expect(await demands(), 'no record in the environment').toEqual(byTenant);
    await setPolicy(harness, { enforceMFAType: 'DontForce' });
    expect(await demands(), 'DontForce in the environment').toEqual(byTenant);
    await setPolicy(harness, { enforceMFAType: 'ForceExceptSAML' });
    expect(await demands(), 'ForceExceptSAML in the environment: a password is no SSO').toEqual(always);
    await setPolicy(harness, { enforceMFAType: 'Force' });
    expect(await demands(), 'Force in the environment').toEqual(always);
    await setPolicy(harness, { enforceMFAType: 'DontForce' });
    expect(await demands(), 'and back').toEqual(byTenant);
  });

  test('any tenant of the user enforces, whichever is entered', async () => {
    const user = await createUserInTenant(harness, 'entered');
    await setPolicy(harness, { enforceMFAType: 'DontForce' }, user.tenantId);
    expect(await asksFor(user.email)).toBe('nothing');
    const strict = await createTenant(harness, 'strict');
    await setPolicy(harness, { enforceMFAType: 'Force' }, strict);
    expect(await asksFor(user.email)).toBe('nothing');
    await joinTenant(harness, user.email, strict);
    expect(await asksFor(user.email)).toBe('enrollment');
  });

  test('strategies offered are those of the tenant entered, and need not be those of the tenant that enforces', async () => {
    const user = await createUserInTenant(harness, 'offered');
    const strict = await createTenant(harness, 'offered-strict');
    await joinTenant(harness, user.email, strict);
    await setPolicy(harness, { enforceMFAType: 'Force' }, strict);
    await setStrategy(harness, 'EmailCode', true);
    await setStrategy(harness, 'AuthenticatorApp', false, strict);
    await setStrategy(harness, 'EmailCode', false, user.tenantId);
    expect((await logIn(harness, user.email)).json()).toMatchObject({ mfaStrategies: ['AuthenticatorApp'] });
    await setStrategy(harness, 'EmailCode', false);
  });

  test('mfaBypass frees from enrollment', async () => {
    const user = await createUserInTenant(harness, 'bypass', { mfaBypass: true });
    await setPolicy(harness, { enforceMFAType: 'Force' }, user.tenantId);
    expect(await asksFor(user.email)).toBe('nothing');
  });
});

describe('what it asks of a user with a factor', () => {
  test('a code, under every policy and without any', async () => {
    const user = await enrolled(harness, 'challenged');
    for (const enforceMFAType of ['DontForce', 'ForceExceptSAML', 'Force']) {
      await setPolicy(harness, { enforceMFAType }, user.tenantId);
      expect(await asksFor(user.email), enforceMFAType).toBe('a code');
    }
    await execute(harness, 'delete from mfa_policies');
    expect(await asksFor(user.email), 'no record').toBe('a code');
  });

  test('nothing, once mfaBypass is set', async () => {
    const user = await enrolled(harness, 'bypassed');
    await execute(harness, 'update users set mfa_bypass = true where id = $1', [user.id]);
    expect(await asksFor(user.email)).toBe('nothing');
  });
});
