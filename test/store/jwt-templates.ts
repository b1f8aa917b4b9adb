import { describe, expect, test } from 'vitest';
import type { JwtTemplate } from '../../src/domain/session/jwt-template.ts';
import type { Open } from './fixtures.ts';
import { at, countOf, newId, race, useStore } from './fixtures.ts';

const templateOf = (change: Partial<JwtTemplate> = {}): JwtTemplate => ({
  ...{ id: newId(), key: `key-${newId()}`, name: 'Template', description: null, lifetimeSeconds: 600, claims: { iss: '', plan: '{{user.id}}' } },
  ...{ createdAt: at(0), updatedAt: at(0), ...change },
});

/** What the templates of tokens promise. */
export function jwtTemplateContract(open: Open): void {
  describe('templates of tokens', () => {
    const store = useStore(open);
    const add = async (change: Partial<JwtTemplate> = {}): Promise<JwtTemplate> => {
      const template = templateOf(change);
      expect(await store().jwtTemplates.add(template)).toBe(true);
      return template;
    };

    test('are listed oldest first, and found whole by id and by key', async () => {
      expect(await store().jwtTemplates.list()).toEqual([]);
      const claims = { 'https://acme.example/a': '{{user.email}} ✓', iss: '' };
      const second = await add({ description: 'For shops', claims, createdAt: at(2) });
      const first = await add({ createdAt: at(1) });
      expect(await store().jwtTemplates.list()).toEqual([first, second]);
      expect(await store().jwtTemplates.find(second.id)).toEqual(second);
      expect(await store().jwtTemplates.find(second.key)).toEqual(second);
      expect(await store().jwtTemplates.find(newId())).toBeNull();
    });

    test('an id finds its own template, even if another one has it as its key', async () => {
      const template = await add();
      await add({ key: template.id });
      expect(await store().jwtTemplates.find(template.id)).toEqual(template);
    });

    test('of 20 with one key at the same time exactly one is added', async () => {
      const key = newId();
      expect(countOf(await race(20, () => store().jwtTemplates.add(templateOf({ key }))), (won) => won)).toBe(1);
      expect((await store().jwtTemplates.list()).filter((template) => template.key === key)).toHaveLength(1);
    });

    test('are changed in what is given, not to a key that is taken, and removed once', async () => {
      const [template, other] = [await add(), await add()];
      const change = { name: 'New', claims: { iss: 'x' } };
      const changed = await store().jwtTemplates.update(template.id, change, at(5));
      expect(changed).toEqual({ ...template, ...change, updatedAt: at(5) });
      expect(await store().jwtTemplates.find(template.id)).toEqual(changed);
      expect(await store().jwtTemplates.find(other.id)).toEqual(other);
      expect(await store().jwtTemplates.update(newId(), change, at(5))).toBeNull();
      await expect(store().transact('NOTHING', () => store().jwtTemplates.update(template.id, { key: other.key }, at(6)))).rejects.toThrow();
      expect(countOf(await race(5, () => store().jwtTemplates.remove(template.id)), (won) => won)).toBe(1);
      expect(await store().jwtTemplates.find(template.id)).toBeNull();
      expect(await store().jwtTemplates.find(other.id)).toEqual(other);
    });
  });
}
