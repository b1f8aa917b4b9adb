import type { Kit } from '../kit.ts';
import { isOneOf } from './checks.ts';
import { only } from './environment.ts';

/** Defines the table of the captcha policy, which has one row at most. */
export const defineCaptcha = (k: Kit) => {
  const captchaPolicies = k.table(
    'captcha_policies',
    {
      slot: k.oneOf([only.captchaPolicy]).primaryKey(),
      id: k.string().notNull(),
      enabled: k.flag().notNull(),
      siteKey: k.string().notNull(),
      sealedSecretKey: k.bytes().notNull(),
      minScore: k.json<number>().notNull(),
      ignoredEmails: k.json<readonly string[]>().notNull(),
      createdAt: k.instant().notNull(),
      updatedAt: k.instant().notNull(),
    },
    (t) => [k.check('captcha_policies_slot', isOneOf(t.slot, [only.captchaPolicy]))],
  );
  return { captchaPolicies };
};
