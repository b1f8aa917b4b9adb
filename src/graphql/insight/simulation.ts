import { z } from 'zod';
import type { User as UserRecord } from '../../domain/directory/user.ts';
import type { MfaPolicyChange as Change } from '../../domain/insight/simulation.ts';
import type { ImpactCounts, ImpactList, OutcomeCount, PersonImpact, SimulatedImpact } from '../../services/insight/simulation.ts';
import { simulationErrors } from '../../services/insight/simulation.ts';
import { builder } from '../builder/builder.ts';
import { connectionBy, cursorsIn, maxPageSize, pageRequestIn } from '../builder/connections.ts';
import type { Context } from '../builder/context.ts';
import { callerOf } from '../builder/context.ts';
import { flag, nonNull, tenantId, wholeNumber } from '../builder/input-rules.ts';
import { loadNodes } from '../builder/loaders.ts';
import { restIdOf } from '../builder/node-ids.ts';
import { EffectiveMfaPolicy, User } from '../builder/object-refs.ts';
import { MfaStrategyName } from '../builder/strategy-name.ts';
import { resultUnion } from '../errors/placement.ts';
import { MfaEnforcement } from '../policy/enums.ts';
import { MfaOutcome, MfaRule } from './explanation.ts';

/** The impact, with counts that all fields share. */
export interface Impact extends SimulatedImpact {
  counted(): Promise<ImpactCounts>;
}

const ifAbsent = 'If absent, it stays as it is. Null is refused.';

const MfaStrategyChange = builder.inputType('MfaStrategyChange', {
  description: 'A strategy that would be switched.',
  fields: (t) => ({
    strategy: t.field({ type: MfaStrategyName, description: 'The strategy.' }),
    active: t.boolean({ description: 'Whether it would be on.' }),
  }),
});

const MfaPolicyChange = builder.inputType('MfaPolicyChange', {
  description:
    'The settings that would be changed, at least one. A policy that does not exist would be created, with the defaults of `upsertMfaPolicy` for absent fields.',
  validate: z.looseObject({
    enforceMfaType: nonNull.optional(),
    allowRememberMyDevice: flag.optional(),
    mfaDeviceExpirationSeconds: wholeNumber(0).optional(),
    strategies: z
      .array(z.looseObject({ strategy: z.string() }), { error: 'must not be null' })
      .refine((given) => new Set(given.map(({ strategy }) => strategy)).size === given.length, 'must name each strategy once')
      .optional(),
  }),
  fields: (t) => ({
    enforceMfaType: t.field({ type: MfaEnforcement, required: false, description: `Whether users must have a second factor. ${ifAbsent}` }),
    allowRememberMyDevice: t.boolean({ required: false, description: `Whether browsers may be remembered. ${ifAbsent}` }),
    mfaDeviceExpirationSeconds: t.int({
      required: false,
      description: `How many seconds a remembered device skips the second factor. ${ifAbsent}`,
    }),
    strategies: t.field({ type: [MfaStrategyChange], required: false, description: `Strategies to switch, each once at most. ${ifAbsent}` }),
  }),
});

const SimulateMfaPolicyInput = builder.inputType('SimulateMfaPolicyInput', {
  description: 'The change to simulate. Nothing is changed.',
  validate: z.looseObject({ tenantId: tenantId.optional() }),
  fields: (t) => ({
    tenantId: t.id({
      required: false,
      description:
        'The tenant whose settings would change, by global id or `restId`. If absent, it is the current tenant, or the environment if an environment token names none. Null is refused.',
    }),
    change: t.field({ type: MfaPolicyChange, description: 'The settings that would be changed.' }),
  }),
});

const MfaOutcomeCount = builder.objectRef<OutcomeCount>('MfaOutcomeCount').implement({
  description: 'How many people a login leads to one outcome.',
  fields: (t) => ({
    outcome: t.expose('outcome', { type: MfaOutcome, description: 'What the login leads to.' }),
    before: t.exposeInt('before', { description: 'How many people it leads there now.' }),
    after: t.exposeInt('after', { description: 'How many people it would lead there after the change.' }),
  }),
});

