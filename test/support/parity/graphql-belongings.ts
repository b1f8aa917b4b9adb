import { documents, mutation } from '../graphql-documents.ts';
import type { BelongingsDriver } from './driver.ts';
import type { GraphqlCalls } from './graphql-calls.ts';

const own = {
  createGroup: mutation('createGroup', 'group { id }'),
  addGroupRoles: mutation('addGroupRoles', 'group { id }'),
  addGroupMembers: mutation('addGroupMembers', 'group { id }'),
  createTenantApiToken: mutation('createTenantApiToken', 'secret'),
  authenticateApiToken: mutation('authenticateApiToken', '__typename'),
  deleteTenantApiToken: mutation('deleteTenantApiToken', '__typename'),
  allowInvitations: mutation('updateEnvironmentSettings', '__typename'),
  createInvitation: mutation('createInvitation', 'invitation { token }'),
};

/** Groups, API tokens, invitation links and passkeys over GraphQL. */
export const graphqlBelongings = ({ send, administer, silent }: GraphqlCalls): BelongingsDriver => ({
  createGroup: (tenantId, name) => silent(administer(own.createGroup, { name }, { tenantId })),
  addGroupRole: (tenantId, { groupId, id }) => silent(administer(own.addGroupRoles, { groupId, roleIds: [id] }, { tenantId })),
  addGroupMember: (tenantId, { groupId, id }) => silent(administer(own.addGroupMembers, { groupId, userIds: [id] }, { tenantId })),

  createTenantToken: (tenantId, description) => administer(own.createTenantApiToken, { description }, { tenantId }),
  exchangeToken: (credentials) => silent(send(own.authenticateApiToken, credentials)),
  deleteTenantToken: (tenantId, id) => silent(administer(own.deleteTenantApiToken, { id }, { tenantId })),

  allowInvitations: () => silent(administer(own.allowInvitations, { allowTenantInvitations: true })),
  createLink: (tenantId) => administer(own.createInvitation, {}, { tenantId }),

  beginPasskey: (accessToken) => administer(documents.beginPasskeyRegistration, {}, { accessToken }),
  addPasskey: (accessToken, credential) => silent(administer(documents.registerPasskey, { credential }, { accessToken })),
  removePasskey: (accessToken, passkeyId) => silent(administer(documents.removePasskey, { passkeyId }, { accessToken })),
  beginPasskeyLogin: () => send(documents.beginPasskeyLogin, {}),
  logInByPasskey: ({ codeToken, credential }) => send(documents.logInWithPasskey, { ceremonyToken: codeToken, credential }),
});
