import { beforeAll, expect, test } from 'vitest';
import { createRole, createTenant, createUser, enroll, expectStatus, setPolicy } from '../../support/builders.ts';
import { audited, query } from '../../support/database.ts';
import type { Harness } from '../../support/harness.ts';
import { openInstances } from '../../support/instances.ts';
import { refresh } from '../../support/requests.ts';
import { operations } from '../../support/rest-operations.ts';
import { roleIds } from '../../support/role-ids.ts';
import { rootFields } from '../../support/root-fields.ts';
import { useHarness } from '../../support/use-harness.ts';

/** Every write a user can reach, tried by an administrator of a tenant whose second factor was proven too long ago. */
const harness = useHarness(openInstances);
const strict = useHarness(() => openInstances({ settings: { STRICT_STEP_UP: '1' } }));
let administrator: { id: string; headers: Record<string, string> };
let administratorOfStrict: typeof administrator;

async function staleAdministrator(app: Harness): Promise<typeof administrator> {
  const tenantId = await createTenant(app, 'stale');
  // Nobody may delete a tenant by the built-in roles.
  const owner = await createRole(app, tenantId, 'owner', ['fe.account-settings.delete.account']);
  const user = await createUser(app, tenantId, 'stale@acme.example', { roleIds: [roleIds.admin, owner] });
  await setPolicy(app, { enforceMFAType: 'Force' }, user.tenantId);
  const { refreshToken } = await enroll(app, user.email);
  app.clock.advance({ seconds: 241 });
  const answer = await refresh(app, refreshToken);
  expectStatus(answer, 200);
  return { id: user.id, headers: { authorization: `Bearer ${answer.json<{ accessToken: string }>().accessToken}` } };
}

beforeAll(async () => {
  administrator = await staleAdministrator(harness);
  administratorOfStrict = await staleAdministrator(strict);
});

const settings = async () => [
  await query(harness, 'select * from mfa_policies'),
  await query(harness, 'select * from strategy_settings'),
  await query(harness, 'select * from lockout_policies'),
  await query(harness, 'select * from recovery_codes'),
];

