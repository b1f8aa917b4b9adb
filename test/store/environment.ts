import { describe, expect, test } from 'vitest';
import { defaultMailStrategy } from '../../src/domain/environment/mail-strategy.ts';
import type { Open } from './fixtures.ts';
import { at, countOf, environmentOf, newId, race, useStore } from './fixtures.ts';

/** What the one environment of a deployment promises, and its keys. */
export function environmentContract(open: Open): void {
  describe('the environment', () => {
    const store = useStore(open);

    test('of 20 instances starting at once exactly one creates the environment, and all find that one', async () => {
      expect(await store().environment.find()).toBeNull();
      expect(await store().environment.updateMfaConfiguration({}, at(0))).toBeNull();
      const candidates = Array.from({ length: 20 }, environmentOf);
      const created = await Promise.all(candidates.map((candidate) => store().environment.create(candidate)));
      expect(countOf(created, (won) => won)).toBe(1);
      expect(await store().environment.find()).toEqual(candidates[created.indexOf(true)]);
    });

    test('a change replaces the objects given and keeps the others', async () => {
      const email = { active: true, tokenLifetimeSeconds: 120, sender: 'no-reply@example.com' };
      const before = await store().environment.find();
      const after = await store().environment.updateMfaConfiguration({ email }, at(5));
      expect(after).toEqual({ ...before, mfaConfiguration: { ...before?.mfaConfiguration, email }, updatedAt: at(5) });
      expect(await store().environment.find()).toEqual(after);
    });

    test('a change of settings keeps the others, and the MFA configuration', async () => {
      const before = await store().environment.find();
      const after = await store().environment.updateSettings({ cookieSameSite: 'NONE', authStrategy: 'MAGIC_LINK' }, at(7));
      expect(after).toEqual({ ...before, cookieSameSite: 'NONE', authStrategy: 'MAGIC_LINK', updatedAt: at(7) });
      expect(await store().environment.find()).toEqual(after);
    });

    test('what mails ask for is set for each kind, and is a link until then', async () => {
      const { environment } = store();
      const before = await environment.find();
      expect(await environment.mailStrategies()).toEqual({ ACTIVATION: defaultMailStrategy, INVITATION: defaultMailStrategy });
      const byCode = { strategy: 'CODE', codeLifetimeSeconds: 90 } as const;
      await environment.setMailStrategy('INVITATION', byCode, at(50));
      expect(await environment.mailStrategies()).toEqual({ ACTIVATION: defaultMailStrategy, INVITATION: byCode });
      expect(await environment.find()).toEqual({ ...before, updatedAt: at(50) });
    });

    test('parallel changes to different objects all stay', async () => {
      const authenticatorApp = { active: false, serviceName: 'Shop' };
      const sms = { active: true, tokenLifetimeSeconds: 60 };
      await race(20, (index) => store().environment.updateMfaConfiguration(index % 2 === 0 ? { authenticatorApp } : { sms }, at(6)));
      expect((await store().environment.find())?.mfaConfiguration).toMatchObject({ authenticatorApp, sms });
    });
  });

  describe('signing keys', () => {
    const store = useStore(open);
    const keyOf = () => ({
      id: newId(),
      sealedPrivateKey: new Uint8Array([5, 0, 255]),
      publicJwk: { kty: 'RSA', e: 'AQAB', n: newId() },
      createdAt: at(0),
      signsFrom: at(0),
    });

    test('of 20 instances starting at once exactly one adds the first key, and all list that one', async () => {
      expect(await store().signingKeys.list()).toEqual([]);
      const candidates = Array.from({ length: 20 }, keyOf);
      const added = await Promise.all(candidates.map((candidate) => store().signingKeys.addFirst(candidate)));
      expect(countOf(added, (won) => won)).toBe(1);
      expect(await store().signingKeys.list()).toEqual([candidates[added.indexOf(true)]]);
    });
  });
}
