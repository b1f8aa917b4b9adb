import { webAuthnVerify } from '../webauthn/strategy.ts';

/** A signature over the challenge, by the key that was enrolled. */
export const createVerify = webAuthnVerify;
