import type { SettingsOwner } from '../../domain/policy/policy.ts';
import { strategyNames } from '../../domain/strategy-name.ts';
import type { StrategyState } from '../../services/policy/strategies.ts';
import { strategyErrors } from '../../services/policy/strategies.ts';
import { builder } from '../builder/builder.ts';
import { callerOf, ownerInForce } from '../builder/context.ts';
import { MfaStrategy } from '../builder/object-refs.ts';
import { MfaStrategyName } from '../builder/strategy-name.ts';
import { resultUnion } from '../errors/placement.ts';
import { MfaWarning, warningsDescription } from './enums.ts';

MfaStrategy.implement({
  description: 'A strategy, and whether it is active.',
  fields: (t) => ({
    strategy: t.expose('strategy', { type: MfaStrategyName, description: 'The name of the strategy.' }),
    active: t.exposeBoolean('active', {
      description:
        'Whether the strategy is offered at login: it is switched on in the environment and not switched off in the tenant. An authenticator that is already enrolled still works after its strategy is switched off.',
    }),
  }),
});

const SetMfaStrategyInput = builder.inputType('SetMfaStrategyInput', {
  description: 'The strategy to switch on or off.',
  fields: (t) => ({
    strategy: t.field({ type: MfaStrategyName, description: 'The name of the strategy.' }),
    active: t.boolean({
      description:
        'Whether the strategy is to be active. A tenant can switch off a strategy that is on in the environment, and switch it on again. It cannot switch on a strategy that is off in the environment.',
    }),
  }),
});

const SetMfaStrategySuccess = builder.objectRef<{ owner: SettingsOwner; strategies: StrategyState[] }>('SetMfaStrategySuccess').implement({
  description: 'The strategy was switched.',
  fields: (t) => ({
    mfaStrategies: t.expose('strategies', {
      type: [MfaStrategy],
      description: `All ${strategyNames.length} strategies after the change, in fixed order.`,
    }),
    warnings: t.field({
      type: [MfaWarning],
      description: warningsDescription,
      resolve: async ({ owner, strategies }, _args, context) => {
        const policy = await context.loaders().effectivePolicies.load(owner);
        return context.services.warnings.list(await callerOf(context), { policy, strategies });
      },
    }),
  }),
});

builder.queryField('mfaStrategies', (t) =>
  t.field({
    type: [MfaStrategy],
    description: `All ${strategyNames.length} strategies in fixed order, with whether each is active in the current tenant, or in the environment if an environment token names no tenant.`,
    access: 'somebody',
    resolve: async (_root, _args, context) => context.loaders().strategies.load(await ownerInForce(context)),
  }),
);

builder.mutationField('setMfaStrategy', (t) =>
  t.field({
    type: SetMfaStrategySuccess,
    description:
      'Switches one strategy on or off, in the tenant that the environment token names, or in the whole environment. Requires the environment token.',
    access: 'environment',
    errors: resultUnion('setMfaStrategy', strategyErrors.set),
    args: { input: t.arg({ type: SetMfaStrategyInput, description: 'The strategy and whether it is to be active.' }) },
    resolve: async (_root, { input }, context) => {
      const strategies = await context.services.strategySettings.set(await callerOf(context), input);
      context.loaders().forgetSettings();
      return { owner: await ownerInForce(context), strategies };
    },
  }),
);
