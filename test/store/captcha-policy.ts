import { describe, expect, test } from 'vitest';
import type { StoredCaptchaPolicy } from '../../src/domain/environment/captcha-policy.ts';
import type { Open } from './fixtures.ts';
import { at, countOf, newId, race, useStore } from './fixtures.ts';

const policyOf = (change: Partial<StoredCaptchaPolicy> = {}): StoredCaptchaPolicy => ({
  ...{ id: newId(), enabled: false, siteKey: 'site', sealedSecretKey: Uint8Array.of(0, 1, 254, 255), minScore: 0.35, ignoredEmails: [] },
  ...{ createdAt: at(0), updatedAt: at(0), ...change },
});

/** What the one captcha policy promises. */
export function captchaPolicyContract(open: Open): void {
  describe('the captcha policy', () => {
    const store = useStore(open);

    test('of 20 concurrent creations exactly one wins, and all find that one whole', async () => {
      expect(await store().captchaPolicy.find()).toBeNull();
      const { id: _, createdAt: __, ...change } = policyOf();
      expect(await store().captchaPolicy.replace(change), 'nothing to replace').toBe(false);
      const candidates = Array.from({ length: 20 }, (_each, index) => policyOf({ ignoredEmails: [`${index}@acme.example`, 'ünal@acme.example'] }));
      const created = await race(20, (index) => store().captchaPolicy.create(candidates[index] ?? policyOf()));
      expect(countOf(created, (won) => won)).toBe(1);
      expect(await store().captchaPolicy.find()).toEqual(candidates[created.indexOf(true)]);
    });

    test('is replaced in all but its id and the time of its creation', async () => {
      const before = await store().captchaPolicy.find();
      const change = { enabled: true, siteKey: 'other', sealedSecretKey: Uint8Array.of(7), minScore: 1, ignoredEmails: [], updatedAt: at(9) };
      expect(await store().captchaPolicy.replace(change)).toBe(true);
      expect(await store().captchaPolicy.find()).toEqual({ ...before, ...change });
      expect(await store().captchaPolicy.create(policyOf())).toBe(false);
    });
  });
}
