import type { MfaProof } from '../../domain/access/actor.ts';
import type { Membership, User } from '../../domain/directory/user.ts';
import type { Identity } from '../../domain/environment/identity.ts';
import type { Claims, Clock, Random, Signer } from '../../domain/ports.ts';
import type { Session } from '../../domain/session/session.ts';
import { multiFactorAcr } from '../../domain/session/session.ts';
import type { ApiTokenKind } from '../../domain/token/api-token.ts';
import type { StatedRights } from './claims.ts';
import { userClaims } from './claims.ts';

/** Lifetime of an environment token in seconds. */
export const environmentTokenLifetimeSeconds = 1800;

/** The claim `type` of the tokens of users. */
export const userTokenType = 'userToken';

/** A signed access token of a user. */
export interface AccessToken {
  accessToken: string;
  expiresInSeconds: number;
  expiresAt: Date;
}

/** A signed environment token. */
export interface EnvironmentToken {
  token: string;
  expiresInSeconds: number;
  expiresAt: Date;
}

/**
 * Whose token it is: the environment's, that of an API token, or that of a session of a user, with the tenant that it is for and the second factor
 * that it states.
 */
export type StatedHolder =
  | { kind: 'ENVIRONMENT' }
  | { kind: 'API_TOKEN'; tokenId: string }
  | { kind: 'USER'; sessionId: string; tenantId: string | null; tokenMfa: MfaProof | null };

interface Needs {
  clock: Clock;
  random: Random;
  signer: Signer;
  identity: Identity;
  /** Public URL of this server, which is the `iss` of every token. */
  issuer: string;
}

/** The claim `type` of the JWT of an API token: of credentials that were exchanged for it, and of an access token, of a tenant and of a user. */
export const apiTokenTypes = {
  CLIENT_CREDENTIALS: { ofTenant: 'tenantApiToken', ofUser: 'userApiToken' },
  ACCESS_TOKEN: { ofTenant: 'tenantAccessToken', ofUser: 'userAccessToken' },
} as const satisfies Record<ApiTokenKind, { ofTenant: string; ofUser: string }>;

/** The types of the JWTs by which programs call this server. */
const exchangedTypes: ReadonlySet<unknown> = new Set(Object.values(apiTokenTypes.CLIENT_CREDENTIALS));

/** The service that `createTokens` creates. */
export type Tokens = ReturnType<typeof createTokens>;

/**
 * Creates the service that signs and reads RS256 tokens of several kinds. The audience and the claim `type` keep the kinds apart (RFC
 * 8725 §3.12).
 */
export function createTokens({ clock, random, signer, identity, issuer }: Needs) {
  const environmentAudience = `${identity.clientId}:management`;
  const times = (now: Date, lifetimeSeconds: number) => {
    const iat = Math.floor(now.getTime() / 1000);
    return { iat, exp: iat + lifetimeSeconds };
  };
  const audiences = [environmentAudience, identity.clientId];

  return {
    /** Signs an environment token. */
    async issueEnvironmentToken(): Promise<EnvironmentToken> {
      const time = times(clock.now(), environmentTokenLifetimeSeconds);
      const token = await signer.sign(
        {
          ...time,
          iss: issuer,
          aud: environmentAudience,
          sub: identity.clientId,
          jti: random.uuid(),
          type: 'vendor',
          vendorId: identity.environmentId,
          scopes: [],
        },
        identity.signingKey,
      );
      return { token, expiresInSeconds: environmentTokenLifetimeSeconds, expiresAt: new Date(time.exp * 1000) };
    },

    /**
     * Signs an access token of the user for the tenant of the session. With `tokenMfa` it states that second factor. `more` are claims of an
     * ID token, which is an access token with them, because Frontegg's clients send the ID token in its place. `added` are those of a template.
     */
    async issueUserToken(
      user: User,
      memberships: readonly Membership[],
      rights: StatedRights,
      session: Session,
      lifetimeSeconds: number,
      tokenMfa: MfaProof | null,
      { more = {}, added = {} }: { more?: Claims; added?: Claims } = {},
    ): Promise<AccessToken> {
      const time = times(clock.now(), lifetimeSeconds);
      const claims = userClaims(
        user,
        memberships,
        rights,
        session.tenantId,
        {
          ...time,
          iss: issuer,
          aud: identity.clientId,
          sub: user.id,
          jti: random.uuid(),
          type: userTokenType,
          sid: session.id,
          applicationId: '',
          ...more,
          ...(tokenMfa === null ? {} : { acr: multiFactorAcr, amr: tokenMfa.amr, auth_time: Math.floor(tokenMfa.at.getTime() / 1000) }),
        },
        added,
      );
      return { accessToken: await signer.sign(claims, identity.signingKey), expiresInSeconds: lifetimeSeconds, expiresAt: new Date(time.exp * 1000) };
    },

    /**
     * Signs the JWT of an API token. `claims` say whose it is. It has an end unless the lifetime is null, and never a session or a second
     * factor.
     */
    async issueApiToken(claims: Claims, lifetimeSeconds: number | null): Promise<{ jwt: string; expiresAt: Date | null }> {
      const { iat, exp } = times(clock.now(), lifetimeSeconds ?? 0);
      const end = lifetimeSeconds === null ? {} : { exp };
      const jwt = await signer.sign({ iat, ...end, iss: issuer, aud: identity.clientId, jti: random.uuid(), ...claims }, identity.signingKey);
      return { jwt, expiresAt: lifetimeSeconds === null ? null : new Date(exp * 1000) };
    },

    /** Returns the session that a token was issued for, also if the token has expired. Null if this server has not signed it for a user. */
    async sessionIn(token: string): Promise<string | null> {
      const claims = await signer.verify(token, identity.publicKeys, { issuer, audiences: [identity.clientId], now: issuedAt(token) });
      return claims?.type === userTokenType && typeof claims.sid === 'string' ? claims.sid : null;
    },

    /** Returns whose token the text is. Null if it is no valid token by which this server is called. */
    async read(token: string): Promise<StatedHolder | null> {
      const claims = await signer.verify(token, identity.publicKeys, { issuer, audiences, now: clock.now() });
      if (claims?.aud === environmentAudience) return claims.type === 'vendor' ? { kind: 'ENVIRONMENT' } : null;
      // An access token is for the servers of the operator, so nothing that they see of it opens anything here.
      if (claims !== null && typeof claims.sub === 'string' && exchangedTypes.has(claims.type)) return { kind: 'API_TOKEN', tokenId: claims.sub };
      if (claims?.type !== 'userToken' || typeof claims.sid !== 'string') return null;
      const tenantId = typeof claims.tenantId === 'string' ? claims.tenantId : null;
      return { kind: 'USER', sessionId: claims.sid, tenantId, tokenMfa: mfaProofIn(claims) };
    },
  };
}

/** Returns when a token says that it was issued, before its signature is checked. The beginning of time if it says nothing. */
function issuedAt(token: string): Date {
  try {
    const payload = (token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/');
    const { iat }: Claims = JSON.parse(atob(payload));
    return new Date(typeof iat === 'number' && iat < 1e12 ? iat * 1000 : 0);
  } catch {
    return new Date(0);
  }
}

/** Returns the second factor that a token states. Null unless all three claims are there, because they mean nothing without each other. */
function mfaProofIn({ acr, amr, auth_time: at }: Claims): MfaProof | null {
  if (acr !== multiFactorAcr || !Array.isArray(amr) || typeof at !== 'number') return null;
  return { amr: amr.map(String), at: new Date(at * 1000) };
}
