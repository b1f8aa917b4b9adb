import { readWebAuthnAnswer } from '../shared/webauthn.ts';

/** What the browser answers. */
export const readAnswer = readWebAuthnAnswer;
