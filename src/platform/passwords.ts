import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { hash, verify } from '@node-rs/argon2';
import { Unavailable } from '../domain/errors.ts';
import type { ForeignHash } from '../domain/password/foreign-hash.ts';
import type { Passwords } from '../domain/ports.ts';
import { fastHash, verifyForeign } from './foreign-hashes.ts';
import type { Pepper } from './keyring.ts';
import { createLimit } from './limit.ts';

/** The cost of password hashes, and how many may be computed at a time. */
export interface PasswordSettings {
  /** The keyring, which returns the current pepper, or that of an older hash by the id of its key. */
  peppers: { pepper(keyId?: string): Pepper | null };
  /** Memory of one hash in KiB. */
  memoryKib?: number;
  iterations?: number;
  /** Lanes of one hash. */
  parallel?: number;
  /** Most hashes computed at the same time. */
  concurrent?: number;
  /** Most admitted pieces of work that may wait for their hash; further ones are refused. */
  waiting?: number;
  /** Whoever has waited for longer is refused, so that an answer does not come when nobody wants it any more. */
  longestWaitMilliseconds?: number;
}

// The library exports these numbers as ambient const enums, which TypeScript cannot read with isolated modules.
const argon2id = 2;
const version13 = 1;
/** Begins a stored hash that came from another system. What follows is its parameters as JSON. */
const foreignMark = 'foreign:';
/** Checks of hashes of other systems that may wait. Each may take seconds and much memory, so they run one at a time. */
const foreignWaiting = 32;
/** Nobody is admitted while somebody has been waiting for this share of the longest wait, because whoever comes last waits at least as long. */
const admissionShare = 0.75;
/** A refusal is answered after this time. A client that is refused at once asks again at once, and refusals would take the time of other requests. */
const refusalMilliseconds = 1_000;
/** Most refusals that wait to be answered. Further ones are answered at once, so that they do not fill the memory. */
const mostRefusals = 1_000;

/**
 * Makes the port that hashes passwords with Argon2id and a pepper, by default with OWASP's parameters of 19 MiB, two
 * passes and one lane. A stored hash is the id of the pepper's key, followed by the PHC string.
 */
export function createPasswords({
  peppers,
  memoryKib = 19_456,
  iterations = 2,
  parallel = 1,
  // A hash keeps a core busy. More of them at once would only take the threads that sign tokens.
  concurrent = availableParallelism(),
  // Each core hashes about 50 passwords a second, so that nobody waits for much longer than half a second. Sixty-four people at once are few.
  waiting = Math.max(64, 32 * concurrent),
  longestWaitMilliseconds = 1_350,
}: PasswordSettings): Passwords {
  const current = peppers.pepper();
  if (current === null) throw new Error('There is no pepper to hash passwords with.');
  const cost = { algorithm: argon2id, version: version13, memoryCost: memoryKib, timeCost: iterations, parallelism: parallel };
  const limited = createLimit({ concurrent, waiting, longestWaitMilliseconds });
  const foreignLimited = createLimit({ concurrent: 1, waiting: foreignWaiting, longestWaitMilliseconds: longestWaitMilliseconds * 4 });
  /** When each piece of work that is under way was admitted, the oldest first. */
  const admitted = new Set<{ at: number }>();
  let refusals = 0;
  // Nobody knows a password with this hash. For unknown users it is checked instead, so that they take as long as known ones.
  const dummy = { secret: current.secret, phc: `$argon2id$v=19$m=${memoryKib},t=${iterations},p=${parallel}$${zeros(16)}$${zeros(32)}` };

  /** Splits a stored hash. Null if it is malformed or its key is no longer known. */
  function read(stored: string): { secret: Uint8Array; phc: string } | null {
    const [, keyId, phc] = /^([0-9a-f]{8})(\$argon2id\$.+)$/.exec(stored) ?? [];
    const pepper = keyId === undefined ? null : peppers.pepper(keyId);
    return pepper === null || phc === undefined ? null : { secret: pepper.secret, phc };
  }

  const hashNow = (password: string): Promise<string> =>
    limited(async () => current.keyId + (await hash(normalize(password), { ...cost, secret: current.secret })));

  const verifyOwn = (stored: string | null, password: string): Promise<boolean> =>
    limited(async () => {
      const known = stored === null ? null : read(stored);
      const { phc, secret } = known ?? dummy;
      try {
        return (await verify(phc, normalize(password), { secret })) && known !== null;
      } catch {
        return false;
      }
    });

  const verifyKept = async (kept: KeptHash, password: string): Promise<boolean> => {
    if (isFast(kept)) return verifyOwn(kept.wrapped, fastHash(kept, password));
    // Beside it one of our own hashes is computed, so that a quick hash takes no less time than that of anybody else.
    const [right] = await Promise.all([foreignLimited(() => verifyForeign(kept, password).catch(() => false)), verifyOwn(null, password)]);
    return right;
  };

  return {
    async admit(work) {
      // Each piece of work hashes one password at a time, so with this many the line is never longer than it may be. On a busy machine
      // a shorter line is too long already: how long the first one has been waiting tells.
      const [oldest] = admitted;
      const late = oldest !== undefined && performance.now() - oldest.at > longestWaitMilliseconds * admissionShare;
      if (late || admitted.size >= concurrent + waiting) {
        if (refusals < mostRefusals) {
          refusals += 1;
          await sleep(refusalMilliseconds);
          refusals -= 1;
        }
        throw new Unavailable('too many passwords wait to be checked');
      }
      const mine = { at: performance.now() };
      admitted.add(mine);
      try {
        return await work();
      } finally {
        admitted.delete(mine);
      }
    },

    hash: hashNow,

    verify: (stored, password) => (stored?.startsWith(foreignMark) ? verifyKept(keptIn(stored), password) : verifyOwn(stored, password)),

    isForeign: (stored) => stored.startsWith(foreignMark),

    async keep(foreign) {
      const kept: KeptHash = isFast(foreign) ? { ...foreign, key: '', wrapped: await hashNow(foreign.key) } : foreign;
      return foreignMark + JSON.stringify(kept);
    },
  };
}

/** Returns the password in one Unicode form, because keyboards compose accents differently (NIST 800-63B-4 §3.1.1.2). */
const normalize = (password: string): string => password.normalize('NFC');

const zeros = (length: number): string => Buffer.alloc(length).toString('base64').replaceAll('=', '');

type FastHash = ForeignHash & { type: 'sha256' | 'sha1' };
/** A hash of another system as it is stored. Of a fast one only the slow hash that it was wrapped in is kept. */
type KeptHash = Exclude<ForeignHash, FastHash> | (FastHash & { wrapped: string });

const isFast = <Hash extends ForeignHash | KeptHash>(hash: Hash): hash is Hash & FastHash => hash.type === 'sha256' || hash.type === 'sha1';

/** Reads what `keep` made. */
const keptIn = (stored: string): KeptHash => JSON.parse(stored.slice(foreignMark.length)) as KeptHash;
