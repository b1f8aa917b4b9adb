import { fail } from '../../domain/errors.ts';
import { textGapSeconds } from '../../domain/limits/sliding-window.ts';
import type { StartedFactor } from '../../domain/oauth/interaction.ts';
import { isWebAuthn } from '../../domain/strategy-name.ts';
import type { AddressLimit } from '../../http/address-limits.ts';
import type { CeremonyStrategy } from '../../services/mfa/verification.ts';
import type { ShownChallenge } from '../../services/oauth/shown-challenges.ts';
import type { ProofModel, ProvenFactor } from '../parts/prove.tsx';
import type { SentCode } from '../parts/send-code.tsx';
import { stepPaths } from '../step-paths.ts';
import type { Factor } from './choose-factor.ts';
import { chosenFactor, factorsOf } from './choose-factor.ts';
import { readAnswer } from './credential-answer.ts';
import type { Fields } from './fields.ts';
import { withoutHyphens } from './fields.ts';
import { afterSecondFactor } from './login.ts';
import type { PagesNeeds } from './needs.ts';
import type { Outcome } from './step-page.ts';
import type { Visit } from './visit.ts';
import { addressOf, formOf } from './visit.ts';

const secondsPerDay = 86_400;

/** The counters of client addresses that each kind of factor has, in the order of sending and verifying. */
const limits = {
  AUTHENTICATOR_APP: ['AUTHENTICATOR_VERIFY', 'AUTHENTICATOR_VERIFY'],
  SMS: ['SMS_SEND', 'SMS_VERIFY'],
  EMAIL_CODE: ['EMAIL_CODE_SEND', 'EMAIL_CODE_VERIFY'],
  WEBAUTHN_PLATFORM: ['WEBAUTHN_BEGIN', 'WEBAUTHN_VERIFY'],
  WEBAUTHN_CROSS_PLATFORM: ['WEBAUTHN_BEGIN', 'WEBAUTHN_VERIFY'],
} as const satisfies Record<Factor['strategy'], readonly [AddressLimit, AddressLimit]>;

/** Returns the challenge and the mfaToken of the visit. A page of this step is not shown without them. */
export function challengeOf({ shown }: Visit): { challenge: ShownChallenge; mfaToken: string } {
  const { challenge, mfaToken } = shown;
  return challenge === null || mfaToken === null ? fail('CHALLENGE_EXPIRED') : { challenge, mfaToken };
}

/** Returns for how many days the browser can be remembered. Null if it cannot. */
export const rememberDaysOf = ({ rememberSeconds }: ShownChallenge): number | null =>
  rememberSeconds > 0 ? Math.max(1, Math.round(rememberSeconds / secondsPerDay)) : null;

/** Returns how long to wait until another code can be sent. Only text messages have to be apart. */
export function sentCode({ at }: StartedFactor, needs: PagesNeeds): SentCode {
  const passedSeconds = Math.floor((needs.clock.now().getTime() - at) / 1_000);
  return { resendInSeconds: Math.max(0, textGapSeconds - passedSeconds) };
}

function provenFactor(visit: Visit, { id, strategy, detail }: Factor, needs: PagesNeeds): ProvenFactor {
  const started = visit.shown.started?.factor === id ? visit.shown.started : null;
  if (strategy === 'AUTHENTICATOR_APP') return { id, strategy };
  if (isWebAuthn(strategy)) return { id, strategy, options: started === null ? null : (started.shown as object) };
  return { id, strategy, target: detail ?? '', sent: started === null ? null : sentCode(started, needs) };
}

/** Returns what the page shows to let the person prove a factor. Whose factors were all removed meanwhile has to sign in again. */
export function proofModel(visit: Visit, needs: PagesNeeds): ProofModel {
  const { challenge } = challengeOf(visit);
  const factors = factorsOf(challenge);
  const chosen = chosenFactor(visit, factors) ?? fail('CHALLENGE_EXPIRED');
  const path = stepPaths[visit.shown.step];
  return {
    form: formOf(visit, { factor: chosen.id }),
    factor: provenFactor(visit, chosen, needs),
    others: factors
      .filter(({ id }) => id !== chosen.id)
      .map(({ id, strategy, detail }) => ({ strategy, detail, href: addressOf(visit, path, { factor: id }) })),
    rememberDays: rememberDaysOf(challenge),
  };
}

/** Sends a code, or makes a challenge for an authenticator, and remembers it for the page. */
async function begin(visit: Visit, { id, strategy, deviceId }: Factor, needs: PagesNeeds): Promise<void> {
  const { caller, token } = visit;
  // The form offers to begin only what has something to begin with.
  if (strategy === 'AUTHENTICATOR_APP') fail('STRATEGY_INACTIVE');
  const strategies: readonly CeremonyStrategy[] = [strategy];
  const proof = await needs.services.verification.begin(caller, { mfaToken: challengeOf(visit).mfaToken, strategies, deviceId });
  const started = { factor: id, token: proof.token, shown: proof.show, at: needs.clock.now().getTime() };
  await needs.services.interactions.started(caller, { token, started });
}

async function verify(visit: Visit, { id, strategy, deviceId }: Factor, fields: Fields, needs: PagesNeeds): Promise<Outcome> {
  const { caller, shown } = visit;
  const begun = shown.started?.factor === id ? shown.started : null;
  if (begun === null && strategy !== 'AUTHENTICATOR_APP') fail('CODE_EXPIRED');
  const answer = isWebAuthn(strategy) ? readAnswer(fields.text('answer')) : withoutHyphens(fields.text('code'));
  const login = await needs.services.verification.verify(caller, {
    ...{ mfaToken: challengeOf(visit).mfaToken, strategies: [strategy], deviceId },
    ...{ token: begun?.token ?? null, answer, rememberDevice: fields.has('remember') },
  });
  return afterSecondFactor(visit, login, needs);
}

/** Does what a form that proves a factor asks for. */
export async function actOnProof(visit: Visit, fields: Fields, needs: PagesNeeds): Promise<Outcome> {
  const { request, caller, token, shown } = visit;
  const action = fields.text('action');
  if (action === 'restart') return needs.services.interactions.restart(caller, { token });
  const factor = factorsOf(challengeOf(visit).challenge).find(({ id }) => id === fields.text('factor')) ?? fail('DEVICE_NOT_FOUND');
  const [sending, verifying] = limits[factor.strategy];
  const choice = { factor: factor.id };
  if (action !== 'send') {
    await request.call.takeFromAddress(verifying);
    return verify(visit, factor, fields, needs).catch((error: unknown) => refusedProof(visit, factor, error, needs));
  }
  await request.call.takeFromAddress(sending);
  const again = shown.started?.factor === factor.id && !isWebAuthn(factor.strategy);
  await begin(visit, factor, needs);
  return { kind: 'SAME', flash: again ? { notice: 'CODE_SENT' } : {}, choice };
}

/** An answer of an authenticator is good for one try. So the page needs a new challenge to try again. */
async function refusedProof(visit: Visit, factor: Factor, error: unknown, needs: PagesNeeds): Promise<Outcome> {
  const code = error instanceof Error ? error.name : '';
  if (!isWebAuthn(factor.strategy) || !['INVALID_CODE', 'CODE_EXPIRED'].includes(code)) throw error;
  await begin(visit, factor, needs);
  return { kind: 'SAME', flash: { problem: { code: 'WEBAUTHN_FAILED' } }, choice: { factor: factor.id } };
}
