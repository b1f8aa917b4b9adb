import { getTableColumns, getTableName, is } from 'drizzle-orm';
import { SQLiteTable } from 'drizzle-orm/sqlite-core';
import { describe, expect, test } from 'vitest';
import { tables } from '../../src/store/schema.sqlite.ts';
import type { Open } from './fixtures.ts';
import { addAuthenticator, addPerson, useStore } from './fixtures.ts';

const sealedWith = (keyId: string, tail: number): Uint8Array => Uint8Array.from([1, ...Buffer.from(keyId, 'hex'), ...Array(40).fill(tail)]);

/** What the store promises about sealed values, whatever they mean. */
export function sealedValueContract(open: Open): void {
  describe('sealed values', () => {
    const store = useStore(open);
    const [old, current] = ['0000000a', 'ffffff0b'];

    // A logo is public.
    test('every table with a column of bytes is known, so that no value keeps a master key alive', () => {
      const withBytes = Object.values(tables)
        .filter((table) => is(table, SQLiteTable))
        .filter((table) => Object.values(getTableColumns(table)).some((column) => column.getSQLType() === 'blob' && column.name !== 'logo'));
      expect([...store().sealedValues.tables].sort()).toEqual(withBytes.map(getTableName).sort());
    });

    test('values of other keys are listed in batches, counted by key, and replaced unless they were changed', async () => {
      const { user } = await addPerson(store());
      for (let index = 0; index < 5; index += 1) {
        await addAuthenticator(store(), { userId: user.id, sealedCredential: sealedWith(index === 0 ? current : old, index) });
      }
      const { sealedValues } = store();
      const first = await sealedValues.notSealedWith(current, 'authenticators', '', 3);
      const second = await sealedValues.notSealedWith(current, 'authenticators', first.at(-1)?.row ?? '', 3);
      expect([first.length, second.length]).toEqual([3, 1]);
      expect(first[0]).toMatchObject({ table: 'authenticators', column: 'sealed_credential', sealed: expect.any(Uint8Array) });

      const [value] = first;
      if (value === undefined) throw new Error('nothing to replace');
      expect(await sealedValues.replace(value, sealedWith(current, 9))).toBe(true);
      expect(await sealedValues.replace(value, sealedWith(current, 8))).toBe(false);
      const uses = (await sealedValues.usesOfSealing()).filter(({ table }) => table === 'authenticators');
      expect(uses.sort((a, b) => a.count - b.count)).toEqual([
        { keyId: current, table: 'authenticators', count: 2 },
        { keyId: old, table: 'authenticators', count: 3 },
      ]);
    });
  });
}