interface Edge extends PersonImpact {
  cursor: string;
  node: UserRecord;
}

/** What an edge of `people` has beside its node. The relay plugin types edges without it, although it passes on those that `edgesOf` made. */
const impactOf = (edge: unknown): PersonImpact => edge as Edge;

const MfaImpactConnection = builder.connectionObject(
  { type: User, name: 'MfaImpactConnection', description: 'People whom a change concerns, in the order of their ids.' },
  {
    name: 'MfaImpactConnectionEdge',
    description: 'A person, and what the change does to their logins.',
    fields: (t) => ({
      was: t.field({ type: MfaOutcome, description: 'What a login leads to now.', resolve: (edge) => impactOf(edge).was }),
      becomes: t.field({
        type: MfaOutcome,
        description: 'What a login would lead to after the change.',
        resolve: (edge) => impactOf(edge).becomes,
      }),
      because: t.field({
        type: MfaRule,
        description: 'The rule that would decide. `explainMfa` says more about the login of one person.',
        resolve: (edge) => impactOf(edge).because,
      }),
    }),
  },
);

const cursors = cursorsIn('impact', 'TEXT');

/** What changes of settings do to people. */
export const MfaPolicyImpact = builder.objectRef<Impact>('MfaPolicyImpact').implement({
  description:
    'What a change of settings would do to everybody whom it concerns: to the members of the tenant who have accepted, or for the environment to all users. Each login is by password, into the tenant, or for the environment into the one that the next login enters, from a browser that is not remembered. A user does not count people who are hidden from lists. People are read some at a time, so whoever joins or leaves meanwhile may count or not.',
  fields: (t) => ({
    simulatedAt: t.expose('asOf', { type: 'DateTime', description: 'The moment at which memberships and remembered devices are looked at.' }),
    before: t.expose('before', { type: EffectiveMfaPolicy, description: 'The policy that applies now.' }),
    after: t.expose('after', {
      type: EffectiveMfaPolicy,
      description: 'The policy that would apply. A policy that does not exist yet has an empty `restId` in it.',
    }),
    totalCount: t.int({ description: 'How many people the change concerns.', resolve: async (impact) => (await impact.counted()).total }),
    counts: t.field({
      type: [MfaOutcomeCount],
      description: 'How many people each outcome has, before and after. Each person is counted once, so both sums are `totalCount`.',
      resolve: async (impact) => (await impact.counted()).outcomes,
    }),
    administratorsLockedOutCount: t.int({
      description:
        'How many people would be locked out by the change whose roles allow them to change the security policy, in the tenant or for the environment in any tenant.',
      resolve: async (impact) => (await impact.counted()).administratorsLockedOut,
    }),
    rememberedDevicesVoidedCount: t.int({
      description: 'How many remembered devices skip the second factor now and would not any more.',
      resolve: async (impact) => (await impact.counted()).rememberedDevicesVoided,
    }),
    neverLoggedInCount: t.int({
      description: 'How many of the people have never logged in. They meet the change at their first login.',
      resolve: async (impact) => (await impact.counted()).neverLoggedIn,
    }),
    newlyLockedOutCount: t.int({
      description: 'How many people could not log in any more, and can now.',
      resolve: async (impact) => (await impact.counted()).newlyLockedOut,
    }),
    newlyMustEnrollCount: t.int({
      description: 'How many people would have to enroll at the next login, and do not have to now.',
      resolve: async (impact) => (await impact.counted()).newlyMustEnroll,
    }),
    people: t.field({
      type: MfaImpactConnection,
      description:
        'The people, in the order of their ids. People are read until the page is full, so a page of few people among many takes as long as the counts. Whom the caller may not see is left out.',
      args: {
        outcome: t.arg({
          type: MfaOutcome,
          required: false,
          description: 'Only people whom it leads to this outcome after the change. Null means all.',
        }),
        changedOnly: t.arg.boolean({
          required: false,
          defaultValue: true,
          description: 'Whether to leave out people whose outcome stays the same. Null means the default as well.',
        }),
        first: t.arg.int({ required: false, description: `How many people to read, 1 to ${maxPageSize}.` }),
        after: t.arg.string({ required: false, description: 'The cursor after which to read on.' }),
      },
      resolve: async (impact, { outcome, changedOnly, first, after }, context) => {
        const page = pageRequestIn({ first, after }, cursors);
        const list = { impact, outcome: outcome ?? null, changedOnly: changedOnly ?? true, afterId: page.cursor?.id ?? '', limit: page.limit };
        const found = await context.services.simulation.list(await callerOf(context), list);
        const connection = connectionBy(found, page, ({ userId }) => ({ at: userId, id: userId }), cursors);
        return { ...connection, edges: await edgesOf(connection.edges, context), count: async () => listedOf(await impact.counted(), list) };
      },
    }),
  }),
});

