import type { Caller } from '../../domain/access/actor.ts';
import type { Environment, EnvironmentSecret } from '../../domain/environment/environment.ts';
import { leastSecretCharacters, mostSecrets } from '../../domain/environment/environment.ts';
import { InvalidInput } from '../../domain/errors.ts';
import { OwnError } from '../../domain/fault.ts';
import type { Clock, Keyring, Random } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import { requireEnvironment } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import { reads, useCases } from '../audit/use-case.ts';

/** Purpose of the digest of the environment's secret. */
export const secretPurpose = 'environment-secret';

/** What became of a configured secret: it is valid already, it was added now, or it was retired and stays so. Null if there is none. */
export type ConfiguredSecret = 'KNOWN' | 'ADDED' | 'RETIRED' | null;

/** A valid secret as lists show it. */
export type ListedSecret = Pick<EnvironmentSecret, 'id' | 'createdAt'>;

/** The outcome of adding a secret. */
export interface AddedSecret {
  /** The new secret. Null if the caller chose it. */
  secret: string | null;
  secrets: ListedSecret[];
}

interface Needs {
  store: Pick<Store, 'environmentSecrets'>;
  clock: Clock;
  random: Random;
  keyring: Keyring;
}

function refuse(field: string, message: string): never {
  throw new InvalidInput([{ path: [field], message }]);
}

const isValid = ({ retiredAt }: EnvironmentSecret): boolean => retiredAt === null;

/**
 * Takes over the secret of an environment that an earlier release created, and adds a configured secret that is new. A retired one
 * is not added again, because a setting that nobody changed would bring it back at the next start.
 */
export async function bootstrapSecrets(
  { store, clock, random, keyring }: Needs,
  { id, secretDigest, createdAt }: Environment,
  configured: string | undefined,
): Promise<ConfiguredSecret> {
  // The first secret has the id of the environment, so that of several starting instances only one adds it.
  if ((await store.environmentSecrets.list()).length === 0) await store.environmentSecrets.add({ id, digest: secretDigest, createdAt });
  if (configured === undefined) return null;
  const matching = async () => {
    const secrets = await store.environmentSecrets.list();
    const found = secrets.filter(({ digest }) => keyring.matches(secretPurpose, configured, digest));
    return found.some(isValid) ? 'KNOWN' : found.length > 0 ? 'RETIRED' : null;
  };
  const known = await matching();
  if (known !== null) return known;
  const added = { id: random.uuid(), digest: keyring.digest(secretPurpose, configured), createdAt: clock.now() };
  if (await store.environmentSecrets.add(added)) return 'ADDED';
  // Another instance may have added the same one.
  if ((await matching()) === 'KNOWN') return 'KNOWN';
  throw new OwnError(
    `SALLYPORT_SECRET is a new secret, but ${mostSecrets} are valid already. Retire one of them (\`npx sallyport keys list\` shows them, and \`npx sallyport keys retire-secret <id>\` retires one), or set SALLYPORT_SECRET to one of them.`,
  );
}

/** Errors of each use case. */
export const secretErrors = {
  addSecret: ['INVALID_INPUT'],
  retireSecret: ['INVALID_INPUT'],
} as const;

/** The service that `createSecrets` creates. */
export type Secrets = ReturnType<typeof createSecrets>;

/** Creates the service of the environment's secrets. Two can be valid at a time, so that every client can change before the old one ends. */
export function createSecrets({ store, clock, random, keyring, audit }: Needs & { store: Pick<Store, 'transact'>; audit: Audit }) {
  const list = async (): Promise<ListedSecret[]> =>
    (await store.environmentSecrets.list()).filter(isValid).map(({ id, createdAt }) => ({ id, createdAt }));

  return {
    /** Tells whether the secret is valid. It compares with every valid one, so that the time does not tell which one it is. */
    async matches(secret: string): Promise<boolean> {
      const valid = (await store.environmentSecrets.list()).filter(isValid);
      return valid.map(({ digest }) => keyring.matches(secretPurpose, secret, digest)).includes(true);
    },

    useCases: {
      ...useCases(audit, 'REQUEST_REFUSED', secretErrors, {
        /** Makes a further secret valid: the given one, or a new one, which is returned and shown only once. */
        async addSecret(caller: Caller, { newSecret }: { newSecret: string | null }): Promise<AddedSecret> {
          requireEnvironment(caller.actor);
          const secret = newSecret ?? random.token();
          if (secret.length < leastSecretCharacters) refuse('newSecret', `newSecret must have at least ${leastSecretCharacters} characters`);
          const known = await store.environmentSecrets.list();
          if (known.some(({ digest }) => keyring.matches(secretPurpose, secret, digest))) refuse('newSecret', 'newSecret was used before');
          const id = random.uuid();
          await store.transact('SETTINGS', async () => {
            const added = await store.environmentSecrets.add({ id, digest: keyring.digest(secretPurpose, secret), createdAt: clock.now() });
            if (!added) refuse('newSecret', `${mostSecrets} secrets are valid already, so one of them has to be retired first`);
            await audit('ENVIRONMENT_UPDATED', caller, { reason: `secretAdded ${id}` });
          });
          return { secret: newSecret === null ? secret : null, secrets: await list() };
        },

        /** Ends the validity of a secret. Tokens that were issued for it stay valid until they expire. The last valid one cannot be retired. */
        async retireSecret(caller: Caller, { secretId }: { secretId: string }): Promise<ListedSecret[]> {
          requireEnvironment(caller.actor);
          await store.transact('SETTINGS', async () => {
            const retired = await store.environmentSecrets.retire(secretId, clock.now());
            if (!retired) refuse('secretId', 'secretId must be the id of a valid secret, and another one must be valid');
            await audit('ENVIRONMENT_UPDATED', caller, { reason: `secretRetired ${secretId}` });
          });
          return list();
        },
      }),

      ...reads(audit, {
        /** Returns the valid secrets, newest first, by their ids and dates. */
        async secrets({ actor }: Caller): Promise<ListedSecret[]> {
          requireEnvironment(actor);
          return list();
        },
      }),
    },
  };
}
