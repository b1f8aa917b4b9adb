import type { Result } from './document.ts';
import { document, errorFields } from './document.ts';

/** Exchanges the credentials for the token that all other documents are sent with. */
export const authenticateEnvironment = document<
  { authenticateEnvironment: Result<{ accessToken: string }> },
  { input: { clientId: string; secret: string } }
>(`mutation Authenticate($input: AuthenticateEnvironmentInput!) {
  authenticateEnvironment(input: $input) {${errorFields}
    ... on RateLimitedError { retryAfterSeconds }
    ... on AuthenticateEnvironmentSuccess { accessToken }
  }
}`);
