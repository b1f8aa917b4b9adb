import { applicationAssign, applicationUnassign, applicationUsersAssign, applicationUsersRead } from './applications/application-users.ts';
import { activeTenantsRead, activeTenantsSet, userApplicationsRead } from './applications/user-applications.ts';
import { auditsExport } from './audits/audits-export.ts';
import { auditStatsRead, auditsRead } from './audits/audits-read.ts';
import { login } from './auth/login.ts';
import { loginCodeSend } from './auth/login-code-send.ts';
import { loginCodeVerify } from './auth/login-code-verify.ts';
import { logout } from './auth/logout.ts';
import { refresh } from './auth/refresh.ts';
import { flags } from './boot/flags.ts';
import { metadata } from './boot/metadata.ts';
import { publicConfigurationRead } from './boot/public-configuration.ts';
import { customSocialLogins, olderSocialLogins, publicSso, socialLogins } from './boot/public-sso.ts';
import { publicAuthStrategies, signUpStrategies } from './boot/public-strategies.ts';
import { publicVendor } from './boot/public-vendor.ts';
import { configurationRead } from './environment/configuration-read.ts';
import { configurationSet } from './environment/configuration-set.ts';
import { jwks } from './environment/jwks.ts';
import { masterKeysRead, signingKeyRotate, signingKeysRead } from './environment/keys.ts';
import { mfaConfigurationRead, mfaConfigurationSet } from './environment/mfa-configuration.ts';
import { secretAdd, secretRetire, secretsRead } from './environment/secrets.ts';
import { vendorLogin } from './environment/vendor-login.ts';
import { hostedLoginActivate, hostedLoginDeactivate, hostedLoginRead } from './hosted-login/activation.ts';
import { androidApps, appleApps } from './hosted-login/app-links.ts';
import { logoRead } from './hosted-login/logo.ts';
import { redirectUriCreate, redirectUriDelete, redirectUrisRead } from './hosted-login/redirect-uris.ts';
import { activationByCode, activationStrategy } from './invitations/activation.ts';
import { bulkInvite, bulkInviteStatus } from './invitations/bulk-invitations.ts';
import { activationRequest, invitationAccept, invitationAcceptCode, invitationResend, invitationResendAll } from './invitations/invitations.ts';
import { lockoutCreate } from './lockout/lockout-create.ts';
import { lockoutRead } from './lockout/lockout-read.ts';
import { lockoutUpdate } from './lockout/lockout-update.ts';
import { allowRememberDevice } from './mfa/allow-remember-device.ts';
import { authenticatorEnroll } from './mfa/authenticator-enroll.ts';
import { authenticatorEnrollVerify } from './mfa/authenticator-enroll-verify.ts';
import { authenticatorVerify } from './mfa/authenticator-verify.ts';
import { emailCodeSend } from './mfa/email-code-send.ts';
import { emailCodeVerify } from './mfa/email-code-verify.ts';
import { recover } from './mfa/recover.ts';
import { smsEnroll } from './mfa/sms-enroll.ts';
import { smsEnrollVerify } from './mfa/sms-enroll-verify.ts';
import { smsSend } from './mfa/sms-send.ts';
import { smsVerify } from './mfa/sms-verify.ts';
import { stepUpGenerate } from './mfa/step-up-generate.ts';
import { verify } from './mfa/verify.ts';
import { webauthnBegin } from './mfa/webauthn-begin.ts';
import { webauthnEnroll } from './mfa/webauthn-enroll.ts';
import { webauthnEnrollVerify } from './mfa/webauthn-enroll-verify.ts';
import { webauthnVerify } from './mfa/webauthn-verify.ts';
import { delegationRead, delegationSet } from './not-supported/delegation.ts';
import { redirectUriSync } from './not-supported/redirect-uri-sync.ts';
import { socialLoginRoutes } from './not-supported/social-login.ts';
import { subTenantAccessSet, subTenantRoutes } from './not-supported/sub-tenants.ts';
import { userPoolRoutes } from './not-supported/user-pools.ts';
import { impersonate, signUpByPhone } from './not-supported/ways-in.ts';
import { policyCreate } from './policy/policy-create.ts';
import { policyRead } from './policy/policy-read.ts';
import { policyReadVendor } from './policy/policy-read-vendor.ts';
import { policyUpdate } from './policy/policy-update.ts';
import { policyUpsert } from './policy/policy-upsert.ts';
import { strategiesList } from './policy/strategies-list.ts';
import { strategySet } from './policy/strategy-set.ts';
import {
  accountSettingsRead,
  accountSettingsSet,
  hierarchyParentsRead,
  hierarchyRead,
  hierarchyTreeRead,
  publicAccountSettingsRead,
} from './portal/account-settings.ts';
import { publicCaptchaRead } from './portal/captcha.ts';
import { invitationConfigurationRead, ownInvitationRead } from './portal/invitations.ts';
import { passwordConfigurationRead, passwordHistoryRead, passwordRulesRead } from './portal/password-settings.ts';
import { sessionConfigurationRead } from './portal/session-settings.ts';
import { teamMemberDelete, teamMemberResend, teamMemberUpdate } from './portal/team-member-change.ts';
import { teamMembersRead, teamStatisticsRead } from './portal/team-members.ts';
import { teamRolesRead } from './portal/team-roles.ts';
import { categoriesRead, categoryCreate, categoryDelete, categoryUpdate } from './roles/permission-categories.ts';
import {
  permissionDelete,
  permissionRolesAdd,
  permissionsClassify,
  permissionsCreate,
  permissionsRead,
  permissionUpdate,
} from './roles/permissions.ts';
import { roleDelete, rolePermissionsSet, roleTenantSet, roleUpdate } from './roles/role-change.ts';
import { roleCreateFromBase, rolesCreate } from './roles/roles-create.ts';
import { roleLevelsRead, rolesRead, rolesSearch, roleTenantsRead } from './roles/roles-read.ts';
import type { RestRoute } from './route.ts';
import { authenticatorDisable } from './self-service/authenticator-disable.ts';
import { mfaEnroll, ownAuthenticatorEnroll } from './self-service/authenticator-enroll.ts';
import { mfaEnrollVerify, ownAuthenticatorEnrollVerify } from './self-service/authenticator-enroll-verify.ts';
import { devices } from './self-service/mfa-devices.ts';
import { disable } from './self-service/mfa-disable.ts';
import { smsDisable, smsDisableVerify } from './self-service/sms-disable.ts';
import { ownSmsEnroll, ownSmsEnrollVerify } from './self-service/sms-enroll.ts';
import { webauthnDisable, webauthnDisableVerify } from './self-service/webauthn-disable.ts';
import { ownWebauthnEnroll, ownWebauthnEnrollVerify } from './self-service/webauthn-enroll.ts';
import { ownTenantDelete, tenantDelete, tenantReplace, tenantUpdate } from './tenants/tenant-change.ts';
import { tenantCreate } from './tenants/tenant-create.ts';
import { tenantMetadataRemove, tenantMetadataSet } from './tenants/tenant-metadata.ts';
import { tenantRead, tenantReadAsObject, tenantReadByAlias, tenantsRead, tenantsSearch } from './tenants/tenants-read.ts';
import { activationToken } from './users/activation-token.ts';
import { me, mePlain, myAuthorization } from './users/me.ts';
import { myHierarchy, myTenantList, myTenants, myTenantsOlder } from './users/my-tenants.ts';
import { emailChangeConfirm, emailChangeRequest } from './users/own-email.ts';
import { myProfileUpdate, profileUpdate } from './users/own-profile.ts';
import { passwordResetRequest, passwordResetVerify } from './users/password-reset.ts';
import { passwordVerify } from './users/password-verify.ts';
import { resetToken } from './users/reset-link.ts';
import { signUp, signUpWithUsername } from './users/sign-up.ts';
import { temporaryUsersRead, temporaryUsersSet } from './users/temporary-users.ts';
import { tenantSwitch } from './users/tenant-switch.ts';
import { tenantToken } from './users/tenant-token.ts';
import { unlockMe } from './users/unlock-me.ts';
import { userActivate } from './users/user-activate.ts';
import { userByEmail } from './users/user-by-email.ts';
import { userCreate, userCreateOlder } from './users/user-create.ts';
import { userCreateVendor } from './users/user-create-vendor.ts';
import { userDelete } from './users/user-delete.ts';
import { userEmailChange } from './users/user-email.ts';
import { emailRemove, emailsOfUserRead, ownEmailAdd, ownEmailVerify, ownPrimaryEmailSet, userEmailsRead } from './users/user-emails.ts';
import { userEmailsPolicyRead, userEmailsPolicySet } from './users/user-emails-policy.ts';
import { userEmailAdd, userEmailRemove, userPrimaryEmailSet } from './users/user-emails-vendor.ts';
import { invisibleSet, superUserSet } from './users/user-flags.ts';
import { userGroupsRead } from './users/user-groups.ts';
import { userLock } from './users/user-lock.ts';
import { userRead } from './users/user-read.ts';
import { userReadVendor } from './users/user-read-vendor.ts';
import { userRolesBulk, userRolesGive, userRolesRead, userRolesTake, userRolesTaskRead } from './users/user-roles.ts';
import { userDisable, userEnable, userExpiryRemove, userExpirySet } from './users/user-states.ts';
import { userStatuses } from './users/user-statuses.ts';
import { tenantMembersMove, userTenantAdd, userTenantSet } from './users/user-tenants.ts';
import { userUnenroll } from './users/user-unenroll.ts';
import { userUnlock } from './users/user-unlock.ts';
import { userUpdate, userUpdateVendor } from './users/user-update.ts';
import { userVerify } from './users/user-verify.ts';
import { usernameOfUserRead, usernameRemove, usernameSet, usernamesRead } from './users/usernames.ts';
import { usersSearch, usersSearchByPhrase, usersSearchOlder, usersSearchOldest } from './users/users-search.ts';

