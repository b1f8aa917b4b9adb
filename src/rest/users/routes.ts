import type { RestRoute } from '../route.ts';
import { activationToken } from './activation-token.ts';
import { me, mePlain, myAuthorization } from './me.ts';
import { myHierarchy, myTenantList, myTenants, myTenantsOlder } from './my-tenants.ts';
import { emailChangeConfirm, emailChangeRequest } from './own-email.ts';
import { myProfileUpdate, profileUpdate } from './own-profile.ts';
import { passwordResetVerify } from './password-reset.ts';
import { passwordVerify } from './password-verify.ts';
import { resetToken } from './reset-link.ts';
import { signUp, signUpWithUsername } from './sign-up.ts';
import { temporaryUsersRead, temporaryUsersSet } from './temporary-users.ts';
import { tenantSwitch } from './tenant-switch.ts';
import { tenantToken } from './tenant-token.ts';
import { unlockMe } from './unlock-me.ts';
import { userActivate } from './user-activate.ts';
import { userByEmail } from './user-by-email.ts';
import { userCreate, userCreateOlder } from './user-create.ts';
import { userCreateVendor } from './user-create-vendor.ts';
import { userDelete } from './user-delete.ts';
import { userEmailChange } from './user-email.ts';
import { emailRemove, emailsOfUserRead, ownEmailAdd, ownEmailVerify, ownPrimaryEmailSet, userEmailsRead } from './user-emails.ts';
import { userEmailsPolicyRead, userEmailsPolicySet } from './user-emails-policy.ts';
import { userEmailAdd, userEmailRemove, userPrimaryEmailSet } from './user-emails-vendor.ts';
import { invisibleSet, superUserSet } from './user-flags.ts';
import { userGroupsRead } from './user-groups.ts';
import { userLock } from './user-lock.ts';
import {
  ownPhoneCodeSend,
  ownPhoneRemovalBegin,
  ownPhoneRemove,
  ownPhoneVerify,
  phoneAdd,
  phonesOfUserRead,
  userPhonesRead,
  userPhonesReadOlder,
} from './user-phones.ts';
import { userPhoneAdd, userPhoneRemove } from './user-phones-vendor.ts';
import { userRead } from './user-read.ts';
import { userReadVendor } from './user-read-vendor.ts';
import { userRolesBulk, userRolesGive, userRolesRead, userRolesTake, userRolesTaskRead } from './user-roles.ts';
import { userDisable, userEnable, userExpiryRemove, userExpirySet } from './user-states.ts';
import { userStatuses } from './user-statuses.ts';
import { tenantMembersMove, userTenantAdd, userTenantSet } from './user-tenants.ts';
import { userUnenroll } from './user-unenroll.ts';
import { userUnlock } from './user-unlock.ts';
import { userUpdate, userUpdateVendor } from './user-update.ts';
import { userVerify } from './user-verify.ts';
import { usernameOfUserRead, usernameRemove, usernameSet, usernamesRead } from './usernames.ts';
import { usersSearch, usersSearchByPhrase, usersSearchOlder, usersSearchOldest } from './users-search.ts';

/** The operations of this folder under the prefixes of the identity service. */
export const usersRoutes: readonly RestRoute[] = [
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
  signUp,
  signUpWithUsername,
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
  userGroupsRead,
  userRolesTaskRead,
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
  userPhonesRead,
  userPhonesReadOlder,
  phoneAdd,
  ownPhoneCodeSend,
  ownPhoneVerify,
  ownPhoneRemovalBegin,
  ownPhoneRemove,
  phonesOfUserRead,
  userPhoneAdd,
  userPhoneRemove,
  usernamesRead,
  usernameSet,
  usernameRemove,
  usernameOfUserRead,
  usersSearch,
  usersSearchByPhrase,
  usersSearchOldest,
  usersSearchOlder,
  userStatuses,
];
