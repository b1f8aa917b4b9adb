import type { ReadPhoneNumber } from '../domain/authenticator/phone-number.ts';
import type { StrategyRegistry } from '../domain/authenticator/strategy.ts';
import type { Identity } from '../domain/environment/identity.ts';
import type { PasskeyVerifier } from '../domain/passkey/ceremony.ts';
import type { CaptchaVerifier, Clock, Delivery, Keyring, Log, PasswordLists, Passwords, Random, Signer } from '../domain/ports.ts';
import type { Store } from '../domain/store.ts';
import type { StrategyName } from '../domain/strategy-name.ts';
import { createTokenInUseOf } from './access/api-token-actor.ts';
import { createEmailLinks } from './account/email-links.ts';
import { createInviting } from './account/inviting.ts';
import { createLinkMail } from './account/link-mail.ts';
import { createPasswordChange } from './account/password-change.ts';
import { createAccountServices, createBulkServices } from './account/wiring.ts';
import { createAuditLog } from './audit/log.ts';
import { createAudit } from './audit/recorder.ts';
import type { UseCasesOnly } from './audit/use-case.ts';
import { createAuthenticators } from './authenticator/authenticators.ts';
import { createCleanup } from './cleanup.ts';
import { createDeviceRecognition } from './device/recognition.ts';
import { createRememberedDevices } from './device/remembered-devices.ts';
import { createMemberTenants } from './directory/member-tenants.ts';
import { createMembershipEnd } from './directory/membership-end.ts';
import { createMembershipExpiry } from './directory/membership-expiry.ts';
import { createNewUsers } from './directory/new-users.ts';
import { createPhoneCodes } from './directory/phone-codes.ts';
import { createTenantRemoval } from './directory/tenant-removal.ts';
import { createUserLookup } from './directory/user-lookup.ts';
import { createUserRemoval } from './directory/user-removal.ts';
import { createUsers } from './directory/users.ts';
import { createDirectoryServices } from './directory/wiring.ts';
import { createCaptchaPolicy } from './environment/captcha-policy.ts';
import { createEnvironment } from './environment/environment.ts';
import { createKeys } from './environment/keys.ts';
import { createRelyingPartyView } from './environment/relying-party.ts';
import type { Reseal } from './environment/reseal.ts';
import { createSecrets } from './environment/secrets.ts';
import type { SigningKeys } from './environment/signing-keys.ts';
import { createGroupServices } from './group/wiring.ts';
import { createInsight } from './insight/wiring.ts';
import { createInvitationServices } from './invitation/wiring.ts';
import { createAttempts } from './limits/attempts.ts';
import { createGuesses } from './limits/guesses.ts';
import { createTextLimits } from './limits/text-messages.ts';
import { createTokenCodes } from './limits/token-codes.ts';
import { createAccountLocks } from './lockout/account-locks.ts';
import { createPasswordAttempts } from './lockout/password-attempts.ts';
import { createPasswordGuesses } from './lockout/password-guesses.ts';
import { createLockoutPolicies } from './lockout/policies.ts';
import { createCaptcha } from './login/captcha.ts';
import { createChallenges } from './login/challenges.ts';
import { createLoginCompletion } from './login/completion.ts';
import { createLoginGate } from './login/gate.ts';
import { createChallengeIssuing } from './login/issue-challenge.ts';
import { createSessionOpening } from './login/opening.ts';
import { createPasswordLogin } from './login/password.ts';
import { createRefresh } from './login/refresh.ts';
import { createStepUp } from './login/step-up.ts';
import { createPasswordless } from './login/wiring.ts';
import { createOutbox } from './messaging/outbox.ts';
import { createSecurityNotices } from './messaging/security-notices.ts';
import { createMfaServices } from './mfa/wiring.ts';
import { createOauth } from './oauth/wiring.ts';
import { createPasskeyServices } from './passkey/wiring.ts';
import { createPasswordRules } from './password/wiring.ts';
import { createExemptions } from './policy/exemptions.ts';
import { createGraces } from './policy/graces.ts';
import { createPolicies } from './policy/policies.ts';
import { createStrategySettings } from './policy/strategies.ts';
import { createWarnings } from './policy/warnings.ts';
import { createAdminReset } from './recovery/admin-reset.ts';
import { createRecoveryCodes } from './recovery/codes.ts';
import { createRecovery } from './recovery/recover.ts';
import { createAuthority } from './role/authority.ts';
import { createRolesForMember } from './role/roles-for-member.ts';
import { createRoleServices } from './role/wiring.ts';
import { createSessionLimits } from './session/limits.ts';
import { createMailboxProof } from './session/mailbox-proof.ts';
import { createRecentFactor } from './session/recent-factor.ts';
import { createRefreshTokens } from './session/refresh-tokens.ts';
import { createRevocation, createRevocationInTenant } from './session/revocation.ts';
import { createSessions } from './session/sessions.ts';
import { createTokenShapes } from './session/token-shapes.ts';
import { createTokens } from './session/tokens.ts';
import { createSessionServices } from './session/wiring.ts';
import type { ServiceSettings } from './settings.ts';
import { createApiTokens } from './token/wiring.ts';

