import { fileURLToPath } from 'node:url';
import { OwnError } from '../domain/fault.ts';
import type { Log } from '../domain/ports.ts';
import type { Repositories, Store } from '../domain/store.ts';
import type { Engine } from './db.ts';
import { createEmpty } from './empty.ts';
import type { OnQuery } from './kit.ts';
import { createPurge } from './purge.ts';
import { accountNoteRepository } from './repositories/account-notes.ts';
import { adoptionRepository } from './repositories/adoption.ts';
import { apiTokenRepository } from './repositories/api-tokens.ts';
import { authenticatorRepository } from './repositories/authenticators.ts';
import { authorizationCodeRepository } from './repositories/authorization-codes.ts';
import { bulkInvitationRepository } from './repositories/bulk-invitations.ts';
import { captchaPolicyRepository } from './repositories/captcha-policy.ts';
import { challengeRepository } from './repositories/challenges.ts';
import type { Access } from './repositories/context.ts';
import { enforcementScheduleRepository } from './repositories/enforcement-schedules.ts';
import { environmentRepository } from './repositories/environment.ts';
import { environmentSecretRepository } from './repositories/environment-secrets.ts';
import { eventRepository } from './repositories/events.ts';
import { fixedWindowRepository } from './repositories/fixed-windows.ts';
import { groupRepository } from './repositories/groups.ts';
import { guessRepository } from './repositories/guesses.ts';
import { hostedLoginRepository } from './repositories/hosted-login.ts';
import { interactionRepository } from './repositories/interactions.ts';
import { invitationLinkRepository } from './repositories/invitation-links.ts';
import { jwtTemplateRepository } from './repositories/jwt-templates.ts';
import { lockoutPolicyRepository } from './repositories/lockout-policies.ts';
import { mfaExemptionRepository } from './repositories/mfa-exemptions.ts';
import { mfaPlanRepository } from './repositories/mfa-plans.ts';
import { oneTimeCodeRepository } from './repositories/one-time-codes.ts';
import { outboxRepository } from './repositories/outbox.ts';
import { passkeyCeremonyRepository } from './repositories/passkey-ceremonies.ts';
import { passkeyRepository } from './repositories/passkeys.ts';
import { passwordFailureRepository } from './repositories/password-failures.ts';
import { passwordHistoryRepository } from './repositories/password-history.ts';
import { passwordHistoryPolicyRepository, passwordPolicyRepository, passwordRotationRepository } from './repositories/password-settings.ts';
import { enrollmentRepository } from './repositories/pending-enrollments.ts';
import { permissionRepository } from './repositories/permissions.ts';
import { policyRepository } from './repositories/policies.ts';
import { populationRepository } from './repositories/populations.ts';
import { recoveryCodeRepository } from './repositories/recovery-codes.ts';
import { redirectUriRepository } from './repositories/redirect-uris.ts';
import { deviceRepository } from './repositories/remembered-devices.ts';
import { retainedKeyRepository } from './repositories/retained-keys.ts';
import { roleRepository } from './repositories/roles.ts';
import { sealedValueRepository } from './repositories/sealed-values.ts';
import { sessionPolicyRepository } from './repositories/session-policies.ts';
import { sessionRepository } from './repositories/sessions.ts';
import { signingKeyRepository } from './repositories/signing-keys.ts';
import { slidingWindowRepository } from './repositories/sliding-windows.ts';
import { strategySettingRepository } from './repositories/strategy-settings.ts';
import { tenantRepository } from './repositories/tenants.ts';
import { userEmailRepository } from './repositories/user-emails.ts';
import { userMigrationRepository } from './repositories/user-migrations.ts';
import { userPhoneRepository } from './repositories/user-phones.ts';
import { userTokenRepository } from './repositories/user-tokens.ts';
import { usernameRepository } from './repositories/usernames.ts';
import { userRepository } from './repositories/users.ts';
import { tables as sqliteTables } from './schema.sqlite.ts';
import { openSqlite } from './sqlite.ts';
import { namingServer } from './start-errors.ts';
import type { Tables } from './tables.ts';
import { probeWrite } from './write-probe.ts';

/** What the store needs besides its URL. */
export interface StoreOptions {
  log: Log;
  /** Returns random numbers in [0, 1), which spread the retries of conflicting transactions. */
  jitter: () => number;
  onQuery?: OnQuery;
  /** Most connections to PostgreSQL that this process opens. */
  poolSize?: number;
}

/**
 * Opens the database at `url` (`file:<path>`, `:memory:`, `postgres://…` or `postgresql://…`), and creates or migrates it.
 * Throws if a newer release has written the database, or if it could lose acknowledged writes.
 */