/** Returns how many people a list has, on all its pages. */
const listedOf = ({ outcomes }: ImpactCounts, { outcome: wanted, changedOnly }: Pick<ImpactList, 'outcome' | 'changedOnly'>): number =>
  outcomes
    .filter(({ outcome }) => wanted === null || outcome === wanted)
    .reduce((sum, { after, changed }) => sum + (changedOnly ? changed : after), 0);

/** Puts the people in place of their ids. Whom the caller may not see, or who was deleted meanwhile, is left out. */
async function edgesOf(edges: readonly { node: PersonImpact; cursor: string }[], { loaders }: Context): Promise<Edge[]> {
  const users = await loadNodes(
    loaders().users,
    edges.map(({ node }) => node.userId),
  );
  return edges.flatMap(({ node, cursor }, index) => {
    const user = users[index];
    return user === null || user === undefined ? [] : [{ ...node, cursor, node: user }];
  });
}

interface GivenChange {
  enforceMfaType?: NonNullable<Change['fields']['enforceMfaType']> | null | undefined;
  allowRememberMyDevice?: boolean | null | undefined;
  mfaDeviceExpirationSeconds?: number | null | undefined;
  strategies?: readonly Change['strategies'][number][] | null | undefined;
}

const decodeChange = ({ enforceMfaType, allowRememberMyDevice, mfaDeviceExpirationSeconds, strategies }: GivenChange): Change => ({
  fields: {
    ...(enforceMfaType == null ? {} : { enforceMfaType }),
    ...(allowRememberMyDevice == null ? {} : { allowRememberMyDevice }),
    ...(mfaDeviceExpirationSeconds == null ? {} : { mfaDeviceExpirationSeconds }),
  },
  strategies: strategies ?? [],
});

const SimulateMfaPolicySuccess = builder.objectRef<{ impact: Impact }>('SimulateMfaPolicySuccess').implement({
  description: 'The change could be made. It was not.',
  fields: (t) => ({ impact: t.expose('impact', { type: MfaPolicyImpact, description: 'What it would do.' }) }),
});

builder.queryField('simulateMfaPolicy', (t) =>
  t.field({
    type: SimulateMfaPolicySuccess,
    description:
      'Tells what a change of the policy or of the strategies would do to everybody, before it is made. Every login is decided by the function that logins ask. Requires the environment token, or a user whose role may read the security policy, who asks about the current tenant. A change that could not be made is refused with the errors of making it.',
    access: 'readPolicy',
    complexity: 500,
    errors: resultUnion('simulateMfaPolicy', simulationErrors.simulate, 'INVALID_INPUT'),
    args: { input: t.arg({ type: SimulateMfaPolicyInput, description: 'The change, and whose settings it would change.' }) },
    resolve: async (_root, { input }, context) => {
      const caller = await callerOf(context);
      context.call.mayTakeLong();
      const impact = await context.services.simulation.simulate(caller, {
        tenantId: input.tenantId == null ? null : restIdOf('Tenant', input.tenantId),
        change: decodeChange(input.change),
      });
      let counted: Promise<ImpactCounts> | undefined;
      const count = (): Promise<ImpactCounts> => {
        counted ??= context.services.simulation.count(caller, { impact });
        return counted;
      };
      return { impact: { ...impact, counted: count } };
    },
  }),
);
