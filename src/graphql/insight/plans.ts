import { z } from 'zod';
import type { SettingStep, SettingValue } from '../../domain/insight/document.ts';
import { planLifetimeSeconds } from '../../domain/insight/plan.ts';
import type { Planned } from '../../services/insight/plans.ts';
import { planErrors } from '../../services/insight/plans.ts';
import { builder } from '../builder/builder.ts';
import { callerOf } from '../builder/context.ts';
import { id, idOf, storable, wholeNumber } from '../builder/input-rules.ts';
import { Tenant } from '../builder/object-refs.ts';
import { resultUnion } from '../errors/placement.ts';
import { MfaPolicyImpact } from './simulation.ts';

/** Most characters of a document. A request is no longer. */
const maxDocumentCharacters = 65_536;

const asText = (value: SettingValue | null): string | null => (value === null ? null : String(value));

const MfaPlanStep = builder.objectRef<SettingStep>('MfaPlanStep').implement({
  description: 'One value that a document changes.',
  fields: (t) => ({
    tenant: t.field({
      type: Tenant,
      nullable: true,
      description: 'The tenant whose setting it is. Null for the environment.',
      resolve: ({ owner }, _args, { loaders }) => (owner === null ? null : loaders().tenants.load(owner)),
    }),
    path: t.stringList({
      description: 'The names that lead to the value from what belongs to its owner, such as `mfaPolicy` and `enforceMfaType`.',
      resolve: ({ path }) => [...path],
    }),
    from: t.string({
      nullable: true,
      description: 'The value as it is, as a text. Null if the setting was never made, so that a default applies.',
      resolve: ({ from }) => asText(from),
    }),
    to: t.string({ description: 'The value as it becomes, as a text.', resolve: ({ to }) => String(to) }),
  }),
});

const stepsDescription = 'What changes, in the order in which it is made: the environment first, because tenants depend on it, and tenants by id.';

const MfaPlan = builder.objectRef<Planned>('MfaPlan').implement({
  description: 'What a document would change and what that would do to people. Nothing was changed.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The id by which `applyMfaConfiguration` makes the changes.' }),
    baseRevision: t.exposeString('baseRevision', {
      description:
        'A hash of the settings of the environment and of every tenant that the document names, as they are. If one of them changes, the plan is stale.',
    }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      description: `When the plan can no longer be applied, ${planLifetimeSeconds / 60} minutes after it was made.`,
    }),
    steps: t.expose('steps', { type: [MfaPlanStep], description: stepsDescription }),
    impact: t.field({
      type: MfaPolicyImpact,
      description:
        'What all changes together would do: to the members of the tenant if it is only one, and otherwise to everybody, of whom each enters the tenant that the next login enters.',
      resolve: ({ impact, counts }) => ({ ...impact, counted: async () => counts }),
    }),
    withinLimits: t.exposeBoolean('withinLimits', {
      description:
        'Whether no more people than `maxLockedOut` and `maxMustEnroll` allow are newly locked out or newly have to enroll. Otherwise the plan cannot be applied. Who joins later is not counted.',
    }),
  }),
});

const PlanMfaConfigurationInput = builder.inputType('PlanMfaConfigurationInput', {
  description: 'The document to plan, and how many people it may concern.',
  validate: z.looseObject({
    document: storable.max(maxDocumentCharacters, `must have at most ${maxDocumentCharacters} characters`),
    maxLockedOut: wholeNumber(0).nullish(),
    maxMustEnroll: wholeNumber(0).nullish(),
  }),
  fields: (t) => ({
    document: t.string({
      description:
        'YAML as `mfaConfigurationDocument` writes it, or a part of it. What is absent is left alone; what is there of a policy, or of a group of the configuration, has to be there as a whole.',
    }),
    maxLockedOut: t.int({
      required: false,
      defaultValue: 0,
      description: 'How many people may be newly locked out. Null means the default as well.',
    }),
    maxMustEnroll: t.int({ required: false, description: 'How many people may newly have to enroll. If absent or null, any number.' }),
  }),
});

const PlanMfaConfigurationSuccess = builder.objectRef<{ plan: Planned }>('PlanMfaConfigurationSuccess').implement({
  description: 'The document was planned. Nothing was changed.',
  fields: (t) => ({ plan: t.expose('plan', { type: MfaPlan, description: 'The plan. If it has no steps, there is nothing to do.' }) }),
});

const ApplyMfaConfigurationInput = builder.inputType('ApplyMfaConfigurationInput', {
  description: 'The plan to apply.',
  validate: z.looseObject({ planId: id }),
  fields: (t) => ({ planId: t.id({ description: 'The id of the plan.' }) }),
});

const ApplyMfaConfigurationSuccess = builder.objectRef<{ steps: SettingStep[] }>('ApplyMfaConfigurationSuccess').implement({
  description: 'Every change of the plan was made.',
  fields: (t) => ({ steps: t.expose('steps', { type: [MfaPlanStep], description: stepsDescription }) }),
});

builder.queryField('mfaConfigurationDocument', (t) =>
  t.string({
    description:
      'The policies, strategies, lockout policies and MFA configuration as YAML that can be committed: of the environment and of all tenants that have any, or of one tenant. The same settings always give the same text, and it holds no secret. Requires the environment token, or a user whose role may read the security policy, who gets the part of the current tenant. An unknown tenant, and one that is not the current one, are top-level errors.',
    access: 'readPolicy',
    complexity: 500,
    validate: z.looseObject({ tenantId: idOf('Tenant').nullish() }),
    args: {
      tenantId: t.arg.id({
        required: false,
        description:
          'The tenant whose settings to write, by global id or `restId`. If absent or null, it is the current tenant, or everything if an environment token names none.',
      }),
    },
    resolve: async (_root, { tenantId }, context) => context.services.plans.document(await callerOf(context), { tenantId: tenantId ?? null }),
  }),
);

builder.mutationField('planMfaConfiguration', (t) =>
  t.field({
    type: PlanMfaConfigurationSuccess,
    description:
      'Tells what a document of settings would change and what that would do to everybody, before it is made. A token that names a tenant plans for that tenant alone. Requires the environment token. A document with problems is refused with all of them, each with its line and column.',
    access: 'environment',
    complexity: 500,
    errors: resultUnion('planMfaConfiguration', planErrors.plan, 'INVALID_INPUT'),
    args: { input: t.arg({ type: PlanMfaConfigurationInput, description: 'The document to plan.' }) },
    resolve: async (_root, { input: { document: text, maxLockedOut, maxMustEnroll } }, context) => {
      const limits = { maxLockedOut: maxLockedOut ?? 0, maxMustEnroll: maxMustEnroll ?? null };
      context.call.mayTakeLong();
      return { plan: await context.services.plans.plan(await callerOf(context), { text, ...limits }) };
    },
  }),
);

builder.mutationField('applyMfaConfiguration', (t) =>
  t.field({
    type: ApplyMfaConfigurationSuccess,
    description:
      'Makes every change of a plan, or none: each plan once, within its lifetime and its limits, and only while the settings are those that it was made for. Each change does and records what the mutation for it does. Requires the environment token; one that names a tenant applies plans that were made for that tenant.',
    access: 'environment',
    errors: resultUnion('applyMfaConfiguration', planErrors.apply, 'INVALID_INPUT'),
    args: { input: t.arg({ type: ApplyMfaConfigurationInput, description: 'The plan to apply.' }) },
    resolve: async (_root, { input }, context) => {
      const steps = await context.services.plans.apply(await callerOf(context), input);
      context.loaders().forgetSettings();
      return { steps };
    },
  }),
);
