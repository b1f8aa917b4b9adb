import { optionalFlag, text } from '../validation.ts';

/** The field `mfaToken` of a request. */
export const mfaToken = text().describe('The token of the login that needs a second factor.');
/** The field `rememberDevice` of a request. */
export const rememberDevice = optionalFlag().describe('Whether the browser becomes a remembered device, if the policy allows it.');
/** A code of an authenticator app. */
export const totp = text().describe('A six-digit code of the authenticator app.');
