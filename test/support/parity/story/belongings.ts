import { password } from '../../builders.ts';
import { query } from '../../database.ts';
import { roleIds } from '../../role-ids.ts';
import { createSecurityKey } from '../../webauthn.ts';
import type { Teller } from './teller.ts';

/** What a tenant and its people have beside factors: groups, API tokens, invitation links and passkeys. Eve is who joins and logs in. */
export async function belongings({ harness, driver, step, text }: Teller): Promise<void> {
  const [east, eve] = ['east', { email: 'eve@acme.example', password }];
  const idIn = async (table: string): Promise<string> => String((await query(harness, `select id from ${table}`))[0]?.id);
  await step('a tenant in the east', () => driver.createTenant(east));
  await step('links are allowed', () => driver.allowInvitations());
  const invitationToken = text((await step('a link to it', () => driver.createLink(east))).linkToken);
  const inside = await step('a login by the link', () => driver.logIn({ ...eve, invitationToken }));
  const userId = String((await query(harness, 'select id from users where email = $1', [eve.email]))[0]?.id);

  await step('a group', () => driver.createGroup(east, 'Guides'));
  await step('the group again', () => driver.createGroup(east, 'Guides'));
  const groupId = await idIn('groups');
  await step('a role in it', () => driver.addGroupRole(east, { groupId, id: roleIds.readOnly }));
  await step('a role that nobody has made', () => driver.addGroupRole(east, { groupId, id: 'none' }));
  await step('somebody in it', () => driver.addGroupMember(east, { groupId, id: userId }));
  await step('somebody of nowhere in it', () => driver.addGroupMember(east, { groupId, id: 'nobody' }));
  await step('somebody in it, from another tenant', () => driver.addGroupMember('south', { groupId, id: userId }));

  const secret = text((await step('an API token', () => driver.createTenantToken(east, 'a script'))).secret);
  const clientId = await idIn('api_tokens');
  await step('it is exchanged', () => driver.exchangeToken({ clientId, secret }));
  await step('a wrong secret is not', () => driver.exchangeToken({ clientId, secret: `${secret}x` }));
  await step('it is deleted', () => driver.deleteTenantToken(east, clientId));
  await step('and not exchanged any more', () => driver.exchangeToken({ clientId, secret }));

  const key = createSecurityKey();
  const session = text(inside.session?.accessToken);
  const { options = {} } = await step('a passkey is begun', () => driver.beginPasskey(session));
  const made = key.create(options);
  await step('the passkey is made', () => driver.addPasskey(session, made));
  await step('the passkey again', () => driver.addPasskey(session, made));
  const begun = await step('a login by it is begun', () => driver.beginPasskeyLogin());
  const answer = { codeToken: text(begun.codeToken), credential: key.get(begun.options ?? {}) };
  await step('the passkey logs in', () => driver.logInByPasskey(answer));
  await step('its answer is replayed', () => driver.logInByPasskey(answer));
  const passkeyId = await idIn('passkeys');
  await step('a passkey nobody has is removed', () => driver.removePasskey(session, 'none'));
  await step('the passkey is removed', () => driver.removePasskey(session, passkeyId));
}
