import type { Kit } from './kit.ts';
import { defineAccount } from './tables/account.ts';
import { defineAudit } from './tables/audit.ts';
import { defineAuthenticator } from './tables/authenticator.ts';
import { defineCaptcha } from './tables/captcha.ts';
import { defineDevice } from './tables/device.ts';
import { defineDirectory } from './tables/directory.ts';
import { defineEnforcement } from './tables/enforcement.ts';
import { defineEnvironment } from './tables/environment.ts';
import { defineExemption } from './tables/exemption.ts';
import { defineGroup } from './tables/group.ts';
import { defineHostedLogin } from './tables/hosted-login.ts';
import { defineInsight } from './tables/insight.ts';
import { defineInvitation } from './tables/invitation.ts';
import { defineJwtTemplates } from './tables/jwt-template.ts';
import { defineLimits } from './tables/limits.ts';
import { defineLockout } from './tables/lockout.ts';
import { defineLogin } from './tables/login.ts';
import { defineMessaging } from './tables/messaging.ts';
import { defineOauth } from './tables/oauth.ts';
import { definePasskey } from './tables/passkey.ts';
import { definePassword } from './tables/password.ts';
import { definePolicy } from './tables/policy.ts';
import { defineRecovery } from './tables/recovery.ts';
import { defineRole } from './tables/role.ts';
import { defineSession } from './tables/session.ts';
import { defineToken } from './tables/token.ts';

/** Defines every table for the dialect of the kit. */
export const defineTables = (k: Kit) => {
  const directory = defineDirectory(k);
  const session = defineSession(k, directory);
  const role = defineRole(k, directory);
  return {
    ...defineAudit(k),
    ...defineLimits(k),
    ...defineMessaging(k),
    ...session,
    ...defineJwtTemplates(k),
    ...defineEnvironment(k),
    ...defineCaptcha(k),
    ...directory,
    ...role,
    ...defineToken(k, directory, role),
    ...defineGroup(k, directory, role),
    ...definePolicy(k, directory),
    ...defineEnforcement(k, directory),
    ...defineExemption(k, directory),
    ...defineLockout(k, directory),
    ...definePassword(k, directory),
    ...defineAuthenticator(k, directory),
    ...defineDevice(k, directory),
    ...defineRecovery(k, directory),
    ...defineLogin(k, directory, session),
    ...definePasskey(k, directory),
    ...defineInvitation(k, directory),
    ...defineAccount(k, directory),
    ...defineOauth(k, directory, session),
    ...defineHostedLogin(k),
    ...defineInsight(k),
  };
};

/** All tables by name. */
export type Tables = ReturnType<typeof defineTables>;
