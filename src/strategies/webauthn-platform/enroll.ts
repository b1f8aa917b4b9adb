import type { WebAuthnNeeds } from '../webauthn/strategy.ts';
import { webAuthnEnrollment } from '../webauthn/strategy.ts';

export const createEnrollment = (needs: WebAuthnNeeds) => webAuthnEnrollment(needs, 'platform');
