import { optionalFlag, text } from '../validation.ts';

/** Fields every second-factor request shares. */
export const mfaToken = text().describe('Token of the outstanding login');
export const rememberDevice = optionalFlag().describe('Remember this browser where the policy allows it');
export const totp = text().describe('Six digits from the authenticator app');
