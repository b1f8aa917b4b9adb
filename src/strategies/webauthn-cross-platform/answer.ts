import { readWebAuthnAnswer } from '../webauthn/strategy.ts';

/** What the browser answers. */
export const readAnswer = readWebAuthnAnswer;
