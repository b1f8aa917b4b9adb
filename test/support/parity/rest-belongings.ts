import type { BelongingsDriver } from './driver.ts';
import type { RestCalls } from './rest-calls.ts';
import { cookies } from './rest-calls.ts';

const devices = '/users/webauthn/v1/devices';
const login = '/auth/v1/webauthn';

/** Groups, API tokens, invitation links and passkeys over REST. */
export const restBelongings = ({ send, administer, silent }: RestCalls): BelongingsDriver => ({
  createGroup: (tenantId, name) => silent(administer('POST', '/groups/v1', { name }, { tenantId })),
  addGroupRole: (tenantId, { groupId, id }) => silent(administer('POST', `/groups/v1/${groupId}/roles`, { roleIds: [id] }, { tenantId })),
  addGroupMember: (tenantId, { groupId, id }) => silent(administer('POST', `/groups/v1/${groupId}/users`, { userIds: [id] }, { tenantId })),

  createTenantToken: (tenantId, description) => administer('POST', '/tenants/api-tokens/v1', { description }, { tenantId }),
  exchangeToken: (credentials) => silent(send('POST', '/auth/v1/api-token', credentials)),
  deleteTenantToken: (tenantId, clientId) => silent(administer('DELETE', `/tenants/api-tokens/v1/${clientId}`, undefined, { tenantId })),

  allowInvitations: () => silent(administer('POST', '/configurations/v1', { allowTenantInvitations: true })),
  createLink: async (tenantId) => {
    const { userId: _, ...link } = await administer('POST', '/tenants/invites/v1', { tenantId }, { tenantId });
    return link;
  },

  beginPasskey: (accessToken) => administer('POST', devices, undefined, { accessToken }),
  addPasskey: (accessToken, credential) => silent(administer('POST', `${devices}/verify`, credential, { accessToken })),
  removePasskey: (accessToken, id) => silent(administer('DELETE', `${devices}/${id}`, undefined, { accessToken })),
  beginPasskeyLogin: () => send('POST', `${login}/prelogin`, {}),
  logInByPasskey: ({ codeToken, credential }) => send('POST', `${login}/postlogin`, credential, { cookie: `${cookies.passkey}=${codeToken}` }),
});
