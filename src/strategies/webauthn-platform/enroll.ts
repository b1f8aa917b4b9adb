import type { WebAuthnNeeds } from '../shared/webauthn.ts';
import { webAuthnEnrollment } from '../shared/webauthn.ts';

export const createEnrollment = (needs: WebAuthnNeeds) => webAuthnEnrollment(needs, 'platform');
