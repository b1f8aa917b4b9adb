import type { Problem } from '../problem.ts';

/** Reads what the browser has answered for an authenticator. What is no JSON is no answer, and the strategy refuses it. */
export function readAnswer(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Tells whether an authenticator answered wrongly. Its answer is good for one try, so the page needs a new challenge to try again. */
export const isRefusedCredential = (error: unknown): boolean =>
  error instanceof Error && ['INVALID_CODE', 'CODE_EXPIRED', 'CREDENTIAL_TAKEN'].includes(error.name);

/** Returns what the person is told about the answer of an authenticator that was refused. */
export const refusedCredential = (error: unknown): Problem => ({
  code: error instanceof Error && error.name === 'CREDENTIAL_TAKEN' ? 'CREDENTIAL_TAKEN' : 'WEBAUTHN_FAILED',
});
