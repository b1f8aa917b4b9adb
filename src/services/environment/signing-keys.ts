import type { Caller } from '../../domain/access/actor.ts';
import type { SigningKey } from '../../domain/environment/environment.ts';
import { lifetimeBounds } from '../../domain/environment/environment.ts';
import { faultOf, OwnError } from '../../domain/fault.ts';
import type { Clock, KeyPair, Keyring, Log, Signer } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { Audit } from '../audit/recorder.ts';

/** How often each instance reads the keys anew. Keys of other instances are known after this time. */
const rereadMilliseconds = 30_000;
/** How long a key that was replaced stays published: the longest life of an access token, and a leeway for clocks. */
export const publishedAfterSeconds = lifetimeBounds.maxAccessTokenSeconds + 300;

/** A signing key as lists show it. */
export interface SigningKeyState {
  /** The `kid` of its tokens. */
  id: string;
  /** `NEXT` is published and will sign, `CURRENT` signs, `PREVIOUS` signed tokens that may still be valid. */
  state: 'NEXT' | 'CURRENT' | 'PREVIOUS';
  createdAt: Date;
  signsFrom: Date;
  /** When it is withdrawn and removed. Null while no other key is to take its place. */
  publishedUntil: Date | null;
}

interface Needs {
  store: Pick<Store, 'signingKeys' | 'transact'>;
  clock: Clock;
  keyring: Keyring;
  signer: Signer;
}

/** How the keys stand from one time until another, or with null until one is added. */
interface Standing {
  from: Date;
  until: Date | null;
  states: readonly SigningKeyState[];
  published: readonly Record<string, string>[];
}

/** The service that `createSigningKeys` creates. */
export type SigningKeys = ReturnType<typeof createSigningKeys>;

const keyPlace = (kid: string) => ({ table: 'signing_keys', row: kid, column: 'sealed_private_key' });

/**
 * Creates the service that knows which key signs and which keys are published. Both follow from the clock and the rows, so that all
 * instances agree: a key is read by every instance long before it begins to sign.
 */
export function createSigningKeys({ store, clock, keyring, signer }: Needs) {
  let keys: readonly SigningKey[] = [];
  const opened = new Map<string, KeyPair>();
  let lastStanding: Standing | null = null;
  let timer: NodeJS.Timeout | undefined;

  const after = (at: Date, seconds: number): Date => new Date(at.getTime() + seconds * 1000);

  const make = async (signsFrom: Date): Promise<SigningKey> => {
    const { kid, privateKey, publicJwk } = await signer.generateKeyPair();
    const sealedPrivateKey = keyring.seal(new TextEncoder().encode(privateKey), keyPlace(kid));
    return { id: kid, sealedPrivateKey, publicJwk, createdAt: clock.now(), signsFrom };
  };

  const reread = async (): Promise<void> => {
    keys = await store.signingKeys.list();
    lastStanding = null;
  };

  const standingAt = (now: Date): Standing => {
    // A clock that was set back may leave no key that signs by now. The oldest one then goes on.
    const current = keys.find(({ signsFrom }) => signsFrom <= now) ?? keys.at(-1);
    const states = keys.flatMap(({ id, createdAt, signsFrom }, index): SigningKeyState[] => {
      const next = keys[index - 1];
      const publishedUntil = next === undefined ? null : after(next.signsFrom, publishedAfterSeconds);
      if (publishedUntil !== null && publishedUntil <= now) return [];
      const state = id === current?.id ? 'CURRENT' : signsFrom > now ? 'NEXT' : 'PREVIOUS';
      return [{ id, state, createdAt, signsFrom, publishedUntil }];
    });
    const shown = new Set(states.map(({ id }) => id));
    const published = keys.filter(({ id }) => shown.has(id)).map(({ id, publicJwk }) => ({ ...publicJwk, kid: id }));
    const changes = states.flatMap(({ signsFrom, publishedUntil }) => [signsFrom, publishedUntil]);
    const until = changes.reduce<Date | null>((first, at) => (at !== null && at > now && (first === null || at < first) ? at : first), null);
    return { from: now, until, states, published };
  };

  /** Returns how the keys stand now. Every request with a token asks, and the answer changes a few times a year, so the last one is kept. */
  const standing = (): Standing => {
    const now = clock.now();
    if (lastStanding === null || now < lastStanding.from || (lastStanding.until !== null && now >= lastStanding.until))
      lastStanding = standingAt(now);
    return lastStanding;
  };

  /** Returns the keys that are published now, the one that signs last first. */
  const states = (): readonly SigningKeyState[] => standing().states;

  const open = ({ id, sealedPrivateKey, publicJwk }: SigningKey): KeyPair => {
    const known = opened.get(id);
    if (known !== undefined) return known;
    const privateKey = new TextDecoder().decode(keyring.open(sealedPrivateKey, keyPlace(id)));
    const pair = { kid: id, privateKey, publicJwk };
    opened.set(id, pair);
    return pair;
  };

  const current = (): KeyPair => {
    const id = states().find(({ state }) => state === 'CURRENT')?.id;
    const key = keys.find((candidate) => candidate.id === id);
    if (key === undefined) throw new OwnError('the database holds no signing key');
    return open(key);
  };

  return {
    reread,
    states,
    current,

    /** Adds the first key if there is none, and reads all. Of several instances that start at once, one adds it. */
    async bootstrap(): Promise<void> {
      if ((await store.signingKeys.list()).length === 0) await store.signingKeys.addFirst(await make(clock.now()));
      await reread();
      current();
    },

    /** Returns the public keys of all tokens that may be valid, and of the key that signs next. */
    published: (): readonly Record<string, string>[] => standing().published,

    /** Adds a key that signs after `signsAfterSeconds`. Does nothing while one waits already, because that one would be skipped. */
    async rotate(signsAfterSeconds: number, record: (kid: string) => Promise<void>): Promise<void> {
      await reread();
      if (!states().some(({ state }) => state === 'NEXT')) {
        // The key is made before the transaction, because that takes a tenth of a second.
        const next = await make(after(clock.now(), signsAfterSeconds));
        await store.transact('SETTINGS', async () => {
          if ((await store.signingKeys.list()).some(({ signsFrom }) => signsFrom > clock.now())) return;
          await store.signingKeys.add(next);
          await record(next.id);
        });
      }
      await reread();
    },

    /** Removes the keys that are published no longer. */
    async purge(): Promise<void> {
      await reread();
      const shown = new Set(states().map(({ id }) => id));
      for (const { id } of keys) if (!shown.has(id)) await store.signingKeys.remove(id);
    },

    /** Starts to read the keys at regular intervals. */
    start(log: Log): void {
      timer = setInterval(() => {
        reread().catch((error: unknown) => log.warn(faultOf(error), 'the signing keys could not be read; those known are used on'));
      }, rereadMilliseconds);
      timer.unref();
    },

    /** Stops the timer. */
    stop: (): void => clearInterval(timer),
  };
}

/** Returns what records that a key was added. */
export const rotationEvent =
  (audit: Audit, caller: Caller) =>
  (kid: string): Promise<void> =>
    audit('ENVIRONMENT_UPDATED', caller, { reason: `signingKey ${kid}` });
