import type { StrategyAvailability } from '../domain/authenticator/strategy.ts';
import type { Identity } from '../domain/environment/identity.ts';
import type { RelyingParty } from '../domain/environment/relying-party.ts';
import type { Clock, Delivery, Keyring, Log, Passwords, Random, Signer } from '../domain/ports.ts';
import type { Store } from '../domain/store.ts';
import { createActivation } from './account/activation.ts';
import { createUserLinks } from './account/email-links.ts';
import { createPasswordChange } from './account/password-change.ts';
import { createPasswordReset } from './account/password-reset.ts';
import { createAuditLog } from './audit/log.ts';
import { createAudit } from './audit/recorder.ts';
import type { StrategyRegistry } from './authenticator/authenticators.ts';
import { createAuthenticators } from './authenticator/authenticators.ts';
import { createFactors } from './authenticator/factors.ts';
import { createOneTimeCodes } from './authenticator/one-time-codes.ts';
import { createPendingEnrollments } from './authenticator/pending-enrollments.ts';
import { createHousekeeping } from './cleanup.ts';
import { createRememberedDevices } from './device/remembered-devices.ts';
import { createTenants } from './directory/tenants.ts';
import { createSubjects } from './directory/user-lookup.ts';
import { createUsers } from './directory/users.ts';
import { createEnvironment } from './environment/environment.ts';
import { createRelyingPartyView } from './environment/relying-party.ts';
import { createAttempts } from './limits/attempts.ts';
import type { SmsQuotas } from './limits/text-messages.ts';
import { createSmsLimits } from './limits/text-messages.ts';
import { createAccountLocks } from './lockout/account-locks.ts';
import { createLockout } from './lockout/password-attempts.ts';
import { createLockoutPolicies } from './lockout/policies.ts';
import { createChallenges } from './login/challenges.ts';
import { createLoginCompletion } from './login/completion.ts';
import { createLoginCodes } from './login/email-code.ts';
import { createSecondFactor } from './login/gate.ts';
import { createLogin } from './login/password.ts';
import { createRefresh } from './login/refresh.ts';
import { createStepUp } from './login/step-up.ts';
import { createOutbox } from './messaging/outbox.ts';
import { createNotifications } from './messaging/security-notices.ts';
import { createConfirming } from './mfa/confirming.ts';
import { createMfaEnrollment } from './mfa/enrollment.ts';
import { createEnrollmentGate } from './mfa/enrollment-rules.ts';
import { createProvenRemoval } from './mfa/proven-removal.ts';
import { createProving } from './mfa/proving.ts';
import { createFactorRemoval } from './mfa/removal.ts';
import { createSelfService } from './mfa/self-service.ts';
import { createSmsCodes } from './mfa/sms-codes.ts';
import { createSmsLogin } from './mfa/sms-login.ts';
import { createSmsSelfService } from './mfa/sms-self-service.ts';
import { createMfaChallenge } from './mfa/verification.ts';
import { createWebAuthnCeremonies } from './mfa/webauthn-ceremonies.ts';
import { createWebAuthnEnrollment } from './mfa/webauthn-enrollment.ts';
import { createWebAuthnRemoval } from './mfa/webauthn-removal.ts';
import { createWebAuthnVerification } from './mfa/webauthn-verification.ts';
import { createPolicies } from './policy/policies.ts';
import { createStrategySettings } from './policy/strategies.ts';
import { createWarnings } from './policy/warnings.ts';
import { createMfaReset } from './recovery/admin-reset.ts';
import { createRecoveryCodes } from './recovery/codes.ts';
import { createRecovery } from './recovery/recover.ts';
import { createRecentFactor } from './session/recent-factor.ts';
import { createSessions } from './session/sessions.ts';
import { createTokens } from './session/tokens.ts';

/** Settings that no operator changes while the server runs. */
export interface ServiceSettings {
  /** URL clients reach the server by, without a slash at its end. */
  publicUrl: string;
  relyingParty: RelyingParty;
  /** Whether sensitive operations over REST need a recent second factor as well. */
  strictStepUp: boolean;
  smsQuotas: SmsQuotas;
  auditRetentionDays: number;
}

interface Needs {
  store: Store;
  clock: Clock;
  random: Random;
  keyring: Keyring;
  passwords: Passwords;
  signer: Signer;
  delivery: Delivery;
  log: Log;
  identity: Identity;
  registry: StrategyRegistry;
  availability: StrategyAvailability;
  settings: ServiceSettings;
}

/** Everything a transport may ask for: use cases alone. What opens sessions, removes without proof or checks nobody is not among them. */
export type Services = ReturnType<typeof createServices>['services'];

