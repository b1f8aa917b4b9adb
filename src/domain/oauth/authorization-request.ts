/** Scopes that a request may ask for (OpenID Connect Core §5.4, §11). Others are left out of what is granted. */
export const scopes = ['openid', 'profile', 'email', 'offline_access'] as const;

/**
 * What an application asks for when it sends a person here to sign in (RFC 6749 §4.1.1).
 * It was read and found valid, and its redirect URI is allowed.
 */
export interface AuthorizationRequest {
  clientId: string;
  /** As it was presented. The answer goes to it as it is. */
  redirectUri: string;
  /** Scopes of `scopes`, separated by blanks. */
  scope: string;
  /** Opaque; it goes back byte for byte. */
  state: string | null;
  /** Goes into the ID token (OpenID Connect Core §3.1.2.1). */
  nonce: string | null;
  /** The S256 challenge (RFC 7636 §4.2). Null if the code is to be exchanged with the secret of the environment instead. */
  codeChallenge: string | null;
  prompt: 'NONE' | 'LOGIN' | null;
  /** Whether a second factor that satisfies MFA is asked for, by `acr_values`. */
  asksForFactor: boolean;
  /** Most seconds since the second factor, or without one since the login. Null if the age does not matter. */
  maxAgeSeconds: number | null;
  /** The tenant to enter, as it was named. Null enters the one of the session. */
  tenant: string | null;
  /** Fills the field for the address. Nothing else follows from it. */
  loginHint: string | null;
  /** Languages of the pages, as the application prefers them. Null leaves them to the browser. */
  locales: string | null;
  /** Whether the account page of this server asks. It gets no code, because it has the cookie. */
  isOwn: boolean;
  /** The mfaToken of a login that was begun elsewhere and is to be completed here. Null for any other request. */
  mfaToken: string | null;
  /** Whether the application names another way to sign in, such as a social login. There is none here, and the page to sign in says so. */
  namesOtherWay: boolean;
}
