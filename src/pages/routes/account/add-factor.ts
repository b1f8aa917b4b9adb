import { fail } from '../../../domain/errors.ts';
import type { StartedFactor } from '../../../domain/oauth/interaction.ts';
import { isWebAuthn } from '../../../domain/strategy-name.ts';
import type { EnrollableStrategy } from '../../../services/mfa/enrollment.ts';
import { addFactor } from '../../views/account/add-factor.tsx';
import { isRefusedCredential, readAnswer, refusedCredential } from '../credential-answer.ts';
import type { BegunEnrollment } from '../enrolling.ts';
import { deviceNameIn, enrollLimits, enrollStep } from '../enrolling.ts';
import type { Fields } from '../fields.ts';
import { withoutHyphens } from '../fields.ts';
import type { PagesNeeds } from '../needs.ts';
import { pageOf } from '../send.ts';
import type { AccountOutcome, AccountPart } from './part.ts';
import type { Person } from './person.ts';
import { formTo, parameterOf, partAt } from './person.ts';

const target = { userId: null } as const;
const noteOf = (strategy: EnrollableStrategy) => ({ about: `ENROLLMENT_${strategy}` }) as const;

/** Returns what was begun with the strategy in this session. Null if nothing was, or too long ago. */
const startedOf = async ({ caller }: Person, strategy: EnrollableStrategy, { services }: PagesNeeds): Promise<StartedFactor | null> =>
  // Only `begin` keeps such a note.
  (await services.accountNotes.read(caller, noteOf(strategy))) as StartedFactor | null;

async function begin({ caller }: Person, strategy: EnrollableStrategy, fields: Fields, { services, clock }: PagesNeeds): Promise<void> {
  const phoneNumber = fields.text('phoneNumber');
  const sms = strategy === 'SMS' ? { phoneNumber } : {};
  const { token, show } = await services.enrollment.begin(caller, { target, strategies: [strategy], ...sms });
  const shown: BegunEnrollment = { show, ...sms, name: deviceNameIn(fields) };
  const content: StartedFactor = { factor: strategy, token, shown, at: clock.now().getTime() };
  await services.accountNotes.keep(caller, { ...noteOf(strategy), content });
}

/** Sets the second step up. With the first one comes a recovery code, which is shown once. */
async function complete(person: Person, strategy: EnrollableStrategy, fields: Fields, needs: PagesNeeds): Promise<AccountOutcome> {
  const { caller } = person;
  const { enrollment, accountNotes } = needs.services;
  const started = await startedOf(person, strategy, needs);
  if (started === null && strategy !== 'AUTHENTICATOR_APP') fail('CODE_EXPIRED');
  const answer = isWebAuthn(strategy) ? readAnswer(fields.text('answer')) : withoutHyphens(fields.text('code'));
  const { recoveryCode } = await enrollment.complete(caller, {
    ...{ target, strategy, token: started?.token ?? null, answer, name: deviceNameIn(fields) || null, rememberDevice: false },
  });
  await accountNotes.take(caller, noteOf(strategy));
  const flash = { notice: 'FACTOR_ADDED' } as const;
  if (recoveryCode === null) return { to: partAt('factors'), flash };
  await accountNotes.keep(caller, { about: 'RECOVERY_CODES', content: [recoveryCode] });
  return { to: partAt('recovery-codes/show'), flash };
}

/** Returns the strategy that the address names, if the person may set it up. */
async function chosen({ request, caller }: Person, { services }: PagesNeeds): Promise<{ strategy: EnrollableStrategy | undefined; email: string }> {
  const { user, enrollable } = await services.factors.own(caller);
  return { strategy: enrollable.find((name) => name === parameterOf(request, 'strategy')), email: user.email };
}

/** The page on which the person sets up another second step. */
export const addFactorPart: AccountPart = {
  name: 'factors/add',
  parameters: ['strategy'],
  sensitive: true,
  async show(person, needs, flash) {
    const { strategy, email } = await chosen(person, needs);
    if (strategy === undefined) return { to: partAt('factors'), flash: { problem: { code: 'STRATEGY_INACTIVE' } } };
    const started = await startedOf(person, strategy, needs);
    const showApp = async () => (await needs.services.enrollment.begin(person.caller, { target, strategies: ['AUTHENTICATOR_APP'] })).show;
    const step = await enrollStep(strategy, { started, email, showApp }, flash, needs);
    return pageOf(addFactor, { form: await formTo(person, needs, 'factors/add', { strategy }), step });
  },
  async act(person, fields, needs) {
    const strategy = (await chosen(person, needs)).strategy ?? fail('STRATEGY_INACTIVE');
    const [beginning, answering] = enrollLimits[strategy];
    const again = partAt('factors/add', { strategy });
    if (fields.text('action') === 'send') {
      await person.request.call.takeFromAddress(beginning);
      await begin(person, strategy, fields, needs);
      return { to: again };
    }
    await person.request.call.takeFromAddress(answering);
    try {
      return await complete(person, strategy, fields, needs);
    } catch (error) {
      if (!isWebAuthn(strategy) || !isRefusedCredential(error)) throw error;
      await begin(person, strategy, fields, needs);
      return { to: again, flash: { problem: refusedCredential(error) } };
    }
  },
  keep: (fields) => ({ phoneNumber: fields.text('phoneNumber'), name: fields.text('name') }),
};