/** Wires every service, from top to bottom, and answers the use cases beside the two workers that run by themselves. */
export function createServices({
  store,
  clock,
  random,
  keyring,
  passwords,
  signer,
  delivery,
  log,
  identity,
  registry,
  availability,
  settings,
}: Needs) {
  const audit = createAudit({ store, clock, random, log });
  const tokens = createTokens({ clock, random, signer, identity, issuer: settings.publicUrl });
  const outbox = createOutbox({ store, clock, random, keyring, delivery, audit, log });
  const environment = createEnvironment({ store, clock, keyring, signer, identity, tokens, delivery, audit });
  const notifications = createNotifications({ store, clock, delivery, outbox });
  const recentFactor = createRecentFactor({ store, clock, strictRest: settings.strictStepUp });
  const policies = createPolicies({ store, clock, random, audit, recentFactor });
  const strategies = createStrategySettings({ store, clock, availability, audit });
  const authenticators = createAuthenticators({ store, keyring, registry, audit });
  const sessions = createSessions({ store, clock, random, keyring, tokens, audit });
  const secondFactor = createSecondFactor({ store, clock, random, keyring, policies, strategies, authenticators, sessions, audit });
  const attempts = createAttempts({ store, clock });
  const challenges = createChallenges({ store, clock, keyring, secondFactor });
  const users = createUsers({ store, clock, random, passwords, audit });
  const codes = createOneTimeCodes({ store, clock, random, keyring });
  const pending = createPendingEnrollments({ store, clock, random, keyring, registry, audit });
  const factors = createFactors({ store, clock, random, keyring, authenticators, notifications, audit });
  const complete = createLoginCompletion({ store, clock, random, keyring, attempts, secondFactor, sessions, audit });
  const prove = createProving({ attempts, complete, audit });
  const confirming = createConfirming({ store, clock, registry, attempts, complete, factors, notifications, audit });
  const gate = createEnrollmentGate({ registry, users, secondFactor, challenges, recentFactor, audit });
  const ceremonies = createWebAuthnCeremonies({ store, clock, keyring, registry, challenges, codes, audit });
  const subjects = createSubjects({ store, keyring });
  const changePassword = createPasswordChange({ store, clock, notifications, audit });
  const links = createUserLinks({ store, clock, random, keyring, publicUrl: settings.publicUrl });
  const accountLocks = createAccountLocks({ store, clock, notifications, audit });
  const lockoutPolicies = createLockoutPolicies({ store, clock, random, audit });
  const lockout = createLockout({ store, clock, policies: lockoutPolicies, locks: accountLocks, notifications, audit });
  const mfaReset = createMfaReset({ store, attempts, factors, notifications, audit });
  const removal = createFactorRemoval({
    ...{ store, clock, keyring, registry, users, secondFactor, authenticators, factors, attempts, recentFactor, mfaReset, notifications, audit },
  });
  const provenRemoval = createProvenRemoval({ users, removal, attempts, recentFactor, audit });
  const charge = createSmsLimits({ store, clock, keyring, audit, quotas: settings.smsQuotas });
  const smsCodes = createSmsCodes({ store, clock, keyring, delivery, registry, challenges, codes, charge, outbox, audit });
  const services = {
    accountLocks,
    auditLog: createAuditLog({ store, audit }),
    lockoutPolicies: lockoutPolicies.useCases,
    mfaReset,
    environment: environment.useCases,
    policies: policies.useCases,
    strategySettings: strategies.useCases,
    authenticators: authenticators.useCases,
    sessions,
    challenges,
    login: createLogin({ store, passwords, lockout, secondFactor, audit }),
    refresh: createRefresh({ store, clock, random, keyring, sessions, secondFactor, audit }),
    enrollment: createMfaEnrollment({ store, registry, challenges, gate, pending, confirming }),
    challenge: createMfaChallenge({ store, clock, keyring, delivery, registry, challenges, codes, attempts, prove, outbox, audit }),
    smsLogin: createSmsLogin({ registry, challenges, gate, confirming, prove, smsCodes, audit }),
    loginCodes: createLoginCodes({
      ...{ store, clock, random, keyring, delivery, registry, environment, subjects, attempts, secondFactor, outbox, audit },
    }),
    activation: createActivation({ store, clock, passwords, links, secondFactor, changePassword, outbox, audit }),
    passwordReset: createPasswordReset({ store, passwords, delivery, links, subjects, attempts, changePassword, outbox, audit }),
    recovery: createRecovery({ store, clock, keyring, attempts, factors, notifications, audit }),
    recoveryCodes: createRecoveryCodes({ store, clock, random, keyring, recentFactor, notifications, audit }),
    stepUp: createStepUp({ store, clock, random, keyring, authenticators, sessions, audit }),
    tenants: createTenants({ store, clock, random, audit }),
    users: users.useCases,
    rememberedDevices: createRememberedDevices({ store, clock, users, policies, audit }),
    selfService: createSelfService({ store, clock, registry, users, secondFactor, authenticators, challenges, pending, gate, confirming }),
    factorRemoval: removal,
    smsSelfService: createSmsSelfService({ gate, confirming, removal: provenRemoval, smsCodes }),
    warnings: createWarnings({ availability, audit }),
    relyingParty: createRelyingPartyView({ relyingParty: settings.relyingParty, audit }),
    webAuthnEnrollment: createWebAuthnEnrollment({ gate, ceremonies, confirming }),
    webAuthnVerification: createWebAuthnVerification({ registry, challenges, ceremonies, prove, audit }),
    webAuthnRemoval: createWebAuthnRemoval({ removal: provenRemoval, ceremonies }),
  };
  const cleanup = createHousekeeping({ store, clock, log, auditRetentionDays: settings.auditRetentionDays });
  return { services, outbox, cleanup, tokens };
}
