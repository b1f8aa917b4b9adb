import { fail } from '../../domain/errors.ts';
import { enrollableFirst } from '../../domain/policy/resolve.ts';
import type { StrategyName } from '../../domain/strategy-name.ts';
import { isWebAuthn } from '../../domain/strategy-name.ts';
import type { EnrollStep } from '../parts/enroll-step.tsx';
import { stepPaths } from '../step-paths.ts';
import { enroll } from '../views/enroll.tsx';
import { isRefusedCredential, readAnswer, refusedCredential } from './credential-answer.ts';
import type { BegunEnrollment } from './enrolling.ts';
import { deviceNameIn, enrollLimits, enrollStep, strategyIn } from './enrolling.ts';
import type { Fields } from './fields.ts';
import { withoutHyphens } from './fields.ts';
import type { Flash } from './flash.ts';
import { afterSecondFactor } from './login.ts';
import type { PagesNeeds } from './needs.ts';
import { challengeOf, rememberDaysOf } from './prove.ts';
import { pageOf } from './send.ts';
import type { Outcome, StepPage } from './step-page.ts';
import type { Visit } from './visit.ts';
import { addressOf, choiceOf, formOf } from './visit.ts';

const offeredTo = (visit: Visit): StrategyName[] => enrollableFirst(challengeOf(visit).challenge.strategies);

/** Returns the strategy that the page is about: the one that was chosen, otherwise the one that was begun, otherwise the only one. */
function chosenStrategy(visit: Visit): StrategyName | null {
  const offered = offeredTo(visit);
  const named = choiceOf(visit, 'strategy');
  if (named === 'none') return null;
  const chosen = strategyIn(named) ?? strategyIn(visit.shown.started?.factor) ?? (offered.length === 1 ? (offered[0] ?? null) : null);
  return chosen !== null && offered.includes(chosen) ? chosen : null;
}

async function stepOf(visit: Visit, strategy: StrategyName, flash: Flash, needs: PagesNeeds): Promise<EnrollStep> {
  const { caller, shown } = visit;
  const { mfaToken, challenge } = challengeOf(visit);
  const started = shown.started?.factor === strategy ? shown.started : null;
  const showApp = async () => (await needs.services.enrollment.begin(caller, { target: { mfaToken }, strategies: ['AUTHENTICATOR_APP'] })).show;
  return enrollStep(strategy, { started, email: challenge.email, showApp }, flash, needs);
}

async function begin(visit: Visit, strategy: StrategyName, fields: Fields, needs: PagesNeeds): Promise<void> {
  const { caller, token } = visit;
  const { mfaToken } = challengeOf(visit);
  const { enrollment, verification, interactions } = needs.services;
  const phoneNumber = fields.text('phoneNumber');
  const begun =
    strategy === 'EMAIL_CODE'
      ? await verification.begin(caller, { mfaToken, strategies: [strategy], deviceId: null })
      : await enrollment.begin(caller, { target: { mfaToken }, strategies: [strategy], ...(strategy === 'SMS' ? { phoneNumber } : {}) });
  const shown: BegunEnrollment = { show: begun.show, ...(strategy === 'SMS' ? { phoneNumber } : {}), name: deviceNameIn(fields) };
  await interactions.started(caller, { token, started: { factor: strategy, token: begun.token, shown, at: needs.clock.now().getTime() } });
}

async function complete(visit: Visit, strategy: StrategyName, fields: Fields, needs: PagesNeeds): Promise<Outcome> {
  const { caller, shown } = visit;
  const { mfaToken } = challengeOf(visit);
  const begun = shown.started?.factor === strategy ? shown.started : null;
  if (begun === null && strategy !== 'AUTHENTICATOR_APP') fail('CODE_EXPIRED');
  const answer = isWebAuthn(strategy) ? readAnswer(fields.text('answer')) : withoutHyphens(fields.text('code'));
  const given = { token: begun?.token ?? null, answer, rememberDevice: fields.has('remember') };
  if (strategy === 'EMAIL_CODE') {
    const login = await needs.services.verification.verify(caller, { mfaToken, strategies: [strategy], deviceId: null, ...given });
    return afterSecondFactor(visit, login, needs);
  }
  const { login, recoveryCode } = await needs.services.enrollment.complete(caller, {
    ...{ target: { mfaToken }, strategy, name: deviceNameIn(fields) || null, ...given },
  });
  return afterSecondFactor(visit, login ?? fail('INTERNAL', 'an enrollment with an mfaToken completed no login'), needs, recoveryCode);
}

/** The page on which somebody without a second factor sets one up, because the policy asks for it. */
export const enrollPage: StepPage = {
  step: 'ENROLLMENT',
  async show(visit, needs, flash) {
    const { challenge } = challengeOf(visit);
    const offered = offeredTo(visit);
    const chosen = chosenStrategy(visit);
    const path = stepPaths.ENROLLMENT;
    return pageOf(enroll, {
      form: formOf(visit, chosen === null ? {} : { strategy: chosen }),
      step: chosen === null ? null : await stepOf(visit, chosen, flash, needs),
      strategies: offered.map((strategy) => ({ strategy, href: addressOf(visit, path, { strategy }) })),
      chooseHref: offered.length > 1 ? addressOf(visit, path, { strategy: 'none' }) : null,
      rememberDays: rememberDaysOf(challenge),
    });
  },
  async act(visit, fields, needs) {
    const { request, caller, token } = visit;
    const action = fields.text('action');
    if (action === 'restart') return needs.services.interactions.restart(caller, { token });
    const strategy = offeredTo(visit).find((name) => name === fields.text('strategy')) ?? fail('STRATEGY_INACTIVE');
    const [beginning, answering] = enrollLimits[strategy];
    if (action !== 'send') {
      await request.call.takeFromAddress(answering);
      return complete(visit, strategy, fields, needs).catch((error: unknown) => refusedAnswer(visit, strategy, fields, error, needs));
    }
    await request.call.takeFromAddress(beginning);
    await begin(visit, strategy, fields, needs);
    return { kind: 'SAME', flash: {}, choice: { strategy } };
  },
  keep(fields) {
    const strategy = strategyIn(fields.text('strategy'));
    return {
      typed: { phoneNumber: fields.text('phoneNumber'), name: fields.text('name') },
      ...(strategy === null ? {} : { choice: { strategy } }),
    };
  },
};

/** Begins again after an authenticator has answered wrongly. */
async function refusedAnswer(visit: Visit, strategy: StrategyName, fields: Fields, error: unknown, needs: PagesNeeds): Promise<Outcome> {
  if (!isWebAuthn(strategy) || !isRefusedCredential(error)) throw error;
  await begin(visit, strategy, fields, needs);
  return { kind: 'SAME', flash: { problem: refusedCredential(error) }, choice: { strategy } };
}