/** Writes of a user that ask for no fresh factor, and why they need not. */
const harmless = {
  graphql: {
    createGroup: 'makes a group without roles and members',
    createInvitation: 'gives no role that is more powerful than the own ones, to people who log in or sign up themselves',
    deleteAccessToken: 'takes trust away',
    deleteGroup: 'takes trust away',
    deleteInvitation: 'takes trust away',
    deleteTenantApiToken: 'takes trust away',
    deleteUserApiToken: 'takes trust away',
    disableUser: 'takes trust away',
    enableUser: 'opens no more than what the member had',
    endMfaExemption: 'takes trust away',
    generateStepUp: 'is what proves the factor',
    inviteUser: 'gives no role that is more powerful than the own ones, to somebody who has to prove the mailbox',
    inviteUsers: 'does for many what inviteUser does for one',
    proveMailbox: 'proves something, and counts for whoever has no factor',
    removeAuthenticator: 'brings a code of a factor with it; without one it asks',
    removeGroupMembers: 'takes trust away',
    removeUserFromTenant: 'takes trust away',
    removeUsername: 'leaves the addresses to log in by',
    renameAuthenticator: 'opens nothing',
    renamePasskey: 'opens nothing',
    revokeAllRememberedDevices: 'takes trust away',
    revokeAllSessions: 'takes trust away from another user; for the own sessions it asks',
    revokeRememberedDevice: 'takes trust away',
    revokeSession: 'takes trust away from another user; for the own sessions it asks',
    sendMailboxCode: 'mails a code to whom it is for',
    setUserExpiry: 'opens no more than what the member had',
    setUsername: 'is a name beside the addresses, and proves nothing',
    updateGroup: 'changes what is shown of the group, and opens nothing',
    updateInvitation: 'gives no role that is more powerful than the own ones',
    updateProfile: 'changes what is shown of the user, and opens nothing',
    verifyPhoneNumber: 'brings the code that was asked for with a fresh factor',
    verifyUserEmailAddress: 'brings the code that was asked for with a fresh factor',
  },
  rest: {
    'DELETE /groups/v1/:groupId/users': 'takes trust away',
    'DELETE /groups/v1/:id': 'takes trust away',
    'DELETE /team/resources/members/v1/:userId': 'takes trust away',
    'DELETE /tenants/access-tokens/v1/:id': 'takes trust away',
    'DELETE /tenants/api-tokens/v1/:id': 'takes trust away',
    'DELETE /tenants/invites/v1/user': 'takes trust away',
    'DELETE /usernames/v1/:username': 'leaves the addresses to log in by',
    'DELETE /users/access-tokens/v1/:id': 'takes trust away',
    'DELETE /users/api-tokens/v1/:id': 'takes trust away',
    'DELETE /users/phone-numbers/v1/:phoneId': 'sends the code that its confirmation brings',
    'DELETE /users/temporary/v1/:userId': 'opens no more than what the member had',
    'DELETE /users/v1/:userId': 'takes trust away',
    'PATCH /groups/v1/:id': 'changes what is shown of the group, and opens nothing',
    'PATCH /tenants/invites/v1/user': 'gives no role that is more powerful than the own ones',
    'POST /audits/export/csv/v2': 'reads what the user may read page by page',
    'POST /auth/v1/user/step-up/generate': 'is what proves the factor',
    'POST /groups/v1': 'makes a group without roles and members',
    'POST /groups/v1/bulkGet': 'reads what the user may read',
    'POST /team/resources/members/v1/:userId/resendActivationEmail': 'mails a link to whom it is for',
    'POST /tenants/invites/v1/user': 'lets people in with the default roles, who log in or sign up themselves',
    'POST /tenants/invites/v2/user': 'gives no role that is more powerful than the own ones, to people who log in or sign up themselves',
    'POST /tenants/users/v1/:userId/disable': 'takes trust away',
    'POST /tenants/users/v1/:userId/enable': 'opens no more than what the member had',
    'POST /usernames/v1': 'is a name beside the addresses, and proves nothing',
    'POST /users/bulk/v1/invite': 'does for many what an invitation does for one',
    'POST /users/emails/v1/verify': 'brings the code that was asked for with a fresh factor',
    'POST /users/phone-numbers/v1/:phoneId/delete/verify': 'brings a code that only the phone has got',
    'POST /users/phone-numbers/v1/preverify': 'sends a code to a number that was added with a fresh factor',
    'POST /users/phone-numbers/v1/verify': 'brings the code that was asked for with a fresh factor',
    'POST /users/sessions/v1/revoke': 'takes trust away; what is the own asks',
    'POST /users/v1': 'gives no role that is more powerful than the own ones, to somebody who has to prove the mailbox',
    'POST /users/v1/email/me/verify': 'brings the code that was asked for with a fresh factor',
    'POST /users/v1/invitation/reset/all': 'mails a link to whom it is for',
    'POST /users/v1/mfa/authenticator/:deviceId/disable/verify': 'brings a code of a factor with it',
    'POST /users/v1/mfa/disable': 'brings a code of a factor with it',
    'POST /users/v1/mfa/sms/:deviceId/disable': 'begins the proof that the next one brings',
    'POST /users/v1/mfa/sms/:deviceId/disable/verify': 'brings a code of a factor with it',
    'POST /users/v1/mfa/webauthn/:deviceId/disable': 'begins the proof that the next one brings',
    'POST /users/v1/mfa/webauthn/:deviceId/disable/verify': 'brings a proof of the factor with it',
    'POST /users/v1/passwords/breached/reset/bulk': 'mails a link to whom it is for',
    'POST /users/v2': 'gives no role that is more powerful than the own ones, to somebody who has to prove the mailbox',
    'POST /users/v3/me/token': 'asks for a factor where the tenant wants one',
    'PUT /applications/user-tenants/active/v1': 'leads to a refresh, which asks for the factor itself',
    'PUT /tenants/resources/account-settings/v1': 'changes what is shown of the tenant, and opens nothing',
    'PUT /users/temporary/v1/:userId': 'opens no more than what the member had',
    'PUT /users/v1': 'changes what is shown of the user, and opens nothing',
    'PUT /users/v1/tenant': 'leads to a refresh, which asks for the factor itself',
    'PUT /users/v2/me': 'changes what is shown of the user, and opens nothing',
  },
};

test('T22 over GraphQL each mutation that takes a user token asks for a fresh factor, or is known not to matter', async () => {
  const before = await settings();
  const code = async (request: object, headers: Record<string, string>): Promise<string | undefined> =>
    (await harness.send({ method: 'POST', url: '/graphql', headers, body: request })).json().errors?.[0]?.extensions.code;
  const asked: string[] = [];
  const passed: string[] = [];
  for (const { name, kind, request } of rootFields) {
    // Whatever answers without a token takes its credential in the input: there is no session to be fresh.
    if (kind === 'query' || (await code(request, {})) !== 'UNAUTHENTICATED') continue;
    const answered = await code(request, administrator.headers);
    if (answered === 'STEP_UP_REQUIRED') asked.push(name);
    else if (answered !== 'FORBIDDEN') passed.push(name);
  }
  expect(asked).toEqual([
    ...[
      'addGroupMembers',
      'addGroupRoles',
      'addPhoneNumber',
      'addUserEmail',
      'addUserRoles',
      'beginPasskeyRegistration',
      'cancelMfaEnforcement',
      'changePassword',
      'createAccessToken',
      'createMfaPolicy',
      'createRole',
    ],
    ...['createTenantApiToken', 'createUserApiToken', 'deleteRole', 'deleteTenant'],
    ...['endOtherSessions', 'endSession'],
    ...[
      'generateRecoveryCodes',
      'grantMfaExemption',
      'registerPasskey',
      'removeGroupRoles',
      'removePasskey',
      'removePhoneNumber',
      'removeUserEmail',
      'removeUserRoles',
      'scheduleMfaEnforcement',
    ],
    ...['setPasswordHistoryPolicy', 'setPasswordPolicy', 'setPasswordRotation'],
    ...['setPrimaryEmail', 'setRolePermissions', 'setSessionPolicy', 'updateMfaPolicy', 'updateRole', 'updateTenantApiToken', 'upsertMfaPolicy'],
  ]);
  expect(passed).toEqual(Object.keys(harmless.graphql));
  expect(await audited(harness, administrator.id, 'STEP_UP_REQUIRED')).toBe(asked.length);
  expect(await settings()).toEqual(before);
});

