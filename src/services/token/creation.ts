import type { Caller } from '../../domain/access/actor.ts';
import type { Keyring, Random } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { ApiToken } from '../../domain/token/api-token.ts';
import { userIdOf } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import type { SecurityNotices } from '../messaging/security-notices.ts';
import type { Tokens } from '../session/tokens.ts';
import { apiTokenTypes } from '../session/tokens.ts';
import { askForRights } from './jwt.ts';

/** Purpose of the digest of the secret of an API token. */
export const secretPurpose = 'api-token-secret';

/** A token that was just created, with what nobody is shown again: the secret of credentials, or the JWT of an access token. */
export interface CreatedToken {
  token: ApiToken;
  secret: string;
}

/** A token to create. Its id and its secret are made here. */
export type NewToken = Omit<ApiToken, 'id' | 'secretDigest' | 'createdByUserId'>;

interface Needs {
  store: Pick<Store, 'apiTokens'>;
  random: Random;
  keyring: Keyring;
  tokens: Pick<Tokens, 'issueApiToken'>;
  notices: Pick<SecurityNotices, 'notify'>;
  audit: Audit;
}

/** The function that `createTokenCreation` creates. */
export type AddToken = (caller: Caller, token: NewToken) => Promise<CreatedToken>;

/**
 * Creates the function that stores a new token, tells by mail the user to whom it belongs or who made it, and writes the event. Runs in the
 * caller's transaction, which has checked who may. Nothing may throw after it but the transaction itself.
 */
export function createTokenCreation({ store, random, keyring, tokens, notices, audit }: Needs): AddToken {
  const secretOf = async ({ id, kind, tenantId, userId, createdAt, expiresAt }: Omit<ApiToken, 'secretDigest'>): Promise<string> => {
    if (kind === 'CLIENT_CREDENTIALS') return random.uuid();
    const { ofTenant, ofUser } = apiTokenTypes[kind];
    const owner = userId === null ? { type: ofTenant } : { type: ofUser, userId };
    const lifetimeSeconds = expiresAt === null ? null : Math.round((expiresAt.getTime() - createdAt.getTime()) / 1000);
    return (await tokens.issueApiToken({ sub: id, tenantId, ...owner, ...askForRights }, lifetimeSeconds)).jwt;
  };

  return async (caller, given) => {
    const creator = userIdOf(caller.actor);
    const named = { ...given, id: random.uuid(), createdByUserId: creator };
    const secret = await secretOf(named);
    const token = { ...named, secretDigest: given.kind === 'CLIENT_CREDENTIALS' ? keyring.digest(secretPurpose, secret) : null };
    await store.apiTokens.add(token);
    const { id, kind, tenantId, userId } = token;
    await audit(kind === 'ACCESS_TOKEN' ? 'ACCESS_TOKEN_CREATED' : 'API_TOKEN_CREATED', caller, { tenantId, userId, reason: id });
    const told = userId ?? creator;
    if (told !== null) await notices.notify(caller, told, 'API_TOKEN_CREATED');
    return { token, secret };
  };
}
