import { logoTypes } from '../../domain/oauth/logo.ts';
import type { Kit } from '../kit.ts';
import { isOneOf } from './checks.ts';
import { only } from './environment.ts';

/** Defines the tables of the settings of hosted login, and of the URIs to which it may send browsers back. */
export const defineHostedLogin = (k: Kit) => {
  const hostedLogin = k.table(
    'hosted_login',
    {
      slot: k.oneOf([only.hostedLogin]).primaryKey(),
      active: k.flag().notNull(),
      name: k.string(),
      logoId: k.string(),
      logoType: k.oneOf([...logoTypes]),
      logo: k.bytes(),
      primaryColor: k.string(),
      supportUrl: k.string(),
      privacyUrl: k.string(),
      termsUrl: k.string(),
      updatedAt: k.instant().notNull(),
    },
    (t) => [k.check('hosted_login_slot', isOneOf(t.slot, [only.hostedLogin])), k.check('hosted_login_logo_type', isOneOf(t.logoType, logoTypes))],
  );

  const redirectUris = k.table('redirect_uris', { id: k.id(), uri: k.string().notNull(), createdAt: k.instant().notNull() }, (t) => [
    k.uniqueIndex('redirect_uris_by_uri').on(t.uri),
    k.index('redirect_uris_by_creation').on(t.createdAt, t.id),
  ]);

  return { hostedLogin, redirectUris };
};
