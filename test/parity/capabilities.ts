/** One thing callers can do, and every operation of each side that does it. */
export interface Capability {
  /** Ids of REST operations. */
  rest: readonly string[];
  /** Coordinates of GraphQL fields. Each field of `Query` and `Mutation` is in some row; others are named where they are the answer. */
  graphql: readonly string[];
}

/** What both sides can do, by name. An operation may be in several rows. */
export const capabilities: Readonly<Record<string, Capability>> = {
  'exchange client id and secret for an environment token': { rest: ['authenticateEnvironment'], graphql: ['Mutation.authenticateEnvironment'] },
  'read settings of the environment': { rest: ['readConfiguration'], graphql: ['Query.environmentSettings'] },
  'change settings of the environment': { rest: ['setConfiguration'], graphql: ['Mutation.updateEnvironmentSettings'] },

  'list the secrets of the environment': { rest: ['readEnvironmentSecrets'], graphql: ['Query.environmentSecrets'] },
  'add a secret of the environment': { rest: ['addEnvironmentSecret'], graphql: ['Mutation.addEnvironmentSecret'] },
  'retire a secret of the environment': { rest: ['retireEnvironmentSecret'], graphql: ['Mutation.retireEnvironmentSecret'] },
  'list the signing keys': { rest: ['readSigningKeys'], graphql: ['Query.signingKeys'] },
  'rotate the signing key': { rest: ['rotateSigningKey'], graphql: ['Mutation.rotateSigningKey'] },
  'see which master keys are in use': { rest: ['readMasterKeys'], graphql: ['Query.masterKeys'] },

  'read whether hosted login is active': { rest: ['readHostedLogin'], graphql: ['Query.hostedLogin'] },
  'switch hosted login on or off': { rest: ['activateHostedLogin', 'deactivateHostedLogin'], graphql: ['Mutation.updateHostedLogin'] },
  'list the redirect URIs': { rest: ['readRedirectUris'], graphql: ['Query.redirectUris'] },
  'register a redirect URI': { rest: ['createRedirectUri'], graphql: ['Mutation.createRedirectUri'] },
  'remove a redirect URI': { rest: ['deleteRedirectUri'], graphql: ['Mutation.deleteRedirectUri'] },

  'read the MFA policy': {
    rest: ['readMfaPolicy', 'readEnvironmentMfaPolicy'],
    graphql: ['Query.mfaPolicy', 'Tenant.mfaPolicy', 'Query.effectiveMfaPolicy'],
  },
  'create the MFA policy': { rest: ['createMfaPolicy'], graphql: ['Mutation.createMfaPolicy'] },
  'change the MFA policy': { rest: ['updateMfaPolicy'], graphql: ['Mutation.updateMfaPolicy'] },
  'create or change the MFA policy': { rest: ['upsertMfaPolicy'], graphql: ['Mutation.upsertMfaPolicy'] },
  'list the strategies': { rest: ['listMfaStrategies'], graphql: ['Query.mfaStrategies'] },
  'switch a strategy': { rest: ['setMfaStrategy'], graphql: ['Mutation.setMfaStrategy'] },
  'read names and code lives': { rest: ['readMfaConfiguration'], graphql: ['Query.mfaConfiguration'] },
  'set names and code lives': { rest: ['setMfaConfiguration'], graphql: ['Mutation.setMfaConfiguration'] },
  'read the lockout policy': { rest: ['readLockoutPolicy'], graphql: ['Query.lockoutPolicy'] },
  'create the lockout policy': { rest: ['createLockoutPolicy'], graphql: ['Mutation.createLockoutPolicy'] },
  'change the lockout policy': { rest: ['updateLockoutPolicy'], graphql: ['Mutation.updateLockoutPolicy', 'Mutation.upsertLockoutPolicy'] },

  'list the roles': {
    rest: ['readRoles', 'searchRoles', 'readRoleLevels', 'readRoleTenants', 'readTeamRoles'],
    graphql: ['Query.roles', 'Query.role'],
  },
  'create a role': { rest: ['createRoles', 'createRoleFromBase'], graphql: ['Mutation.createRole'] },
  'change a role': { rest: ['updateRole'], graphql: ['Mutation.updateRole'] },
  'delete a role': { rest: ['deleteRole'], graphql: ['Mutation.deleteRole'] },
  'set the permissions in a role': { rest: ['setRolePermissions'], graphql: ['Mutation.setRolePermissions'] },
  'give a role to one tenant': { rest: ['setRoleTenant'], graphql: ['Mutation.setRoleTenant'] },
  'list the permissions': { rest: ['readPermissions'], graphql: ['Query.permissions'] },
  'create a permission': { rest: ['createPermissions'], graphql: ['Mutation.createPermission'] },
  'change a permission': { rest: ['updatePermission'], graphql: ['Mutation.updatePermission'] },
  'delete a permission': { rest: ['deletePermission'], graphql: ['Mutation.deletePermission'] },
  'add a permission to roles': { rest: ['addPermissionToRoles'], graphql: ['Mutation.addPermissionToRoles'] },
  'classify permissions': { rest: ['classifyPermissions'], graphql: ['Mutation.classifyPermissions'] },
  'list the categories of permissions': { rest: ['readPermissionCategories'], graphql: ['Query.permissionCategories'] },
  'create a category of permissions': { rest: ['createPermissionCategory'], graphql: ['Mutation.createPermissionCategory'] },
  'change a category of permissions': { rest: ['updatePermissionCategory'], graphql: ['Mutation.updatePermissionCategory'] },
  'delete a category of permissions': { rest: ['deletePermissionCategory'], graphql: ['Mutation.deletePermissionCategory'] },

  'create a tenant': { rest: ['createTenant'], graphql: ['Mutation.createTenant'] },
  'list the tenants': { rest: ['readTenants', 'searchTenants'], graphql: ['Query.tenants'] },
  'read a tenant': { rest: ['readTenant', 'readTenantAsObject', 'readAccountSettings'], graphql: ['Query.tenant'] },
  'change a tenant': { rest: ['updateTenant', 'updateTenantAndMetadata', 'setAccountSettings'], graphql: ['Mutation.updateTenant'] },
  'change keys of the metadata of a tenant': { rest: ['setTenantMetadata', 'removeTenantMetadata'], graphql: ['Mutation.setTenantMetadata'] },
  'delete a tenant': { rest: ['deleteTenant', 'deleteOwnTenant'], graphql: ['Mutation.deleteTenant'] },
  'create a user, or let a known one join': { rest: ['createUserAsVendor', 'createUser'], graphql: ['Mutation.createUser'] },
  'invite somebody into a tenant': { rest: ['createUser', 'createUserOlder'], graphql: ['Mutation.inviteUser'] },
  'invite many people into a tenant': { rest: ['inviteUsers'], graphql: ['Mutation.inviteUsers'] },
  'read how far a bulk invitation is': { rest: ['readBulkInvitation'], graphql: ['Query.bulkInvitation'] },
  'be sent a link again that one waits for': {
    rest: ['resendInvitation', 'resendInvitations', 'requestActivation', 'resendMemberInvitation'],
    graphql: ['Mutation.resendInvitation'],
  },
  'accept an invitation': { rest: ['acceptInvitation'], graphql: ['Mutation.acceptInvitation'] },
  'sign up': { rest: ['signUp', 'signUpWithUsername'], graphql: ['Mutation.signUp'] },
  'change a member of a tenant': { rest: ['updateMember'], graphql: ['Mutation.addUserRoles', 'Mutation.removeUserRoles'] },
  'give roles to a user': { rest: ['giveUserRoles', 'changeUserRolesInTenants'], graphql: ['Mutation.addUserRoles'] },
  'take roles from a user': { rest: ['takeUserRoles', 'changeUserRolesInTenants'], graphql: ['Mutation.removeUserRoles'] },
  'read which roles users hold': { rest: ['readRolesOfUsers'], graphql: ['Membership.roles'] },
  'find a user by address': { rest: ['readUserByEmail'], graphql: ['Query.users'] },
  'search, sort and page through users': {
    rest: ['searchUsers', 'searchUsersByPhrase', 'searchUsersOldest', 'searchUsersOlder', 'readTeamMembers'],
    graphql: ['Query.users'],
  },
  'count users': { rest: ['readTeamStatistics'], graphql: ['UserConnection.totalCount'] },
  'read how far users have come in a tenant': { rest: ['readUserStatuses'], graphql: ['Membership.pending', 'Membership.enteredAt'] },
  'read a user': { rest: ['readUser', 'readUserAsVendor'], graphql: ['Query.user'] },
  'change a user': { rest: ['updateUser', 'updateUserAsVendor', 'setSuperUser', 'setInvisible'], graphql: ['Mutation.updateUser'] },
  'change the own profile': { rest: ['updateMe', 'updateProfile'], graphql: ['Mutation.updateProfile'] },
  'change the address of a user': { rest: ['changeUserEmail'], graphql: ['Mutation.changeUserEmail'] },
  'delete a user': { rest: ['deleteUser', 'deleteMember'], graphql: ['Mutation.deleteUser', 'Mutation.removeUserFromTenant'] },
  'list the addresses of users': { rest: ['readUserEmails', 'readEmailsOfUser'], graphql: ['User.userEmails'] },
  'add an address to those of a user': { rest: ['addOwnEmail', 'addUserEmail'], graphql: ['Mutation.addUserEmail'] },
  'verify an own address': { rest: ['verifyOwnEmail'], graphql: ['Mutation.verifyUserEmailAddress'] },
  'make another address the primary one': { rest: ['setOwnPrimaryEmail', 'setUserPrimaryEmail'], graphql: ['Mutation.setPrimaryEmail'] },
  'remove an address of a user': { rest: ['removeEmail', 'removeUserEmail'], graphql: ['Mutation.removeUserEmail'] },
  // Over REST this is a change to the address that is the primary one already, where users may change it.
  'prove the mailbox of the own primary address': {
    rest: ['requestEmailChange', 'confirmEmailChange'],
    graphql: ['Mutation.sendMailboxCode', 'Mutation.proveMailbox'],
  },
  // Over GraphQL the new address is added and verified first.
  'change the own primary address': {
    rest: ['requestEmailChange', 'confirmEmailChange'],
    graphql: ['Mutation.addUserEmail', 'Mutation.verifyUserEmailAddress', 'Mutation.setPrimaryEmail'],
  },
  'allow users to change their own primary address': {
    rest: ['readUserEmailsPolicy', 'setUserEmailsPolicy'],
    graphql: ['Mutation.updateEnvironmentSettings', 'Query.environmentSettings'],
  },
  'list the usernames of users': { rest: ['readUsernames', 'readUsername'], graphql: ['User.username'] },
  'give a user a username': { rest: ['setUsername'], graphql: ['Mutation.setUsername'] },
  'remove a username': { rest: ['removeUsername'], graphql: ['Mutation.removeUsername'] },
  'let a user join a tenant': { rest: ['addUserToTenant'], graphql: ['Mutation.addUserToTenant'] },
  'set the tenant that a user enters': { rest: ['setActiveTenant', 'setActiveTenants'], graphql: ['Mutation.setActiveTenant'] },
  'move all members of a tenant': { rest: ['moveTenantUsers'], graphql: ['Mutation.moveTenantUsers'] },
  'disable a member of a tenant': { rest: ['disableUser'], graphql: ['Mutation.disableUser'] },
  'enable a member of a tenant': { rest: ['enableUser'], graphql: ['Mutation.enableUser'] },
  'set when a membership ends': { rest: ['setUserExpiry', 'removeUserExpiry'], graphql: ['Mutation.setUserExpiry'] },
  'allow memberships to end by themselves': {
    rest: ['readTemporaryUsers', 'setTemporaryUsers'],
    graphql: ['Mutation.updateEnvironmentSettings', 'Query.environmentSettings'],
  },
  'check a password': { rest: ['verifyPassword'], graphql: ['Mutation.verifyPassword'] },
  'make a link to set a new password': { rest: ['generatePasswordResetToken'], graphql: ['Mutation.generatePasswordResetToken'] },
  'verify the address of a user': { rest: ['verifyUserEmail'], graphql: ['Mutation.verifyUserEmail'] },
  'make a link to activate a user': { rest: ['generateActivationToken'], graphql: ['Mutation.generateActivationToken'] },
  'activate a user': { rest: ['activateUser'], graphql: ['Mutation.activateUser'] },
  'lock a user': { rest: ['lockUser'], graphql: ['Mutation.lockUser'] },
  'end a lock of the lockout policy by the mailed link': { rest: ['unlockMe'], graphql: ['Mutation.unlockAccount'] },
  'unlock a user': { rest: ['unlockUser'], graphql: ['Mutation.unlockUser'] },
  'reset all factors of a user': { rest: ['unenrollUser', 'disableMfa'], graphql: ['Mutation.resetUserMfa'] },

  'read oneself': { rest: ['readMe', 'readMePlain'], graphql: ['Query.viewer'] },
  'read the own roles': { rest: ['readMyAuthorization'], graphql: ['Membership.roles'] },
  'read the own tenants': {
    rest: ['readMyTenants', 'readMyTenantsOlder', 'listMyTenants', 'listMyHierarchy'],
    graphql: ['User.memberships', 'Query.tenant'],
  },
  'go on in another tenant': { rest: ['switchTenant', 'refreshSession'], graphql: ['Mutation.refreshSession'] },
  'refresh a session': { rest: ['refreshSession'], graphql: ['Mutation.refreshSession'] },
  'log out': { rest: ['logOut'], graphql: ['Mutation.logOut'] },

  'log in by password': { rest: ['logIn'], graphql: ['Mutation.logIn'] },
  'be sent a code to log in with': { rest: ['sendLoginCode'], graphql: ['Mutation.sendLoginCode'] },
  'log in by such a code': { rest: ['logInWithEmailCode'], graphql: ['Mutation.logInWithEmailCode'] },
  'ask for a link to set a new password': { rest: ['requestPasswordReset'], graphql: ['Mutation.requestPasswordReset'] },
  'set a new password by such a link': { rest: ['resetPassword'], graphql: ['Mutation.resetPassword'] },

  'know whether a login may remember the device': { rest: ['isRememberDeviceAllowed'], graphql: ['MfaChallenge.rememberDeviceAllowed'] },
  'enroll an authenticator app': {
    rest: ['enrollAuthenticator', 'enrollMfa', 'enrollOwnAuthenticator'],
    graphql: ['Mutation.enrollAuthenticatorApp'],
  },
  'confirm an authenticator app': {
    rest: ['verifyAuthenticatorEnrollment', 'verifyMfa', 'verifyMfaEnrollment', 'verifyOwnAuthenticatorEnrollment'],
    graphql: ['Mutation.verifyAuthenticatorAppEnrollment'],
  },
  'verify an authenticator app': { rest: ['verifyMfa', 'verifyAuthenticator'], graphql: ['Mutation.verifyAuthenticatorApp'] },
  'begin a WebAuthn authenticator': { rest: ['enrollWebAuthn', 'enrollOwnWebAuthn'], graphql: ['Mutation.enrollWebAuthn'] },
  'confirm a WebAuthn authenticator': {
    rest: ['verifyWebAuthnEnrollment', 'verifyOwnWebAuthnEnrollment'],
    graphql: ['Mutation.verifyWebAuthnEnrollment'],
  },
  'ask for what a WebAuthn authenticator has to sign': { rest: ['beginWebAuthn'], graphql: ['Mutation.beginWebAuthn'] },
  'verify a WebAuthn authenticator': { rest: ['verifyWebAuthn'], graphql: ['Mutation.verifyWebAuthn'] },
  'enroll a phone': { rest: ['enrollSms', 'enrollOwnSms'], graphql: ['Mutation.enrollSms'] },
  'confirm a phone': { rest: ['verifySmsEnrollment', 'verifyOwnSmsEnrollment'], graphql: ['Mutation.verifySmsEnrollment'] },
  'be sent a text to an enrolled phone': { rest: ['sendSmsCode'], graphql: ['Mutation.sendSmsCode'] },
  'verify a phone': { rest: ['verifySms'], graphql: ['Mutation.verifySms'] },
  'be sent a code as second factor': { rest: ['sendEmailCode'], graphql: ['Mutation.sendEmailCode'] },
  'verify such a code': { rest: ['verifyEmailCode'], graphql: ['Mutation.verifyEmailCode'] },
  'step up': { rest: ['generateStepUp'], graphql: ['Mutation.generateStepUp'] },
  'recover from a lost factor': { rest: ['recoverMfa'], graphql: ['Mutation.recoverMfa'] },
  'read the audit trail': { rest: ['readAudits', 'readAuditStats', 'exportAudits'], graphql: ['Query.mfaEvents'] },
  'list the own factors': { rest: ['readMfaDevices'], graphql: ['User.authenticators'] },
  // Over GraphQL the proof that goes with it is a code, or a step-up before.
  'remove a factor': {
    rest: ['disableMfa', 'disableAuthenticator', 'beginDisableWebAuthn', 'disableWebAuthn', 'disableSms', 'verifyDisableSms'],
    graphql: ['Mutation.removeAuthenticator'],
  },
};