test('T22 over REST the strict setting holds the same writes to it, and names what is missing', async () => {
  const asked: string[] = [];
  const passed: string[] = [];
  const text = { phoneNumber: '+447400123456', otcToken: 'x', code: '000000' };
  const response = { clientDataJSON: 'x', attestationObject: 'x', authenticatorData: 'x', signature: 'x' };
  const key = { deviceType: 'Platform', webauthnToken: 'x', options: { id: 'x', response } };
  const role = { id: 'x', key: 'k', name: 'n', baseRoleId: 'x', permissionIds: [], roleIds: ['x'], userIds: ['x'] };
  const names = { email: 'stale@another.example', username: 'stale' };
  const passwords = { password: 'x', newPassword: 'x', enabled: true, historySize: 1 };
  const body = { ...passwords, enforceMFAType: 'DontForce', tenantId: 'stale', token: '000000', response, ...names, ...text, ...key, ...role };
  for (const { method, template: url, access, list } of operations.filter(
    (operation) => operation.method !== 'GET' && operation.access !== 'public' && !operation.unsupported,
  )) {
    const { headers } = administratorOfStrict;
    const answer = await strict.send({ method, url: url.replace(/:\w+/g, 'x'), headers, body: list ? [body] : body });
    const name = `${method} ${url.replace('/identity/resources', '')}`;
    if (access === 'environment') expect(answer.statusCode, name).toBe(403);
    else if (answer.headers['www-authenticate'] === undefined) passed.push(name);
    else {
      expect([answer.statusCode, answer.json()], name).toEqual([401, { errors: ['Step-up required'] }]);
      asked.push(name);
    }
  }
  const policy = ['PATCH', 'POST', 'PUT'].map((method) => `${method} /configurations/v1/mfa-policy`);
  const enrollment = ['', 'authenticator/', 'sms/', 'webauthn/'].flatMap((kind) =>
    ['enroll', 'enroll/verify'].map((path) => `POST /users/v1/mfa/${kind}${path}`),
  );
  const roles = [
    'POST /users/v1/:userId/roles',
    'DELETE /users/v1/:userId/roles',
    'POST /roles/v1',
    'PATCH /roles/v1/:roleId',
    'DELETE /roles/v1/:roleId',
    'PUT /roles/v1/:roleId/permissions',
    'POST /roles/v2',
    'PUT /team/resources/members/v1',
  ];
  const tokens = [
    ...['POST /tenants/api-tokens/v1', 'POST /tenants/api-tokens/v2', 'PATCH /tenants/api-tokens/v1/:id', 'POST /tenants/access-tokens/v1'],
    ...['POST /users/api-tokens/v1', 'POST /users/access-tokens/v1'],
  ];
  const emails = ['POST /users/emails/v1', 'DELETE /users/emails/v1/:emailId', 'POST /users/emails/v1/me/primary', 'POST /users/v1/email/me'];
  const phones = ['POST /users/phone-numbers/v1'];
  const sessions = ['DELETE /users/sessions/v1/me/:id', 'DELETE /users/sessions/v1/me/all', 'POST /configurations/sessions/v1'];
  const ofPasswords = [
    ...['POST /configurations/v1/password', 'POST /configurations/v1/password-history-policy', 'PATCH /configurations/v1/password-history-policy'],
    ...['POST /configurations/v1/password-rotation', 'POST /users/v1/passwords/change'],
  ];
  const groups = ['POST /groups/v1/:groupId/roles', 'DELETE /groups/v1/:groupId/roles', 'POST /groups/v1/:groupId/users'];
  const passkeys = ['POST /users/webauthn/v1/devices', 'POST /users/webauthn/v1/devices/verify', 'DELETE /users/webauthn/v1/devices/:id'];
  expect(asked.sort()).toEqual(
    [
      ...policy,
      ...enrollment,
      ...passkeys,
      ...roles,
      ...tokens,
      ...emails,
      ...phones,
      ...sessions,
      ...ofPasswords,
      ...groups,
      'DELETE /tenants/resources/tenants/v1',
    ].sort(),
  );
  expect(passed.sort()).toEqual(Object.keys(harmless.rest));
  expect(await audited(strict, administratorOfStrict.id, 'STEP_UP_REQUIRED')).toBe(asked.length);
});

test('T22 over REST without the setting unmodified clients go on: they could not step up there', async () => {
  const change = { method: 'PATCH', url: '/identity/resources/configurations/v1/mfa-policy', body: { mfaDeviceExpiration: 60 } } as const;
  expect((await harness.send({ ...change, headers: administrator.headers })).statusCode).toBe(200);
  expect((await strict.send({ ...change, headers: administratorOfStrict.headers })).statusCode).toBe(401);
});
