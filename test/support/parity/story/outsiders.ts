import { password } from '../../builders.ts';
import type { Teller } from './teller.ts';

/** Somebody without factor and permission. */
export async function outsiders({ driver, step, text }: Teller): Promise<void> {
  const other = text((await step('another user', () => driver.createUser({ email: 'eve@acme.example', tenantId: 'south' }))).userId);
  const link = text((await step('a link to activate it', () => driver.activationLink(other))).linkToken);
  const active = await step('it is used', () => driver.activate({ userId: other, token: link, password }));
  await step('and once more', () => driver.activate({ userId: other, token: link, password }));
  const eves = text(active.session?.accessToken);
  await step('a step-up without a factor', () => driver.stepUp(eves));
  await step('a policy by who may not', () => driver.upsertPolicy({ accessToken: eves }, { enforce: 'DontForce' }));
  await step('a strategy by a user', () => driver.setStrategy({ accessToken: eves }, 'AuthenticatorApp', false));
  await step('a policy in the tenant of others', () => driver.upsertPolicy({ accessToken: eves, tenantId: 'north' }, { enforce: 'DontForce' }));
}