interface Needs {
  store: Store;
  clock: Clock;
  random: Random;
  keyring: Keyring;
  passwords: Passwords;
  passwordLists: PasswordLists;
  signer: Signer;
  delivery: Delivery;
  /** Null if nothing can check a captcha. */
  captchaVerifier: CaptchaVerifier | null;
  log: Log;
  identity: Identity;
  registry: StrategyRegistry;
  readPhoneNumber: ReadPhoneNumber;
  passkeyVerifier: PasskeyVerifier;
  signingKeys: SigningKeys;
  reseal: Reseal;
  settings: ServiceSettings;
}

/**
 * Everything that a transport may call: use cases alone. Functions that open sessions, remove without a proof or skip a permission
 * check are not among them.
 */
export type Services = ReturnType<typeof createServices>['services'];

/**
 * Creates every service, in the order in which they need each other. Returns the use cases, the workers that run by themselves,
 * and the function that issues an environment token without credentials. That function is for the page that a developer opens on
 * this machine; no transport may have it.
 */
export function createServices({
  store,
  clock,
  random,
  keyring,
  passwords,
  passwordLists,
  signer,
  delivery,
  captchaVerifier,
  log,
  identity,
  registry,
  readPhoneNumber,
  passkeyVerifier,
  signingKeys,
  reseal,
  settings,
}: Needs) {
  const audit = createAudit({ store, clock, random, log });
  const tokens = createTokens({ clock, random, signer, identity, issuer: settings.publicUrl });
  const guesses = createGuesses({ store, clock, keyring });
  const revoke = createRevocation({ store, clock });
  const revokeInTenant = createRevocationInTenant({ store, clock });
  const outbox = createOutbox({ store, clock, random, keyring, delivery, audit, log });
  const secrets = createSecrets({ store, clock, random, keyring, audit });
  const environment = createEnvironment({
    ...{ store, clock, secrets, signer, identity, tokens, guesses, delivery, audit },
    passkeyAvailability: passkeyVerifier.availability,
  });
  const notices = createSecurityNotices({ store, clock, delivery, outbox });
  const recentFactor = createRecentFactor({ store, clock, strictRest: settings.strictStepUp, audit });
  const policies = createPolicies({ store, clock, random, audit, recentFactor });
  const strategySettings = createStrategySettings({ store, clock, registry, audit });
  const authenticators = createAuthenticators({ store, clock, random, keyring, registry, revoke, notices, audit });
  const refreshTokens = createRefreshTokens({ store, clock, random, keyring });
  const tokenInUseOf = createTokenInUseOf({ store, clock });
  const sessionLimits = createSessionLimits({ store, clock, audit });
  const shapeFor = createTokenShapes({ store });
  const sessions = createSessions({ store, clock, random, keyring, tokens, shapeFor, refreshTokens, tokenInUseOf, sessionLimits, audit });
  const authority = createAuthority({ store, recentFactor, sessions });
  const deviceRecognition = createDeviceRecognition({ store, clock, random, keyring, audit });
  const challengeIssuing = createChallengeIssuing({ store, clock, random, keyring, audit });
  const passwordRules = createPasswordRules({ store, clock, random, passwords, lists: passwordLists, recentFactor, audit });
  const { newPasswords, passwordAge } = passwordRules;
  const emailLinks = createEmailLinks({ store, clock, random, keyring, guesses, linkUrl: settings.linkUrl });
  const issueReset = (userId: string) => emailLinks.issue('PASSWORD_RESET', { subject: userId, userId });
  const rolesForMember = createRolesForMember({ store });
  const invitation = createInvitationServices({
    ...{ store, clock, random, keyring, delivery, authority, rolesForMember, notices, guesses, linkUrl: settings.linkUrl, audit },
  });
  const { joining } = invitation;
  const openSession = createSessionOpening({ store, sessions, passwordAge, joining, issueReset });
  const gate = createLoginGate({
    ...{ store, clock, policies, strategySettings, authenticators, sessions, openSession, deviceRecognition, challengeIssuing, joining, registry },
  });
  const mailboxProof = createMailboxProof({ store, clock, delivery, gate, audit });
  const attempts = createAttempts({ store, clock, strategies: Object.keys(registry) as StrategyName[] });
  const captcha = createCaptcha({ store, keyring, captchaVerifier });
  const challenges = createChallenges({ store, clock, keyring });
  const memberTenants = createMemberTenants({ store, clock });
  const membershipEnd = createMembershipEnd({ store, clock });
  const newUsers = createNewUsers({ store, clock, random, passwords, newPasswords, audit });
  const users = createUsers({ store, clock, newUsers, membershipEnd, rolesForMember, sessions, audit });
  const userRemoval = createUserRemoval({ store, clock, keyring, users, authority, attempts, revoke, revokeInTenant, audit });
  const tenantRemoval = createTenantRemoval({ store, clock, authority, userRemoval, revokeInTenant, audit });
  const completeLogin = createLoginCompletion({ store, clock, attempts, gate, sessions, openSession, deviceRecognition, joining, audit });
  const userLookup = createUserLookup({ store, keyring });
  const passwordGuesses = createPasswordGuesses({ store, clock, keyring, guesses, freeFailures: settings.freePasswordFailures });
  const changePassword = createPasswordChange({
    ...{ store, clock, random, passwords, policies: passwordRules.policies, revoke, passwordGuesses, notices, audit },
  });
  const mailLink = createLinkMail({ store, emailLinks, outbox });
  const accountLocks = createAccountLocks({ store, clock, users, revoke, passwordGuesses, notices, mailLink, audit });
  const lockoutPolicies = createLockoutPolicies({ store, clock, random, audit });
  const passwordAttempts = createPasswordAttempts({ store, clock, keyring, lockoutPolicies, accountLocks, notices });
  const adminReset = createAdminReset({ store, users, attempts, revoke, notices, audit });
  const takeText = createTextLimits({ store, clock, keyring, textLimits: settings.textLimits });
  const tokenCodes = createTokenCodes({ store, clock, random, keyring, attempts });
  const phoneCodes = createPhoneCodes({ store, delivery, registry, environment, tokenCodes, takeText, outbox });
  const inviting = createInviting({
    ...{ store, clock, delivery, newUsers, rolesForMember, authority },
    ...{ attempts, mailLink, membershipEnd, audit },
  });
  const bulk = createBulkServices({
    ...{ store, clock, random, keyring, passwords, registry, readPhoneNumber, newUsers, authenticators, rolesForMember, revoke, outbox, audit, log },
    ...{ inviting, authority, tokenInUseOf },
  });
  const exemptions = createExemptions({ store, clock, random, authority, notices, audit });
  const insight = createInsight({
    ...{ store, clock, random, keyring, registry, delivery, log, audit, authority, recentFactor, notices, attempts, deviceRecognition },
    ...{ policies, strategySettings, exemptions, lockoutPolicies, environment },
  });
  const refresh = createRefresh({ store, clock, keyring, sessions, refreshTokens, sessionLimits, gate, audit });
  const stepUp = createStepUp({ store, clock, authenticators, sessions, challengeIssuing, audit });
  const oauth = createOauth({
    ...{ store, clock, random, keyring, identity, issuer: settings.publicUrl, settings: settings.hostedLogin, audit },
    ...{ environment, authenticators, memberTenants, challenges, gate, sessions, sessionLimits, refresh, stepUp },
  });
  const services = {
    accountLocks: accountLocks.useCases,
    auditLog: createAuditLog({ store, clock, audit }),
    lockoutPolicies: lockoutPolicies.useCases,
    adminReset: adminReset.useCases,
    environment: environment.useCases,
    environmentSecrets: secrets.useCases,
    captchaPolicy: createCaptchaPolicy({ store, clock, random, keyring, captchaVerifier, audit }),
    keys: createKeys({ signingKeys, reseal, audit }),
    policies: policies.useCases,
    exemptions: exemptions.useCases,
    graces: createGraces({ store, clock, policies, audit }),
    strategySettings: strategySettings.useCases,
    authenticators: authenticators.useCases,
    sessions: sessions.useCases,
    recentFactor: recentFactor.useCases,
    ...createApiTokens({ store, clock, random, keyring, guesses, tokens, shapeFor, tokenInUseOf, authority, recentFactor, sessions, notices, audit }),
    ...createSessionServices({ store, clock, random, keyring, tokens, sessions, recentFactor, withAuthority: authority.withAuthority, audit }),
    passwordLogin: createPasswordLogin({ store, passwords, passwordAttempts, passwordGuesses, captcha, gate, memberTenants, audit }),
    refresh,
    ...invitation.useCases,
    ...createPasswordless({
      ...{ store, clock, random, keyring, delivery, registry, outbox, audit, linkUrl: settings.linkUrl },
      ...{ environment, userLookup, attempts, guesses, captcha, gate, memberTenants, tokenCodes, phoneCodes },
    }),
    ...createAccountServices({
      ...{ store, clock, random, delivery, passwords, newPasswords, newUsers, rolesForMember, users, userLookup, attempts, gate, joining, audit },
      ...{ emailLinks, mailLink, changePassword, passwordAttempts, passwordGuesses, accountLocks, sessions, recentFactor, authority, inviting },
      ...{ captcha, importing: bulk.importing, notices, tokenCodes, phoneCodes, outbox },
    }),
    passwordPolicies: passwordRules.policies.useCases,
    recovery: createRecovery({ store, clock, keyring, attempts, revoke, notices, audit }),
    recoveryCodes: createRecoveryCodes({ store, clock, random, keyring, sessions, recentFactor, notices, audit }),
    ...createMfaServices({
      ...{ store, clock, random, keyring, delivery, registry, environment, users, sessions, authenticators, challenges, gate, attempts, takeText },
      ...{ completeLogin, recentFactor, mailboxProof, adminReset, notices, outbox, audit },
    }),
    stepUp,
    ...createGroupServices({ store, clock, random, authority, audit }),
    ...createRoleServices({ store, clock, random, authority, audit }),
    tenantRemoval: tenantRemoval.useCases,
    users: users.useCases,
    userRemoval: userRemoval.useCases,
    ...createDirectoryServices({
      ...{ store, clock, random, keyring, identity, delivery, registry, readPhoneNumber, users, environment, sessions, recentFactor, mailboxProof },
      ...{
        authority,
        tenantRemoval,
        rolesForMember,
        membershipEnd,
        attempts,
        revoke,
        revokeInTenant,
        tokenCodes,
        phoneCodes,
        notices,
        outbox,
        audit,
      },
    }),
    ...bulk.useCases,
    rememberedDevices: createRememberedDevices({ store, clock, users, policies, audit }),
    warnings: createWarnings({ registry, audit }),
    relyingParty: createRelyingPartyView({ relyingParty: settings.relyingParty, audit }),
    ...createPasskeyServices({
      ...{ store, clock, random, keyring, passkeyVerifier, sessions, recentFactor, mailboxProof, notices, passwordAttempts },
      ...{ captcha, gate, memberTenants, strict: settings.strictPasskeys, audit },
    }),
    ...oauth,
    ...insight.useCases,
  };
  const endExpiredMemberships = createMembershipExpiry({ store, clock, userRemoval });
  const cleanup = createCleanup({
    ...{ store, clock, log, signingKeys, endExpiredMemberships, tenantRemoval, adoption: insight.adoption },
    auditRetentionDays: settings.auditRetentionDays,
  });
  return {
    services: services satisfies UseCasesOnly<typeof services>,
    outbox,
    ...bulk.workers,
    adoption: insight.adoption.worker,
    enforcement: insight.enforcement,
    cleanup,
    issueEnvironmentToken: tokens.issueEnvironmentToken,
  };
}
