import type { Availability, Ceremony, Enrollment, Strategy } from '../../domain/authenticator/strategy.ts';
import { webAuthnAnswerSeconds } from '../../domain/bounds.ts';
import type { RelyingParty } from '../../domain/environment/relying-party.ts';
import { problemOfRelyingParty } from '../../domain/environment/relying-party.ts';
import type { Random } from '../../domain/ports.ts';
import type { WebAuthnStrategy } from '../../domain/strategy-name.ts';
import { describeByName } from '../shared/describe.ts';
import type { WebAuthnAnswer } from './answer.ts';
import { isRegistration, readWebAuthnAnswer } from './answer.ts';
import { creationOptions, requestOptions } from './options.ts';
import type { Attachment, WebAuthnCredential } from './stored.ts';
import { ceremonyOf, credentialOf, keep } from './stored.ts';
import { verifyAssertion, verifyRegistration } from './verify.ts';

interface Needs {
  relyingParty: RelyingParty;
  random: Random;
}

/** Platform authenticators are built into a device, such as a fingerprint reader; cross-platform ones are carried, such as a security key. */
const attachments: Readonly<Record<WebAuthnStrategy, Attachment>> = {
  WEBAUTHN_PLATFORM: 'platform',
  WEBAUTHN_CROSS_PLATFORM: 'cross-platform',
};

const defaultNames: Readonly<Record<WebAuthnStrategy, string>> = {
  WEBAUTHN_PLATFORM: 'Platform authenticator',
  WEBAUTHN_CROSS_PLATFORM: 'Security key',
};

/** Returns whether browsers serve WebAuthn to the pages of this relying party, and if not, why. */
export function availabilityOf(relyingParty: RelyingParty): Availability {
  const problem = problemOfRelyingParty(relyingParty);
  if (problem === null) return { available: true };
  return { available: false, reason: `WebAuthn cannot work with PUBLIC_URL, or WEBAUTHN_RP_ID and WEBAUTHN_ORIGINS: ${problem}` };
}

/** Makes one of the two WebAuthn strategies. They differ only in the attachment a new credential must have. */
export const createWebAuthn = (name: WebAuthnStrategy, needs: Needs): Strategy<object, WebAuthnAnswer> => ({
  name,
  defaultName: defaultNames[name],
  amr: ['hwk'],
  satisfiesMfa: true,
  availability: availabilityOf(needs.relyingParty),
  channel: null,
  answerOnce: true,
  errorFields: { answer: 'credential', token: 'webauthnToken' },
  enrollment: createEnrollment(needs, attachments[name]),
  ceremony: createCeremony(needs),
  readAnswer: readWebAuthnAnswer,
  async verify({ started, credential: kept }, answer) {
    if (started === null || kept === null || isRegistration(answer)) return { ok: false, reason: 'wrong' };
    const credential = credentialOf(kept);
    const verdict = await verifyAssertion(needs.relyingParty, ceremonyOf(started), credential, answer);
    return verdict.ok ? { ok: true, advance: { counter: verdict.signCount }, amr: amrOf(credential, needs.relyingParty) } : verdict;
  },
  describe: describeByName,
});

/** Shows the options to pass to the browser. Every call makes new ones, because a challenge may be answered only once. */
const createEnrollment = (needs: Needs, own: Attachment): Enrollment<object, WebAuthnAnswer> => ({
  async begin({ user, enrolled, anyAttachment = false }) {
    const attachment = anyAttachment ? null : own;
    const { ceremony, options } = await creationOptions(needs, { user, attachment, exclude: enrolled.map(credentialOf) });
    return { keep: keep(ceremony), show: options, lifetimeSeconds: webAuthnAnswerSeconds };
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

const createCeremony = (needs: Needs): Ceremony => ({
  async begin({ user, credential, requiresUser = false }) {
    const credentials = credential === null ? [] : [credentialOf(credential)];
    const { ceremony, options } = await requestOptions(needs, { user, credentials, requiresUser });
    return { keep: keep(ceremony), show: options, lifetimeSeconds: webAuthnAnswerSeconds };
  },
});

/** Returns the methods the credential proves. The key of a synced credential leaves its hardware, so it is `swk` (RFC 8176). */
export const amrOf = ({ backupEligible }: WebAuthnCredential, { syncedAsHardware }: RelyingParty): string[] =>
  backupEligible ? ['swk', ...(syncedAsHardware ? ['hwk'] : [])] : ['hwk'];
