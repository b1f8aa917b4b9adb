import type { PasskeyVerifier } from '../../domain/passkey/ceremony.ts';
import type { Clock, Keyring, Random } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { Audit } from '../audit/recorder.ts';
import type { MemberTenants } from '../directory/member-tenants.ts';
import type { PasswordAttempts } from '../lockout/password-attempts.ts';
import type { Captcha } from '../login/captcha.ts';
import type { LoginGate } from '../login/gate.ts';
import type { SecurityNotices } from '../messaging/security-notices.ts';
import type { MailboxProof } from '../session/mailbox-proof.ts';
import type { RecentFactor } from '../session/recent-factor.ts';
import type { Sessions } from '../session/sessions.ts';
import { createPasskeyKeeping } from './keeping.ts';
import { createPasskeyLogin } from './login.ts';
import { createPasskeys } from './passkeys.ts';
import { createPasskeyRegistration } from './registration.ts';

interface Needs {
  store: Store;
  clock: Clock;
  random: Random;
  keyring: Keyring;
  passkeyVerifier: PasskeyVerifier;
  sessions: Sessions;
  recentFactor: RecentFactor;
  mailboxProof: MailboxProof;
  notices: SecurityNotices;
  passwordAttempts: PasswordAttempts;
  captcha: Captcha;
  gate: LoginGate;
  memberTenants: MemberTenants;
  /** Whether a passkey counts as one factor even if it verified its user. */
  strict: boolean;
  audit: Audit;
}

/** Creates the services of passkeys. */
export function createPasskeyServices(needs: Needs) {
  const passkeys = createPasskeys(needs);
  const keeping = createPasskeyKeeping(needs);
  return {
    passkeys: passkeys.useCases,
    passkeyRegistration: createPasskeyRegistration({ ...needs, passkeys, keeping }),
    passkeyLogin: createPasskeyLogin({ ...needs, passkeys, keeping }),
  };
}
