import { createSecurityKey } from '../../support/webauthn.ts';
import type { Deployment } from './deployment.ts';
import type { Enrolled } from './story.ts';
import { asEnvironment, identity, must, mutation } from './story.ts';

/** What a person and a tenant have beside the account: passkeys, groups, API tokens, access tokens and invitation links. */
export interface Belongings {
  passkeyId: string;
  groupId: string;
  tenantTokenId: string;
  userTokenId: string;
  tenantAccessTokenId: string;
  userAccessTokenId: string;
  /** The link of the tenant itself. */
  invitationId: string;
  /** The own link of the person. */
  ownInvitationId: string;
  /** Everything of it that opens something. */
  secrets: string[];
}

/** Switches on what a deployment has to allow for `giveBelongings`. */
export async function allowBelongings(deployment: Deployment): Promise<void> {
  const headers = await asEnvironment(deployment);
  const body = { allowTenantInvitations: true, apiTokensEnabled: true };
  await must(deployment, { path: `${identity}/configurations/v1`, headers, body });
  await must(deployment, mutation('updateEnvironmentSettings', { passkeysEnabled: true }, '', headers));
}

/** Gives one of everything to a person who has just enrolled, and to the tenant of that person. `words` is what its texts say. */
export async function giveBelongings(deployment: Deployment, person: Enrolled, words: string): Promise<Belongings> {
  const inTenant = await asEnvironment(deployment, person.tenantId);
  const forUser = { ...inTenant, 'frontegg-user-id': person.id };
  const bearer = { authorization: `Bearer ${person.accessToken}` };
  const at = (path: string, headers: Record<string, string>, body: object = {}) =>
    must(deployment, { method: 'POST', path: `${identity}${path}`, headers, body });

  const { options } = await at('/users/webauthn/v1/devices', bearer);
  await at('/users/webauthn/v1/devices/verify', bearer, createSecurityKey().create(options));
  const held = await must(deployment, { path: `${identity}/users/webauthn/v1/devices`, headers: bearer });
  const { id: groupId } = await at('/groups/v1', inTenant, { name: words, description: words });
  await at(`/groups/v1/${groupId}/users`, inTenant, { userIds: [person.id] });

  const tenantToken = await at('/tenants/api-tokens/v1', inTenant, { description: words });
  const userToken = await at('/users/api-tokens/v1', forUser, { description: words });
  const exchanged = await at('/auth/v1/api-token', {}, { clientId: tenantToken.clientId, secret: tenantToken.secret });
  const tenantAccess = await at('/tenants/access-tokens/v1', inTenant, { description: words });
  const userAccess = await at('/users/access-tokens/v1', forUser, { description: words });

  const invite = async (input: object) => {
    const made = await must(
      deployment,
      mutation('createInvitation', input, '... on CreateInvitationSuccess { invitation { restId token } }', inTenant),
    );
    return made.data.createInvitation.invitation as { restId: string; token: string };
  };
  const [general, own] = [await invite({}), await invite({ userId: person.id })];
  return {
    ...{ passkeyId: held.devices[0].id, groupId, tenantTokenId: tenantToken.clientId, userTokenId: userToken.clientId },
    ...{ tenantAccessTokenId: tenantAccess.id, userAccessTokenId: userAccess.id, invitationId: general.restId, ownInvitationId: own.restId },
    secrets: [
      ...[tenantToken.secret, userToken.secret, exchanged.accessToken, exchanged.refreshToken],
      ...[tenantAccess.secret, userAccess.secret, general.token, own.token],
    ],
  };
}
