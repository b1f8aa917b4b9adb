import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Config } from './config/config.ts';
import type { Availability, StrategyAvailability } from './domain/authenticator/strategy.ts';
import { problemOfRelyingParty } from './domain/environment/relying-party.ts';
import type { Store } from './domain/store.ts';
import { mountGraphql } from './graphql/mount.ts';
import { createActorResolver } from './http/actor.ts';
import { registerDevelopmentMail } from './http/development-mail.ts';
import { registerHealth } from './http/health.ts';
import { isLocalRequest } from './http/local-request.ts';
import { createServer } from './http/server.ts';
import type { Ports } from './platform/index.ts';
import { createCookies } from './rest/cookies.ts';
import { answerErrors } from './rest/errors.ts';
import { mountRest } from './rest/mount.ts';
import { createActivation } from './services/account/activation.ts';
import { createUserLinks } from './services/account/email-links.ts';
import { createPasswordChange } from './services/account/password-change.ts';
import { createPasswordReset } from './services/account/password-reset.ts';
import { createAuditTrail } from './services/audit/log.ts';
import { createAudit } from './services/audit/recorder.ts';
import { createAuthenticators } from './services/authenticator/authenticators.ts';
import { createFactors } from './services/authenticator/factors.ts';
import { createOneTimeCodes } from './services/authenticator/one-time-codes.ts';
import { createPendingEnrollments } from './services/authenticator/pending-enrollments.ts';
import { createHousekeeping } from './services/cleanup.ts';
import { createRememberedDevices } from './services/device/remembered-devices.ts';
import { createTenants } from './services/directory/tenants.ts';
import { createSubjects } from './services/directory/user-lookup.ts';
import { createUsers } from './services/directory/users.ts';
import { setUpEnvironment } from './services/environment/bootstrap.ts';
import { createEnvironment } from './services/environment/environment.ts';
import { createRelyingPartyView } from './services/environment/relying-party.ts';
import type { Services } from './services/index.ts';
import { createAttempts } from './services/limits/attempts.ts';
import { createSmsLimits } from './services/limits/text-messages.ts';
import { createAccountLocks } from './services/lockout/account-locks.ts';
import { createLockout } from './services/lockout/password-attempts.ts';
import { createLockoutPolicies } from './services/lockout/policies.ts';
import { createChallenges } from './services/login/challenges.ts';
import { createLoginCompletion } from './services/login/completion.ts';
import { createLoginCodes } from './services/login/email-code.ts';
import { createSecondFactor } from './services/login/gate.ts';
import { createLogin } from './services/login/password.ts';
import { createRefresh } from './services/login/refresh.ts';
import { createStepUp } from './services/login/step-up.ts';
import type { Outbox } from './services/messaging/outbox.ts';
import { createOutbox } from './services/messaging/outbox.ts';
import { createNotifications } from './services/messaging/security-notices.ts';
import { createConfirming } from './services/mfa/confirming.ts';
import { createMfaEnrollment } from './services/mfa/enrollment.ts';
import { createEnrollmentGate } from './services/mfa/enrollment-rules.ts';
import { createProvenRemoval } from './services/mfa/proven-removal.ts';
import { createProving } from './services/mfa/proving.ts';
import { createFactorRemoval } from './services/mfa/removal.ts';
import { createSelfService } from './services/mfa/self-service.ts';
import { createSmsCodes } from './services/mfa/sms-codes.ts';
import { createSmsLogin } from './services/mfa/sms-login.ts';
import { createSmsSelfService } from './services/mfa/sms-self-service.ts';
import { createMfaChallenge } from './services/mfa/verification.ts';
import { createWebAuthnCeremonies } from './services/mfa/webauthn-ceremonies.ts';
import { createWebAuthnEnrollment } from './services/mfa/webauthn-enrollment.ts';
import { createWebAuthnRemoval } from './services/mfa/webauthn-removal.ts';
import { createWebAuthnVerification } from './services/mfa/webauthn-verification.ts';
import { createMfaPolicies } from './services/policy/policies.ts';
import { createMfaStrategies } from './services/policy/strategies.ts';
import { createMfaWarnings } from './services/policy/warnings.ts';
import { createMfaReset } from './services/recovery/admin-reset.ts';
import { createRecoveryCodes } from './services/recovery/codes.ts';
import { createRecovery } from './services/recovery/recover.ts';
import { createFreshness } from './services/session/recent-factor.ts';
import { createSessions } from './services/session/sessions.ts';
import { createTokens } from './services/session/tokens.ts';
import { openStore } from './store/index.ts';
import { createStrategies } from './strategies/index.ts';

