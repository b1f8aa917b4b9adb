import { asEnvironment, createRole, createTenant, createUser, expectStatus, identity, password } from './builders.ts';
import { query } from './database.ts';
import type { Harness } from './harness.ts';
import type { Answer } from './requests.ts';
import { asUser, call } from './rest.ts';

/** A link as REST answers it. */
export interface Link {
  id: string;
  token: string;
  tenantId: string;
  userId?: string;
  expires: string;
  roleIds: string[];
}

const invites = '/tenants/invites/v1';

/** Switches links on or off for the environment. */
export async function allowInvitations(harness: Harness, allowTenantInvitations = true, more: object = {}): Promise<void> {
  const headers = await asEnvironment(harness);
  const body = { allowTenantInvitations, ...more };
  expectStatus(await harness.send({ method: 'POST', url: `${identity}/configurations/v1`, headers, body }), 201);
}

/** A tenant with a member who may make links, and nothing more. */
export async function inviter(harness: Harness, name: string, level = 0) {
  const tenantId = await createTenant(harness, name);
  const roleId = await createRole(harness, tenantId, 'inviter', ['fe.secure.write.tenantInvites', 'fe.secure.delete.tenantInvites']);
  const environment = await asEnvironment(harness, tenantId);
  expectStatus(await call(harness, 'PATCH', `/roles/v1/${roleId}`, { headers: environment, body: { level } }), 200);
  const user = await createUser(harness, tenantId, `inviter@${name}.example`, { roleIds: [roleId] });
  return { ...user, roleId, environment, headers: await asUser(harness, user.email) };
}

/** Makes the own link of a member. */
export async function ownLink(harness: Harness, headers: Record<string, string>, roleIds: string[] = [], shouldSendEmail = false): Promise<Link> {
  const body = { expiresInMinutes: 60, shouldSendEmail, roleIds };
  const answer = await call(harness, 'POST', '/tenants/invites/v2/user', { headers, body });
  expectStatus(answer, 201);
  return answer.json<Link>();
}

/** Makes a link by an environment token. */
export async function linkTo(harness: Harness, tenantId: string, more: object = {}): Promise<Link> {
  const answer = await call(harness, 'POST', invites, { headers: await asEnvironment(harness), body: { tenantId, ...more } });
  expectStatus(answer, 201);
  return answer.json<Link>();
}

/** Logs in by password and brings a link. */
export const logInWith = (harness: Harness, email: string, invitationToken: string): Promise<Answer> =>
  harness.send({ method: 'POST', url: `${identity}/auth/v1/user`, body: { email, password, invitationToken } });

/** The memberships of a user in a tenant: how many rows there are. */
export const isMember = async (harness: Harness, userId: string, tenantId: string): Promise<boolean> =>
  (await query(harness, 'select user_id from memberships where user_id = $1 and tenant_id = $2', [userId, tenantId])).length === 1;

/** The roles that a user holds in a tenant. */
export const rolesIn = async (harness: Harness, userId: string, tenantId: string): Promise<string[]> =>
  (await query(harness, 'select role_id from membership_roles where user_id = $1 and tenant_id = $2 order by role_id', [userId, tenantId])).map(
    ({ role_id }) => String(role_id),
  );

/** What the audit trail says of links that a user has brought in vain: the reasons, oldest first. */
export const unusedLinks = async (harness: Harness, userId: string): Promise<unknown[]> =>
  (await query(harness, "select reason from audit_events where user_id = $1 and kind = 'INVITATION_NOT_USED' order by at, id", [userId])).map(
    ({ reason }) => reason,
  );
