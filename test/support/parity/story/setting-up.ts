import type { Teller } from './teller.ts';

const north = { tenantId: 'north' };

/** The operator sets up tenants, people and rules; answers the id of the first user. */
export async function settingUp({ driver, step, text }: Teller, dana: { email: string; password: string }): Promise<string> {
  await step('a tenant', () => driver.createTenant('north'));
  await step('the tenant again', () => driver.createTenant('north'));
  await step('another tenant', () => driver.createTenant('south'));
  const userId = text((await step('a user', () => driver.createUser({ ...dana, tenantId: 'north' }))).userId);
  await step('a login before the address is verified', () => driver.logIn(dana));
  await step('the address is verified', () => driver.verifyUser(userId));
  await step('a user nobody knows is verified', () => driver.verifyUser('nobody'));
  await step('the user joins the other tenant', () => driver.createUser({ email: dana.email, tenantId: 'south' }));
  await step('and once more', () => driver.createUser({ email: dana.email, tenantId: 'south' }));
  await step('names', () => driver.setServiceName('Acme'));
  await step('login by e-mail code', () => driver.allowEmailCodeLogin());
  await step('e-mail codes in a tenant, while the environment has them off', () => driver.setStrategy(north, 'EmailCode', true));
  await step('e-mail codes', () => driver.setStrategy({}, 'EmailCode', true));
  await step('a policy that is not there is changed', () => driver.updatePolicy(north, { remember: true }));
  await step('a policy', () => driver.createPolicy(north, { enforce: 'Force', remember: false, seconds: 1_209_600 }));
  await step('the policy again', () => driver.createPolicy(north, { enforce: 'Force' }));
  await step('nothing of the policy is changed', () => driver.updatePolicy(north, {}));
  await step('the policy is changed', () => driver.updatePolicy(north, { remember: true }));
  await step('the policy is set', () => driver.upsertPolicy(north, { enforce: 'Force', seconds: 5000 }));
  await step('a lockout policy', () => driver.createLockoutPolicy({ enabled: true, maxAttempts: 3 }));
  await step('the lockout policy again', () => driver.createLockoutPolicy({ enabled: true, maxAttempts: 3 }));
  await step('the lockout policy is changed', () => driver.updateLockoutPolicy({ enabled: true, maxAttempts: 4 }));
  return userId;
}