export interface App {
  http: FastifyInstance;
  services: Services;
  outbox: Outbox;
  store: Store;
  clientId: string;
  /** The environment's secret, only when this start created the environment. */
  newSecret: string | null;
  /** Makes `/ready` refuse, so that balancers look elsewhere. */
  drain(): void;
  /** Lets requests under way finish, then closes everything. */
  close(): Promise<void>;
}

/** The whole wiring, from top to bottom. Nothing reaches outside but by `ports`. */
export async function createApp(config: Config, ports: Ports): Promise<App> {
  const { clock, random, keyring, passwords, signer, delivery, log, jitter } = ports;
  const store = await openStore(config.databaseUrl, { log, jitter, ...(ports.onQuery === undefined ? {} : { onQuery: ports.onQuery }) });
  const { identity, secret } = await setUpEnvironment({ store, clock, random, keyring, signer }, config.environment);

  const registry = createStrategies({ random, keyring, relyingParty: config.relyingParty, smsCountries: config.sms.countries });
  const availability = availabilityOf(ports, config);

  const audit = createAudit({ store, clock, random });
  const tokens = createTokens({ clock, random, signer, identity, issuer: config.publicUrl });
  const outbox = createOutbox({ store, clock, random, keyring, delivery, audit, log });
  const environment = createEnvironment({ store, clock, keyring, signer, identity, tokens, delivery, audit });
  const notifications = createNotifications({ store, clock, delivery, outbox });
  const freshness = createFreshness({ store, clock, audit, strictRest: config.strictStepUp });
  const policies = createMfaPolicies({ store, clock, random, audit, freshness });
  const strategies = createMfaStrategies({ store, clock, availability, audit });
  const authenticators = createAuthenticators({ store, keyring, registry });
  const sessions = createSessions({ store, clock, random, keyring, tokens, audit });
  const secondFactor = createSecondFactor({ store, clock, random, keyring, policies, strategies, authenticators, sessions, audit });
  const attempts = createAttempts({ store, clock, audit });
  const challenges = createChallenges({ store, clock, keyring, secondFactor });
  const users = createUsers({ store, clock, random, passwords, audit });
  const codes = createOneTimeCodes({ store, clock, random, keyring });
  const pending = createPendingEnrollments({ store, clock, random, keyring, registry, audit });
  const factors = createFactors({ store, clock, random, keyring, authenticators, notifications, audit });
  const complete = createLoginCompletion({ store, clock, random, keyring, attempts, secondFactor, sessions, audit });
  const prove = createProving({ attempts, complete, audit });
  const confirming = createConfirming({ store, clock, registry, attempts, complete, factors, notifications, audit });
  const gate = createEnrollmentGate({ registry, users, secondFactor, challenges, freshness, audit });
  const ceremonies = createWebAuthnCeremonies({ store, clock, keyring, registry, challenges, codes, audit });
  const subjects = createSubjects({ store, keyring });
  const changePassword = createPasswordChange({ store, clock, notifications, audit });
  const links = createUserLinks({ store, clock, random, keyring, publicUrl: config.publicUrl });
  const accountLocks = createAccountLocks({ store, clock, notifications, audit });
  const lockoutPolicies = createLockoutPolicies({ store, clock, random, audit });
  const lockout = createLockout({ store, clock, policies: lockoutPolicies, locks: accountLocks, notifications, audit });
  const mfaReset = createMfaReset({ store, attempts, factors, notifications, audit });
  const removal = createFactorRemoval({
    ...{ store, clock, keyring, registry, users, secondFactor, authenticators, factors, attempts, freshness, mfaReset, notifications, audit },
  });
  const provenRemoval = createProvenRemoval({ users, removal, attempts, freshness, audit });
  const smsQuotas = { addressPerHour: config.limits.smsPerAddressPerHour, tenantPerDay: config.limits.smsPerTenantPerDay };
  const charge = createSmsLimits({ store, clock, keyring, audit, quotas: smsQuotas });
  const smsCodes = createSmsCodes({ store, clock, keyring, delivery, registry, challenges, codes, charge, outbox, audit });
  const services: Services = {
    accountLocks,
    auditTrail: createAuditTrail({ store, audit }),
    lockoutPolicies,
    mfaReset,
    environment,
    policies,
    strategies,
    authenticators,
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
    recoveryCodes: createRecoveryCodes({ store, clock, random, keyring, freshness, notifications, audit }),
    stepUp: createStepUp({ store, clock, random, keyring, authenticators, sessions, audit }),
    tenants: createTenants({ store, clock, random, audit }),
    users,
    devices: createRememberedDevices({ store, clock, users, policies, audit }),
    selfService: createSelfService({ store, clock, registry, users, secondFactor, authenticators, challenges, pending, gate, confirming }),
    factorRemoval: removal,
    smsSelfService: createSmsSelfService({ gate, confirming, removal: provenRemoval, smsCodes }),
    warnings: createMfaWarnings({ policies, strategies, availability }),
    relyingParty: createRelyingPartyView(config.relyingParty),
    webAuthnEnrollment: createWebAuthnEnrollment({ gate, ceremonies, confirming }),
    webAuthnVerification: createWebAuthnVerification({ registry, challenges, ceremonies, prove, audit }),
    webAuthnRemoval: createWebAuthnRemoval({ removal: provenRemoval, ceremonies }),
  };
  const housekeeping = createHousekeeping({ store, clock, log, auditRetentionDays: config.audit.retentionDays });

  let draining = false;
  const http = await createServer({
    log,
    clock,
    random,
    trustProxy: config.server.trustProxy,
    corsOrigins: config.server.corsOrigins,
    addressLimits: config.limits,
    maxEventLoopDelayMilliseconds: config.production ? 1_000 : 0,
    actorOf: createActorResolver({ tokens, sessions, tenants: services.tenants }),
  });
  answerErrors(http);
  registerHealth(http, { ping: store.ping, draining: () => draining, log });
  if (ports.developmentMail !== null) registerDevelopmentMail(http, ports.developmentMail);
  const cookies = createCookies({ clientId: identity.clientId, environment });
  await mountRest(http, { services, cookies, publicUrl: config.publicUrl, corsOrigins: config.server.corsOrigins });

  const prefilledHeaders = async (request: FastifyRequest): Promise<Record<string, string>> =>
    config.production || !isLocalRequest(request) ? {} : { authorization: `Bearer ${(await tokens.issueEnvironmentToken()).token}` };
  await mountGraphql(http, { services, log, introspection: config.graphiql, graphiql: config.graphiql ? { prefilledHeaders } : null });

  outbox.start();
  housekeeping.start();
  return {
    http,
    services,
    outbox,
    store,
    clientId: identity.clientId,
    newSecret: secret,
    drain: () => {
      draining = true;
    },
    close: async () => {
      draining = true;
      housekeeping.stop();
      await http.close();
      await outbox.stop();
      await store.close();
    },
  };
}

function availabilityOf({ delivery }: Ports, { relyingParty }: Config): StrategyAvailability {
  const fault = problemOfRelyingParty(relyingParty);
  const webAuthn: Availability =
    fault === null
      ? { available: true }
      : { available: false, reason: `WebAuthn cannot work with PUBLIC_URL, or WEBAUTHN_RP_ID and WEBAUTHN_ORIGINS: ${fault}` };
  return {
    AUTHENTICATOR_APP: { available: true },
    EMAIL_CODE: delivery.email,
    SMS: delivery.sms,
    WEBAUTHN_PLATFORM: webAuthn,
    WEBAUTHN_CROSS_PLATFORM: webAuthn,
  };
}
