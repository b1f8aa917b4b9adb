import type { SettingsOwner } from '../../domain/policy/policy.ts';
import type { StrategyState } from '../../services/policy/strategies.ts';
import { strategyErrors } from '../../services/policy/strategies.ts';
import { builder } from '../builder/builder.ts';
import { callerOf, ownerInForce } from '../builder/context.ts';
import { MfaStrategy } from '../builder/object-refs.ts';
import { MfaStrategyName } from '../builder/strategy-name.ts';
import { resultUnion } from '../errors/placement.ts';
import { MfaWarning, warningsDescription } from './enums.ts';

MfaStrategy.implement({
  description: 'A strategy and whether it is in force.',
  fields: (t) => ({
    strategy: t.expose('strategy', { type: MfaStrategyName, description: 'Which one.' }),
    active: t.exposeBoolean('active', {
      description:
        'Whether it is offered at login: switched on in the environment and not switched off in the tenant. A factor once enrolled keeps verifying when its strategy is switched off.',
    }),
  }),
});

const SetMfaStrategyInput = builder.inputType('SetMfaStrategyInput', {
  description: 'One switch.',
  fields: (t) => ({
    strategy: t.field({ type: MfaStrategyName, description: 'The strategy to switch.' }),
    active: t.boolean({ description: 'On or off. A tenant can switch off what the environment has on, and back on, nothing more.' }),
  }),
});

const SetMfaStrategySuccess = builder.objectRef<{ owner: SettingsOwner; strategies: StrategyState[] }>('SetMfaStrategySuccess').implement({
  description: 'The strategy is as asked.',
  fields: (t) => ({
    mfaStrategies: t.expose('strategies', { type: [MfaStrategy], description: 'All five as they are in force now, in fixed order.' }),
    warnings: t.field({
      type: [MfaWarning],
      description: warningsDescription,
      resolve: async ({ owner, strategies }, _args, context) => {
        const policy = await context.loaders.effectivePolicies.load(owner);
        return context.services.warnings.list(await callerOf(context), { policy, strategies });
      },
    }),
  }),
});

builder.queryField('mfaStrategies', (t) =>
  t.field({
    type: [MfaStrategy],
    description:
      'All five strategies in fixed order, as in force in the tenant in force, or in the environment when an environment token names no tenant.',
    authScopes: { somebody: true },
    resolve: async (_root, _args, context) => context.loaders.strategies.load(await ownerInForce(context)),
  }),
);

builder.mutationField('setMfaStrategy', (t) =>
  t.field({
    type: SetMfaStrategySuccess,
    description: 'Switches one strategy on or off, in the tenant the environment token names, or in the whole environment.',
    authScopes: { environment: true },
    errors: resultUnion('What came of `setMfaStrategy`.', strategyErrors.set),
    args: { input: t.arg({ type: SetMfaStrategyInput, description: 'The strategy and its new state.' }) },
    resolve: async (_root, { input }, context) => {
      const strategies = await context.services.strategySettings.set(await callerOf(context), input);
      context.loaders.forgetSettings();
      return { owner: await ownerInForce(context), strategies };
    },
  }),
);
