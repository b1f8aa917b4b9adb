import { parseOptions } from '@node-rs/argon2';
import { describe, expect, it } from 'vitest';
import { Unavailable } from '../../src/domain/errors.ts';
import { createKeyring, masterKey } from '../../src/platform/keyring.ts';
import { createPasswords } from '../../src/platform/passwords.ts';
import { nodeRandom } from '../../src/platform/random.ts';

const [oldKey, newKey] = [masterKey(nodeRandom.bytes(32)), masterKey(nodeRandom.bytes(32))];
const ring = (...keys: (typeof oldKey)[]) => createKeyring(keys, nodeRandom);
const small = { memoryKib: 256, iterations: 1 };
const passwords = createPasswords({ peppers: ring(oldKey), ...small });

describe('passwords', () => {
  it('the right one is accepted, a wrong one and nobody’s are not', async () => {
    const stored = await passwords.hash('correct horse battery staple');
    expect(await passwords.verify(stored, 'correct horse battery staple')).toBe(true);
    expect(await passwords.verify(stored, 'correct horse battery stapler')).toBe(false);
    expect(await passwords.verify(stored, 'Correct horse battery staple')).toBe(false);
    expect(await passwords.verify(stored, '')).toBe(false);
    expect(await passwords.verify(null, 'correct horse battery staple')).toBe(false);
  });

  it('are hashed by argon2id at OWASP’s parameters, under a salt of their own, naming the pepper’s key', async () => {
    const usual = createPasswords({ peppers: ring(oldKey) });
    const [one, two] = [await usual.hash('secret'), await usual.hash('secret')];
    expect(one.startsWith(`${oldKey.id}$argon2id$v=19$m=19456,t=2,p=1$`)).toBe(true);
    expect(parseOptions(one.slice(8))).toMatchObject({ memoryCost: 19_456, timeCost: 2, parallelism: 1, outputLen: 32, saltLen: 16 });
    expect(one).not.toBe(two);
  });

  it('composed and decomposed accents are one password', async () => {
    const stored = await passwords.hash('Zo\u00eb likes caf\u00e9s');
    expect(await passwords.verify(stored, 'Zoe\u0308 likes cafe\u0301s')).toBe(true);
    expect(await passwords.verify(stored, 'Zoe likes cafes')).toBe(false);
  });

  it('long ones count to their last character', async () => {
    const stored = await passwords.hash(`${'x'.repeat(127)}a`);
    expect(await passwords.verify(stored, `${'x'.repeat(127)}b`)).toBe(false);
  });

  it('survive a rotation of the pepper as long as its key is listed', async () => {
    const stored = await passwords.hash('secret');
    const rotated = createPasswords({ peppers: ring(newKey, oldKey), ...small });
    expect(await rotated.verify(stored, 'secret')).toBe(true);
    expect((await rotated.hash('secret')).startsWith(newKey.id)).toBe(true);
    expect(await createPasswords({ peppers: ring(newKey), ...small }).verify(stored, 'secret')).toBe(false);
  });

  it('a stolen hash is worth nothing without the pepper', async () => {
    const stored = await passwords.hash('secret');
    expect(await createPasswords({ peppers: ring(newKey), ...small }).verify(stored.replace(oldKey.id, newKey.id), 'secret')).toBe(false);
  });

  it.each(['', 'x', 'KEY', 'KEY$', 'KEY$argon2id$', 'KEY$argon2id$v=19$m=1,t=0,p=0$$', 'KEY$2b$10$abcdefghijklmnopqrstuv'])(
    'a malformed hash %j answers false',
    async (stored) => {
      expect(await passwords.verify(stored.replace('KEY', oldKey.id), 'secret')).toBe(false);
    },
  );

  it('an unknown user costs as much as a wrong password', async () => {
    const usual = createPasswords({ peppers: ring(oldKey) });
    const stored = await usual.hash('secret');
    // Work and not waiting, so that a busy machine changes nothing.
    const workOf = async (hash: string | null): Promise<number> => {
      const works: number[] = [];
      for (let run = 0; run < 7; run += 1) {
        const before = process.cpuUsage();
        await usual.verify(hash, 'guess');
        const { user, system } = process.cpuUsage(before);
        works.push(user + system);
      }
      return Math.min(...works);
    };
    const [wrong, nobody] = [await workOf(stored), await workOf(null)];
    expect(nobody).toBeGreaterThan(wrong / 3);
    expect(nobody).toBeLessThan(wrong * 3);
  });

  it('no password is the one of nobody, whatever the dummy hash holds', async () => {
    const guesses = await Promise.all(['', '0', 'password'].map((guess) => passwords.verify(null, guess)));
    expect(guesses).toEqual([false, false, false]);
  });

  it('beyond the places and the line, work is refused at once as UNAVAILABLE, and the others finish', async () => {
    const narrow = createPasswords({ peppers: ring(oldKey), ...small, concurrent: 1, waiting: 2 });
    const results = await Promise.allSettled(Array.from({ length: 5 }, () => narrow.hash('secret')));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'rejected', 'rejected']);
    expect(results[3]).toMatchObject({ reason: expect.any(Unavailable) });
    await expect(narrow.hash('secret')).resolves.toBeDefined();
  });

  it('nobody is admitted beyond the places and the line, and whoever is refused hears of it a second later, if not too many wait for that', async () => {
    const narrow = createPasswords({ peppers: ring(oldKey), ...small, concurrent: 1, waiting: 1 });
    let finish = (): void => undefined;
    const work = new Promise<string>((resolve) => {
      finish = () => resolve('done');
    });
    const since = performance.now();
    const answers = Array.from({ length: 1_003 }, () =>
      narrow
        .admit(() => work)
        .then(
          (result) => ({ result, after: performance.now() - since }),
          (error: unknown) => ({ error, after: performance.now() - since }),
        ),
    );
    const last = await answers.at(-1);
    expect(last).toMatchObject({ error: expect.any(Unavailable) });
    expect(last?.after).toBeLessThan(900);
    const [refused] = await Promise.all(answers.slice(2, -1));
    expect(refused).toMatchObject({ error: expect.any(Unavailable) });
    expect(refused?.after).toBeGreaterThan(900);
    finish();
    expect(await Promise.all(answers.slice(0, 2))).toMatchObject([{ result: 'done' }, { result: 'done' }]);
    expect(await narrow.admit(async () => 'later')).toBe('later');
  });
});
