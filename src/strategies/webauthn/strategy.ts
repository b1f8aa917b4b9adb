import type { Challenge, Enrollment, Strategy } from '../../domain/authenticator/strategy.ts';
import type { RelyingParty } from '../../domain/environment/relying-party.ts';
import type { Random } from '../../domain/ports.ts';
import type { Assertion, Registration } from './answer.ts';
import { readAssertion, readRegistration } from './answer.ts';
import { creationOptions, requestOptions } from './options.ts';
import type { Attachment, WebAuthnCredential } from './stored.ts';
import { ceremonyOf, credentialOf, keep } from './stored.ts';
import { verifyAssertion, verifyRegistration } from './verify.ts';

export interface WebAuthnNeeds {
  relyingParty: RelyingParty;
  random: Random;
}

/** Which of the two it is shows by what it holds, so that neither passes for the other. */
export type WebAuthnAnswer = Registration | Assertion;

const isRegistration = (answer: WebAuthnAnswer): answer is Registration => 'attestationObject' in answer;

/** The browser's answer to either ceremony, in the JSON form of WebAuthn §5.1. */
export function readWebAuthnAnswer(input: unknown): WebAuthnAnswer {
  const { response } = (input ?? {}) as { response?: unknown };
  return typeof response === 'object' && response !== null && 'attestationObject' in response ? readRegistration(input) : readAssertion(input);
}

/** What is shown are the options to hand to the browser. Each call begins anew: a challenge is good for one answer. */
export const webAuthnEnrollment = (needs: WebAuthnNeeds, own: Attachment): Enrollment<object, WebAuthnAnswer> => ({
  async begin({ user, enrolled, anyAttachment: undecided = false }) {
    const { ceremony, options } = await creationOptions(needs, { user, attachment: undecided ? null : own, exclude: enrolled.map(credentialOf) });
    return { keep: keep(ceremony), show: options };
  },
  show: null,
  async complete(kept, answer) {
    const ceremony = ceremonyOf(kept);
    if (!isRegistration(answer) || (ceremony.attachment !== null && ceremony.attachment !== own)) return { ok: false, reason: 'wrong' };
    const verdict = await verifyRegistration(needs.relyingParty, ceremony, answer);
    if (!verdict.ok) return verdict;
    const { credential, signCount } = verdict;
    return {
      ok: true,
      credential: keep(credential),
      advance: { counter: signCount },
      identity: credential.id,
      amr: amrOf(credential, needs.relyingParty),
    };
  },
});

export const webAuthnChallenge = (needs: WebAuthnNeeds): Challenge => ({
  async begin({ user, credential }) {
    const credentials = credential === null ? [] : [credentialOf(credential)];
    const { ceremony, options } = await requestOptions(needs, { user, credentials });
    return { keep: keep(ceremony), show: options };
  },
});

export const webAuthnVerify =
  ({ relyingParty }: WebAuthnNeeds): Strategy<object, WebAuthnAnswer>['verify'] =>
  async (kept, answer) => {
    if (kept.begun === null || kept.credential === null || isRegistration(answer)) return { ok: false, reason: 'wrong' };
    const credential = credentialOf(kept.credential);
    const verdict = await verifyAssertion(relyingParty, ceremonyOf(kept.begun), credential, answer);
    return verdict.ok ? { ok: true, advance: { counter: verdict.signCount }, amr: amrOf(credential, relyingParty) } : verdict;
  };

/** RFC 8176: the key of a credential that can be synced leaves its hardware. */
const amrOf = ({ backupEligible }: WebAuthnCredential, { syncedAsHardware }: RelyingParty): string[] =>
  backupEligible ? ['swk', ...(syncedAsHardware ? ['hwk'] : [])] : ['hwk'];
