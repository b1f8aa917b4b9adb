import type { Caller } from '../../domain/access/actor.ts';
import { DomainError, fail } from '../../domain/errors.ts';
import { storedId } from '../../domain/ids.ts';
import type { Clock, Keyring, Random } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { ApiToken } from '../../domain/token/api-token.ts';
import { mostRefreshTokens, recordedEverySeconds } from '../../domain/token/api-token.ts';
import type { TokenInUse, TokenInUseOf } from '../access/api-token-actor.ts';
import type { Audit } from '../audit/recorder.ts';
import { useCases } from '../audit/use-case.ts';
import type { Guesses } from '../limits/guesses.ts';
import type { ShapeFor } from '../session/token-shapes.ts';
import type { Tokens } from '../session/tokens.ts';
import { apiTokenTypes } from '../session/tokens.ts';
import { secretPurpose } from './creation.ts';
import { claimsOf } from './jwt.ts';

/** What a program gets for its credentials. */
export interface ExchangedToken {
  accessToken: string;
  refreshToken: string;
  expiresInSeconds: number;
  expiresAt: Date;
}

interface Needs {
  store: Pick<Store, 'apiTokens' | 'environment' | 'users' | 'transact'>;
  clock: Clock;
  random: Random;
  keyring: Keyring;
  guesses: Pick<Guesses, 'limited'>;
  tokens: Pick<Tokens, 'issueApiToken'>;
  shapeFor: ShapeFor;
  tokenInUseOf: TokenInUseOf;
  audit: Audit;
}

/** Errors of each use case. */
export const exchangeErrors = {
  authenticate: ['API_TOKEN_INVALID', 'API_TOKENS_DISABLED', 'RATE_LIMITED'],
  refresh: ['API_TOKEN_INVALID', 'API_TOKENS_DISABLED'],
} as const;

/**
 * Creates the service that exchanges the credentials of an API token for a JWT. It opens no session, and the JWT states no second factor, so it is
 * no login of a person.
 */