/** The operations of the identity service. They are declared under the first of `identityPrefixes`. */
export const identityRoutes: readonly RestRoute[] = [
  policyCreate,
  policyUpdate,
  policyUpsert,
  policyRead,
  policyReadVendor,
  allowRememberDevice,
  strategiesList,
  strategySet,
  lockoutCreate,
  lockoutRead,
  lockoutUpdate,
  mfaConfigurationRead,
  mfaConfigurationSet,
  configurationRead,
  configurationSet,
  secretsRead,
  secretAdd,
  secretRetire,
  signingKeysRead,
  signingKeyRotate,
  masterKeysRead,
  publicConfigurationRead,
  publicAuthStrategies,
  signUpStrategies,
  socialLogins,
  customSocialLogins,
  login,
  loginCodeSend,
  loginCodeVerify,
  refresh,
  logout,
  verify,
  authenticatorVerify,
  authenticatorEnroll,
  authenticatorEnrollVerify,
  emailCodeSend,
  emailCodeVerify,
  webauthnEnroll,
  webauthnEnrollVerify,
  webauthnBegin,
  webauthnVerify,
  smsEnroll,
  smsEnrollVerify,
  smsSend,
  smsVerify,
  recover,
  stepUpGenerate,
  mfaEnroll,
  mfaEnrollVerify,
  ownAuthenticatorEnroll,
  ownAuthenticatorEnrollVerify,
  ownWebauthnEnroll,
  ownWebauthnEnrollVerify,
  webauthnDisable,
  webauthnDisableVerify,
  disable,
  authenticatorDisable,
  ownSmsEnroll,
  ownSmsEnrollVerify,
  smsDisable,
  smsDisableVerify,
  devices,
  userCreateVendor,
  userCreate,
  userCreateOlder,
  userByEmail,
  userRead,
  userReadVendor,
  userUpdate,
  userUpdateVendor,
  userDelete,
  userEmailChange,
  superUserSet,
  invisibleSet,
  userTenantAdd,
  userTenantSet,
  tenantMembersMove,
  userDisable,
  userEnable,
  userExpirySet,
  userExpiryRemove,
  temporaryUsersRead,
  temporaryUsersSet,
  profileUpdate,
  myProfileUpdate,
  passwordVerify,
  resetToken,
  userVerify,
  activationToken,
  userActivate,
  activationByCode,
  activationStrategy,
  activationRequest,
  invitationAccept,
  invitationAcceptCode,
  invitationResend,
  invitationResendAll,
  bulkInvite,
  bulkInviteStatus,
  signUp,
  signUpWithUsername,
  passwordResetRequest,
  passwordResetVerify,
  unlockMe,
  tenantSwitch,
  userLock,
  userUnlock,
  userUnenroll,
  me,
  mePlain,
  myAuthorization,
  myTenants,
  myTenantsOlder,
  myTenantList,
  myHierarchy,
  tenantToken,
  userRolesGive,
  userRolesTake,
  userRolesBulk,
  userRolesRead,
  rolesRead,
  rolesCreate,
  roleUpdate,
  roleDelete,
  rolePermissionsSet,
  roleTenantSet,
  rolesSearch,
  roleCreateFromBase,
  roleLevelsRead,
  roleTenantsRead,
  permissionsRead,
  permissionsCreate,
  permissionUpdate,
  permissionDelete,
  permissionRolesAdd,
  permissionsClassify,
  categoriesRead,
  categoryCreate,
  categoryUpdate,
  categoryDelete,
  passwordRulesRead,
  passwordConfigurationRead,
  passwordHistoryRead,
  sessionConfigurationRead,
  publicCaptchaRead,
  invitationConfigurationRead,
  ownInvitationRead,
  userGroupsRead,
  userRolesTaskRead,
  applicationUsersRead,
  applicationAssign,
  applicationUsersAssign,
  applicationUnassign,
  userApplicationsRead,
  activeTenantsRead,
  activeTenantsSet,
  olderSocialLogins,
  ...socialLoginRoutes,
  delegationRead,
  delegationSet,
  ...userPoolRoutes,
  userEmailsRead,
  ownEmailAdd,
  ownEmailVerify,
  emailRemove,
  emailsOfUserRead,
  ownPrimaryEmailSet,
  userEmailAdd,
  userEmailRemove,
  userPrimaryEmailSet,
  emailChangeRequest,
  emailChangeConfirm,
  userEmailsPolicyRead,
  userEmailsPolicySet,
  usernamesRead,
  usernameSet,
  usernameRemove,
  usernameOfUserRead,
  subTenantAccessSet,
  impersonate,
  signUpByPhone,
  usersSearch,
  usersSearchByPhrase,
  usersSearchOldest,
  usersSearchOlder,
  userStatuses,
];

/** The operations with a path of their own. They are served under each of `otherPrefixes`. */
export const otherRoutes: readonly RestRoute[] = [
  ...[vendorLogin, jwks, tenantCreate, flags, metadata, publicVendor, publicSso],
  ...[accountSettingsRead, publicAccountSettingsRead, hierarchyRead, hierarchyParentsRead, hierarchyTreeRead, teamRolesRead],
  ...subTenantRoutes,
  ...[teamMembersRead, teamStatisticsRead, teamMemberUpdate, teamMemberDelete, teamMemberResend],
  ...[tenantsRead, tenantRead, tenantReadAsObject, tenantReadByAlias, tenantsSearch, tenantUpdate, tenantReplace, tenantDelete, ownTenantDelete],
  ...[tenantMetadataSet, tenantMetadataRemove, accountSettingsSet],
  ...[auditsRead, auditStatsRead, auditsExport],
  ...[hostedLoginRead, hostedLoginActivate, hostedLoginDeactivate, redirectUrisRead, redirectUriCreate, redirectUriDelete],
  ...[redirectUriSync, logoRead, appleApps, androidApps],
];