export async function openStore(url: string, options: StoreOptions): Promise<Store> {
  const { engine, tables } = await open(url, options);
  return {
    ...repositories({ engine, tables }),
    transact: (exclusive, work) => engine.transact(exclusive, work),
    atOnce: (exclusive, work) => engine.atOnce(exclusive, work),
    purge: createPurge({ engine, tables }),
    empty: createEmpty({ engine, tables }, options.log),
    ping: async () => {
      await engine.ping();
      await probeWrite({ engine, tables });
    },
    close: () => engine.close(),
  };
}

async function open(url: string, { log, jitter, onQuery, poolSize = 20 }: StoreOptions): Promise<{ engine: Engine; tables: Tables }> {
  if (url === ':memory:') return { engine: await openSqlite(url, log, onQuery), tables: sqliteTables };
  const path = databaseFileOf(url);
  if (path !== null) return { engine: await openSqlite(path, log, onQuery), tables: sqliteTables };
  if (/^postgres(ql)?:\/\//.test(url)) {
    // Most servers need one of the two databases, and loading its driver and tables takes a part of the start.
    const [{ openPostgres }, { tables: postgresTables }] = await Promise.all([import('./postgres.ts'), import('./schema.postgres.ts')]);
    return { engine: await namingServer(url, () => openPostgres({ url, log, size: poolSize, jitter, onQuery })), tables: postgresTables };
  }
  throw new OwnError('The database URL has to begin with file:, postgres:// or postgresql://, or be :memory:.');
}

/**
 * Returns the path in the URL of a SQLite file. After `file:` the path is taken literally and may be relative; `file://` is a URL with
 * escapes. Null for a database that is no file.
 */
export function databaseFileOf(url: string): string | null {
  if (!url.startsWith('file:')) return null;
  const path = url.startsWith('file://') ? fileURLToPath(url) : url.slice('file:'.length);
  if (path === '' || path === ':memory:') throw new OwnError('The database URL names no file. For a database in memory use :memory:.');
  return path;
}

const repositories = (access: Access): Repositories => ({
  environment: environmentRepository(access),
  environmentSecrets: environmentSecretRepository(access),
  retainedKeys: retainedKeyRepository(access),
  sealedValues: sealedValueRepository(access),
  signingKeys: signingKeyRepository(access),
  tenants: tenantRepository(access),
  users: userRepository(access),
  userEmails: userEmailRepository(access),
  userPhones: userPhoneRepository(access),
  usernames: usernameRepository(access),
  captchaPolicy: captchaPolicyRepository(access),
  jwtTemplates: jwtTemplateRepository(access),
  populations: populationRepository(access),
  roles: roleRepository(access),
  permissions: permissionRepository(access),
  apiTokens: apiTokenRepository(access),
  groups: groupRepository(access),
  policies: policyRepository(access),
  strategySettings: strategySettingRepository(access),
  mfaPlans: mfaPlanRepository(access),
  enforcementSchedules: enforcementScheduleRepository(access),
  mfaExemptions: mfaExemptionRepository(access),
  lockoutPolicies: lockoutPolicyRepository(access),
  passwordPolicies: passwordPolicyRepository(access),
  passwordHistoryPolicies: passwordHistoryPolicyRepository(access),
  passwordRotations: passwordRotationRepository(access),
  passwordHistory: passwordHistoryRepository(access),
  passwordFailures: passwordFailureRepository(access),
  challenges: challengeRepository(access),
  pendingEnrollments: enrollmentRepository(access),
  authenticators: authenticatorRepository(access),
  oneTimeCodes: oneTimeCodeRepository(access),
  passkeys: passkeyRepository(access),
  passkeyCeremonies: passkeyCeremonyRepository(access),
  recoveryCodes: recoveryCodeRepository(access),
  rememberedDevices: deviceRepository(access),
  sessions: sessionRepository(access),
  sessionPolicies: sessionPolicyRepository(access),
  slidingWindows: slidingWindowRepository(access),
  fixedWindows: fixedWindowRepository(access),
  guesses: guessRepository(access),
  events: eventRepository(access),
  outbox: outboxRepository(access),
  userTokens: userTokenRepository(access),
  invitationLinks: invitationLinkRepository(access),
  bulkInvitations: bulkInvitationRepository(access),
  userMigrations: userMigrationRepository(access),
  adoption: adoptionRepository(access),
  interactions: interactionRepository(access),
  authorizationCodes: authorizationCodeRepository(access),
  accountNotes: accountNoteRepository(access),
  hostedLogin: hostedLoginRepository(access),
  redirectUris: redirectUriRepository(access),
});
