import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { DomainError } from '../../src/domain/errors.ts';
import type { Open } from './fixtures.ts';
import { addAuthenticator, addPerson, at, deferred, newId, race, tenantOf, useStore } from './fixtures.ts';

/** All or nothing, whoever else is writing. */
export function transactionContract(open: Open): void {
  describe('transactions', () => {
    const store = useStore(open);
    const exists = async (id: string): Promise<boolean> => (await store().tenants.findMany([id])).length === 1;
    const add = (id: string): Promise<boolean> => store().tenants.create(tenantOf({ id }));

    test('what was written stays when the work ends, and its answer is handed on', async () => {
      const [one, other] = [newId(), newId()];
      const answer = await store().transact('NOTHING', async () => {
        await add(one);
        await add(other);
        return 'done';
      });
      expect(answer).toBe('done');
      expect([await exists(one), await exists(other)]).toEqual([true, true]);
    });

    test('work that throws leaves nothing, and its error is handed on untouched', async () => {
      const id = newId();
      const refusal = new DomainError('FORBIDDEN', 'for the log');
      const failed = store().transact('NOTHING', async () => {
        await add(id);
        throw refusal;
      });
      await expect(failed).rejects.toBe(refusal);
      expect(await exists(id)).toBe(false);
    });

    test('a nested transaction joins the outer one: neither stays when the outer fails later', async () => {
      const [outer, inner] = [newId(), newId()];
      const failed = store().transact('NOTHING', async () => {
        await add(outer);
        await store().transact('NOTHING', () => add(inner));
        throw new Error('later');
      });
      await expect(failed).rejects.toThrow('later');
      expect([await exists(outer), await exists(inner)]).toEqual([false, false]);
    });

    test('a nested transaction that fails takes the outer one with it, even when its error is swallowed', async () => {
      const [outer, inner] = [newId(), newId()];
      const failed = store().transact('NOTHING', async () => {
        await add(outer);
        const nested = store().transact('NOTHING', async () => {
          await add(inner);
          throw new Error('half done');
        });
        await nested.catch(() => undefined);
      });
      await expect(failed).rejects.toThrow('half done');
      expect([await exists(outer), await exists(inner)]).toEqual([false, false]);
    });

    test('a statement that failed fails its transaction, even when its error is swallowed', async () => {
      const id = newId();
      const failed = store().transact('NOTHING', async () => {
        await add(id);
        await addAuthenticator(store(), { userId: 'nobody' }).catch(() => undefined);
      });
      await expect(failed).rejects.toThrow();
      expect(await exists(id)).toBe(false);
    });

    test('what is written beside an open transaction is not rolled back with it', async () => {
      const [inside, beside] = [newId(), newId()];
      const opened = deferred<void>();
      const failed = store().transact('NOTHING', async () => {
        await add(inside);
        opened.resolve();
        await sleep(30);
        await add(newId());
        throw new Error('rolled back');
      });
      await opened.promise;
      const written = add(beside);
      await expect(failed).rejects.toThrow('rolled back');
      expect(await written).toBe(true);
      expect([await exists(inside), await exists(beside)]).toEqual([false, true]);
    });

    test('nobody reads what is not committed; the transaction itself does', async () => {
      const id = newId();
      const written = deferred<void>();
      const read = deferred<boolean>();
      const outside = written.promise.then(() => Promise.race([exists(id), sleep(50, false)])).then(read.resolve, read.reject);
      const committed = store().transact('NOTHING', async () => {
        await add(id);
        written.resolve();
        const seenOutside = await read.promise;
        return [await exists(id), seenOutside];
      });
      expect(await committed).toEqual([true, false]);
      await outside;
      expect(await exists(id)).toBe(true);
    });

    test('40 parallel transactions that read, add one and write lose no addition', async () => {
      const { id, userId } = await addAuthenticator(store(), { highWaterMark: 0 });
      await race(40, () =>
        store().transact({ user: userId }, async () => {
          const [read] = await store().authenticators.ofUsers([userId]);
          await store().authenticators.advanceStep(id, (read?.highWaterMark ?? 0) + 1, at(1));
        }),
      );
      expect(await store().authenticators.ofUsers([userId])).toMatchObject([{ highWaterMark: 40 }]);
    });

    test('transactions of one person or one subject run one after the other, also where a nested one wants it', async () => {
      const [user, subject] = [newId(), newId()];
      for (const exclusive of [{ user }, { subject }, 'SETTINGS'] as const) {
        let running = 0;
        const most = await race(8, (index) => {
          const work = async (): Promise<number> => {
            // The first statement of the work waits for its turn.
            await exists(newId());
            running += 1;
            const seen = running;
            await sleep(2);
            running -= 1;
            return seen;
          };
          return index % 2 === 0 ? store().transact(exclusive, work) : store().transact('NOTHING', () => store().transact(exclusive, work));
        });
        expect(Math.max(...most)).toBe(1);
      }
    });

    test('a transaction that changes settings runs beside none of a person', async () => {
      let readers = 0;
      const person = async (): Promise<void> => {
        await exists(newId());
        readers += 1;
        await sleep(2);
        readers -= 1;
      };
      const settings = async (): Promise<number> => {
        await exists(newId());
        return readers;
      };
      const seen = await race(20, (index) =>
        index % 5 === 4
          ? store().transact('SETTINGS', settings)
          : store()
              .transact({ user: newId() }, person)
              .then(() => 0),
      );
      expect(Math.max(...seen)).toBe(0);
    });

    test('statements sent at once are committed whatever they answer, run in their order, and may be followed by others', async () => {
      const [key, id] = [newId(), newId()];
      const charge = () => store().slidingWindows.charge(key, at(0), 'CONSECUTIVE_CAP');
      const answers = await race(20, () => store().atOnce({ user: id }, () => Promise.all([charge(), charge()])));
      expect(answers.flat().filter(({ allowed }) => allowed)).toHaveLength(5);
      // Both of a pair or none, but for the one that got the last free charge.
      expect(answers.filter(([one, other]) => one.allowed !== other.allowed)).toHaveLength(1);
      expect(answers.every(([one, other]) => one.allowed || !other.allowed)).toBe(true);
      const { user } = await addPerson(store());
      const set = (userId: string) => store().users.setPasswordHash(userId, 'another', new Date(0));
      const failed = store().atOnce('NOTHING', () => Promise.all([set(user.id), set(newId())]));
      await expect(failed).rejects.toMatchObject({ name: 'QueryFailed' });
      expect(await store().users.passwordHash(user.id)).toBe('a hash');
      await store().atOnce('NOTHING', () => set(user.id));
      expect(await store().users.passwordHash(user.id)).toBe('another');
    });

    test('a write nobody waits for is rolled back with its transaction, and takes the transaction with it when it fails', async () => {
      const { user } = await addPerson(store());
      const undone = store().transact('NOTHING', async () => {
        await store().users.setPasswordHash(user.id, 'undone', new Date(0));
        throw new Error('later');
      });
      await expect(undone).rejects.toThrow('later');
      const id = newId();
      const failed = store().transact('NOTHING', async () => {
        await add(id);
        await store().users.setPasswordHash(newId(), 'of nobody', new Date(0));
      });
      await expect(failed).rejects.toMatchObject({ name: 'QueryFailed' });
      expect([await store().users.passwordHash(user.id), await exists(id)]).toEqual(['a hash', false]);
      await store().transact('NOTHING', () => store().users.setPasswordHash(user.id, 'done', new Date(0)));
      expect(await store().users.passwordHash(user.id)).toBe('done');
    });

    test('parallel calls inside one transaction all take part', async () => {
      const ids = Array.from({ length: 10 }, newId);
      await store().transact('NOTHING', () => Promise.all(ids.map(add)));
      expect(await store().tenants.findMany(ids)).toHaveLength(10);
      const lost = Array.from({ length: 10 }, newId);
      const failed = store().transact('NOTHING', async () => {
        await Promise.all(lost.map(add));
        throw new Error('undone');
      });
      await expect(failed).rejects.toThrow('undone');
      expect(await store().tenants.findMany(lost)).toEqual([]);
    });

    test('a call nobody waited for is refused after the end, instead of writing what was rolled back', async () => {
      const id = newId();
      const ended = deferred<void>();
      let late: Promise<boolean> | undefined;
      const failed = store().transact('NOTHING', async () => {
        late = ended.promise.then(() => add(id));
        throw new Error('rolled back');
      });
      await expect(failed).rejects.toThrow('rolled back');
      ended.resolve();
      await expect(late).rejects.toThrow('await is missing');
      expect(await exists(id)).toBe(false);
    });

    test('a store goes on after 100 transactions failed at once', async () => {
      const failed = await Promise.allSettled(
        Array.from({ length: 100 }, () =>
          store().transact('NOTHING', async () => {
            await addPerson(store());
            throw new Error('each');
          }),
        ),
      );
      expect(failed.every((outcome) => outcome.status === 'rejected')).toBe(true);
      expect(await store().transact('NOTHING', () => add(newId()))).toBe(true);
      await store().ping();
    });
  });
}
