import type { MfaConfiguration } from '../../domain/environment/environment.ts';
import { sameSiteValues } from '../../domain/environment/environment.ts';
import type { Kit } from '../kit.ts';
import { isOneOf } from './checks.ts';

/** The value of every column that can hold one row at most. */
export const only = { environment: 'environment', firstKey: 'first' } as const;

/** The one environment of a deployment and the keys that sign its tokens. */
export const defineEnvironment = (k: Kit) => {
  const environments = k.table(
    'environments',
    {
      // A second environment would need a second slot: of several instances starting at once one inserts, the others conflict.
      slot: k.oneOf([only.environment]).primaryKey(),
      id: k.string().notNull(),
      name: k.string().notNull(),
      clientId: k.string().notNull(),
      secretDigest: k.string().notNull(),
      accessTokenLifetimeSeconds: k.integer().notNull(),
      refreshTokenLifetimeSeconds: k.integer().notNull(),
      cookieSameSite: k.oneOf([...sameSiteValues]).notNull(),
      emailCodeLogin: k.flag().notNull().default(false),
      // Three columns, not one: a change to one object must not write back what another request changed in the next.
      mfaAuthenticatorApp: k.json<MfaConfiguration['authenticatorApp']>().notNull(),
      mfaSms: k.json<MfaConfiguration['sms']>().notNull(),
      mfaEmail: k.json<MfaConfiguration['email']>().notNull(),
      createdAt: k.instant().notNull(),
      updatedAt: k.instant().notNull(),
    },
    (t) => [
      k.check('environments_slot', isOneOf(t.slot, [only.environment])),
      k.check('environments_cookie_same_site', isOneOf(t.cookieSameSite, sameSiteValues)),
    ],
  );

  const signingKeys = k.table(
    'signing_keys',
    {
      id: k.id(),
      sealedPrivateKey: k.bytes().notNull(),
      publicJwk: k.json<Record<string, string>>().notNull(),
      /** Set on the first key alone; unique, so that a second first key conflicts. */
      first: k.oneOf([only.firstKey]),
      createdAt: k.instant().notNull(),
    },
    (t) => [k.uniqueIndex('signing_keys_first').on(t.first), k.check('signing_keys_first_value', isOneOf(t.first, [only.firstKey]))],
  );

  return { environments, signingKeys };
};