const boot = 'What an embedded login box of Frontegg asks for while it starts; a front end of our own asks for what it needs.';

const nothing = 'It tells clients of Frontegg that there is nothing of the kind. GraphQL has no name for what is not there.';
const oneApplication = 'Clients of Frontegg expect several applications. There is one, and every user has it, so GraphQL does not speak of it.';

const portal = 'Pages of Frontegg ask for it when they open. It says that a feature is not there, or repeats what other operations say.';

/** REST operations without a twin, and why. Those that are refused by 501 are left out: nobody can do anything by them. */
export const restOnly: Readonly<Record<string, string>> = {
  readJwks: 'A key set has one form and one address (RFC 7517), which libraries that check tokens fetch by themselves.',
  readLogo: 'A picture has an address of its own, which `HostedLogin.branding` names.',
  readAppleAppSiteAssociation: 'Phones ask for it at this address, in this form.',
  readAssetLinks: 'Phones ask for it at this address, in this form.',
  readActivationStrategy: 'The page of Frontegg that activates asks for it. A page of our own asks for a password where it wants one.',
  acceptInvitationByCode: 'Mails have links and no codes, so it refuses every code.',
  activateUserByCode: 'Mails have links and no codes, so it refuses every code.',
  issueTenantToken: 'A GraphQL client names the tenant in a header, or goes on in it by a refresh.',
  readFlags: boot,
  readMetadata: boot,
  readPublicVendor: boot,
  readPublicSso: boot,
  readPublicConfiguration: boot,
  readPublicAuthStrategies: boot,
  readSignUpStrategies: boot,
  readSocialLogins: boot,
  readCustomSocialLogins: boot,
  readPasswordRules: portal,
  readPasswordConfiguration: portal,
  readPasswordHistoryPolicy: portal,
  readSessionConfiguration: portal,
  readPublicCaptchaPolicy: portal,
  readInvitationConfiguration: portal,
  readOwnInvitation: portal,
  readTenantByAlias: 'An alias is what clients of REST look a tenant up by; over GraphQL a list of tenants shows it.',
  readPublicAccountSettings: portal,
  readHierarchy: portal,
  readHierarchyParents: portal,
  readHierarchyTree: portal,
  readGroupsOfUsers: 'There are no groups yet, and clients of Frontegg ask for them beside the roles.',
  readRolesTask: 'Clients of Frontegg ask how far a change of roles is. It is done at once.',
  readApplicationUsers: oneApplication,
  assignApplication: oneApplication,
  assignApplicationUsers: oneApplication,
  readUserApplications: oneApplication,
  readActiveTenants: oneApplication,
  readSocialLoginsOlder: boot,
  readSocialLogin: nothing,
  readDelegation: nothing,
  setDelegation: nothing,
  readUserPools: nothing,
  readUserPool: nothing,
  readUserPoolUsers: nothing,
  deleteUserPool: nothing,
  readTenantMigration: nothing,
  syncRedirectUris: nothing,
};