export function createExchange({ store, clock, random, keyring, guesses, tokens, shapeFor, tokenInUseOf, audit }: Needs) {
  /**
   * What a transaction has to itself that adds refresh tokens: the person, who could be deleted meanwhile, or the token itself. A tenant is deleted
   * with all settings to itself, so its tokens need no more.
   */
  const exclusiveTo = ({ id, userId }: ApiToken) => (userId === null ? { subject: `api-token:${id}` } : { user: userId });

  /** Returns the token as it can be used now. Errors: `API_TOKEN_INVALID`, and `API_TOKENS_DISABLED` for one of a user. */
  const inUse = async (tokenId: string) => {
    const [used, environment] = await Promise.all([tokenInUseOf(tokenId), store.environment.find()]);
    if (used === null) fail('API_TOKEN_INVALID');
    if (environment === null) fail('INTERNAL', 'the environment row is missing');
    const { userId, tenantId } = used.token;
    if (userId !== null && !environment.apiTokensEnabled) throw new DomainError('API_TOKENS_DISABLED').about({ userId, tenantId, strategy: null });
    return { used, environment };
  };

  /** Stores the next refresh token, and returns it with what the JWT needs. Runs in a transaction that has the token to itself. */
  const withRefreshToken = async (tokenId: string) => {
    const { used, environment } = await inUse(tokenId);
    const now = clock.now();
    const refreshToken = random.token();
    const { id, userId, expiresAt } = used.token;
    const end = new Date(now.getTime() + environment.refreshTokenLifetimeSeconds * 1000);
    const refresh = { tokenHash: keyring.hashToken(refreshToken), apiTokenId: id, createdAt: now, expiresAt: earlier(end, expiresAt) };
    await store.apiTokens.addRefresh(refresh, mostRefreshTokens);
    const [user] = userId === null ? [] : await store.users.findMany([userId]);
    return { used, user: user ?? null, refreshToken, environment };
  };

  /** Signs the JWT after the commit, as the rules of the environment shape it. It does not outlive the token. */
  const signed = async ({ used, user, refreshToken, environment }: Awaited<ReturnType<typeof withRefreshToken>>): Promise<ExchangedToken> => {
    const now = clock.now();
    const { kind, tenantId, userId, expiresAt: lastEnd } = used.token;
    const tokenType = userId === null ? apiTokenTypes[kind].ofTenant : apiTokenTypes[kind].ofUser;
    const values = () => ({
      ...{ 'user.id': userId, 'user.email': user?.email, 'user.name': user?.name, 'user.metadata': JSON.parse(user?.metadata ?? '{}') as unknown },
      ...{ 'user.tenant.id': tenantId, 'user.tenant.roles': used.actor.rights.roles, 'user.tenant.permissions': used.actor.rights.permissions },
      ...{ sid: null, tokenType },
    });
    const shape = await shapeFor(environment, { userId, userEmail: user?.email ?? '', tenantId, tokenType, values });
    const lifetimeSeconds = shape.lifetimeSeconds ?? environment.accessTokenLifetimeSeconds;
    const end = earlier(new Date(now.getTime() + lifetimeSeconds * 1000), lastEnd);
    const expiresInSeconds = Math.max(1, Math.floor((end.getTime() - now.getTime()) / 1000));
    const { jwt, expiresAt } = await tokens.issueApiToken(claimsOf(used, user, shape.claims), expiresInSeconds);
    return { accessToken: jwt, refreshToken, expiresInSeconds, expiresAt: expiresAt ?? end };
  };

  /** Writes at most one event an hour for each token, because a program may exchange its credentials before each request. */
  const recordUse = async ({ actor, token: { id, tenantId, userId } }: TokenInUse, { origin }: Caller): Promise<void> => {
    const now = clock.now();
    if (!(await store.apiTokens.recordUse(id, now, new Date(now.getTime() - recordedEverySeconds * 1000)))) return;
    await audit('API_TOKEN_AUTHENTICATED', { actor, origin }, { tenantId, userId, reason: id });
  };

  return useCases(audit, 'API_TOKEN_REFUSED', exchangeErrors, {
    /** Exchanges a client id and its secret for a JWT and a refresh token. Wrong, unknown, expired and of a locked user are refused alike. */
    async authenticate(caller: Caller, { clientId, secret }: { clientId: string; secret: string }): Promise<ExchangedToken> {
      const id = storedId(clientId);
      const guess = { purpose: 'API_TOKEN_SECRET', account: id, origin: caller.origin, wrongBy: 'API_TOKEN_INVALID' } as const;
      const token = await guesses.limited(guess, async () => {
        const found = await store.apiTokens.find(id, clock.now());
        // An unknown id costs the same comparison, so the time does not tell which ids there are.
        const digest = found?.secretDigest ?? keyring.digest(secretPurpose, random.uuid());
        if (!keyring.matches(secretPurpose, storedId(secret), digest) || found === null) return fail('API_TOKEN_INVALID');
        await inUse(found.id);
        return found;
      });
      const exchanged = await store.transact(exclusiveTo(token), async () => {
        const next = await withRefreshToken(token.id);
        await recordUse(next.used, caller);
        return next;
      });
      return signed(exchanged);
    },

    /** Exchanges a refresh token for a JWT and the next refresh token. Each is worth something once. */
    async refresh(caller: Caller, { refreshToken }: { refreshToken: string }): Promise<ExchangedToken> {
      const tokenHash = keyring.hashToken(refreshToken);
      const token = (await store.apiTokens.findByRefresh(tokenHash, clock.now())) ?? fail('API_TOKEN_INVALID');
      const exchanged = await store.transact(exclusiveTo(token), async () => {
        if (!(await store.apiTokens.spendRefresh(tokenHash, clock.now()))) fail('API_TOKEN_INVALID');
        const next = await withRefreshToken(token.id);
        await recordUse(next.used, caller);
        return next;
      });
      return signed(exchanged);
    },
  });
}

const earlier = (one: Date, other: Date | null): Date => (other !== null && other < one ? other : one);
