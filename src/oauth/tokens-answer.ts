import type { ApplicationTokens } from '../services/oauth/grants.ts';

/**
 * Returns the body of an answer with tokens (RFC 6749 §5.1, OpenID Connect Core §3.1.3.3).
 * It has a refresh token always, because all of Frontegg's SDKs keep one.
 */
export const tokensAnswer = ({ session, idToken, scope }: ApplicationTokens) => ({
  token_type: 'Bearer',
  access_token: session.accessToken,
  id_token: idToken,
  refresh_token: session.refreshToken,
  expires_in: session.expiresInSeconds,
  refresh_expires_in: session.refreshExpiresInSeconds,
  ...(scope === null ? {} : { scope }),
});