const global = 'Global ids are a notion of GraphQL (Relay); over REST each kind of thing has a path of its own.';
const noRead = "Frontegg's API has no such operation; a path of our own no client would know.";

/** GraphQL fields without a twin, and why. */
export const graphqlOnly: Readonly<Record<string, string>> = {
  'Query.node': global,
  'Query.nodes': global,
  'Query.explainMfa': 'Frontegg has nothing of the kind, so no path of the wire could carry it.',
  'Query.simulateMfaPolicy': 'Frontegg has nothing of the kind, so no path of the wire could carry it.',
  'Query.mfaConfigurationDocument': 'Frontegg has nothing of the kind, so no path of the wire could carry it.',
  'Mutation.planMfaConfiguration': 'Frontegg has nothing of the kind, so no path of the wire could carry it.',
  'Mutation.applyMfaConfiguration': 'Frontegg has nothing of the kind, so no path of the wire could carry it.',
  'Mutation.scheduleMfaEnforcement': 'Frontegg has nothing of the kind, so no path of the wire could carry it.',
  'Mutation.cancelMfaEnforcement': 'Frontegg has nothing of the kind, so no path of the wire could carry it.',
  'Query.mfaEnforcementSchedules': 'Frontegg has nothing of the kind, so no path of the wire could carry it.',
  'Mutation.grantMfaExemption': 'Over REST the exemption without an end is `mfaBypass` of the user; one that ends has no field there.',
  'Mutation.endMfaExemption': 'Over REST the exemption without an end is `mfaBypass` of the user; one that ends has no field there.',
  'Query.mfaExemptions': 'Over REST the exemption without an end is `mfaBypass` of the user; one that ends has no field there.',
  'Query.webAuthnRelyingParty': noRead,
  'Query.mfaAdoption': noRead,
  'Mutation.recountMfaAdoption': noRead,
  'Mutation.generateRecoveryCodes': 'The wire has one recovery code, shown at the first enrollment; a set has no field there.',
  'Mutation.renameAuthenticator': 'Over REST an authenticator app has an id and no name.',
  'Mutation.revokeRememberedDevice': 'Over REST a remembered device is a cookie: nothing lists it or names it.',
  'Mutation.revokeAllRememberedDevices': 'Over REST a remembered device is a cookie: nothing lists it or names it.',
};
