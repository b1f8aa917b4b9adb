import type { AdoptionCounts, AdoptionRange, Funnel, AdoptionInterval as Interval, AdoptionOrder as Order } from '../../domain/insight/adoption.ts';
import { activeDays, adoptionDays, adoptionRange, maxAdoptionPoints, strategyCounts } from '../../domain/insight/adoption.ts';
import type { StrategyName } from '../../domain/strategy-name.ts';
import { strategyNames, weakStrategies } from '../../domain/strategy-name.ts';
import type { TenantAdoption as Adoption, AdoptionNow } from '../../services/insight/adoption.ts';
import { refuse } from '../builder/bad-request.ts';
import { builder } from '../builder/builder.ts';
import type { CursorForm } from '../builder/connections.ts';
import { connectionBy, cursorsIn, pageRequestIn } from '../builder/connections.ts';
import { callerOf } from '../builder/context.ts';
import { enumValues } from '../builder/enum-values.ts';
import { restIdOf } from '../builder/node-ids.ts';
import { Tenant } from '../builder/object-refs.ts';
import { MfaStrategyName } from '../builder/strategy-name.ts';

const AdoptionInterval = builder.enumType('AdoptionInterval', {
  description: 'How far apart the points of a series are. Days, weeks and months begin at midnight in UTC.',
  values: enumValues<Interval>({
    DAY: 'One point for each day.',
    WEEK: 'One point for each week: the first one that was kept from Monday on.',
    MONTH: 'One point for each month: the first one that was kept in it.',
  }),
});

const AdoptionSort = builder.enumType('AdoptionSort', {
  description: 'What tenants are ordered by. Tenants alike follow each other by their ids.',
  values: {
    LEAST_FIRST: { value: 'LEAST_SHARE', description: 'The tenant with the smallest share of enrolled users begins.' },
    MOST_UNENROLLED_FIRST: { value: 'MOST_UNENROLLED', description: 'The tenant with the most users without an authenticator begins.' },
  } as const satisfies Record<string, { value: Order; description: string }>,
});

const MfaAdoptionCount = builder.objectRef<AdoptionCounts>('MfaAdoptionCount').implement({
  description: 'How many users there are, by what they have. Each user counts at most once in each number.',
  fields: (t) => ({
    users: t.exposeInt('users', {
      description:
        'All users. In a tenant these are its members, without those who have not accepted their invitation and those who are disabled. In the environment these are all users, each once, whatever tenants they are in.',
    }),
    activeLast30Days: t.exposeInt('activeLast30Days', {
      description: `Users whose last login was today or on one of the ${activeDays - 1} days before (UTC), in whatever tenant.`,
    }),
    enrolled: t.exposeInt('enrolled', { description: 'Users with at least one authenticator.' }),
    enrolledOfActive: t.exposeInt('enrolledOfActive', { description: 'Users who are in `activeLast30Days` and in `enrolled`.' }),
    phishingResistant: t.exposeInt('phishingResistant', { description: 'Users with a WebAuthn authenticator.' }),
    onlyWeak: t.exposeInt('onlyWeak', { description: `Users whose authenticators are all of the strategies ${weakStrategies.join(' and ')}.` }),
    recoveryReady: t.exposeInt('recoveryReady', { description: 'Users with an unused recovery code.' }),
    exempt: t.exposeInt('exempt', {
      description:
        'Users with `mfaBypass` or with an exemption that has not ended, in any tenant. An exemption that has expired counts until the server has ended it, which takes seconds.',
    }),
    locked: t.exposeInt('locked', { description: 'Users whose account is locked.' }),
  }),
});

const MfaStrategyCount = builder.objectRef<{ strategy: StrategyName; users: number }>('MfaStrategyCount').implement({
  description: 'How many users have an authenticator of one strategy.',
  fields: (t) => ({
    strategy: t.expose('strategy', { type: MfaStrategyName, description: 'The strategy.' }),
    users: t.exposeInt('users', { description: 'Users with at least one such authenticator. Who has several strategies counts in each.' }),
  }),
});

const strategiesOf = (counts: AdoptionCounts) => strategyNames.map((strategy) => ({ strategy, users: counts[strategyCounts[strategy]] }));
const byStrategy = `All ${strategyNames.length} strategies, with how many users have an authenticator of each.`;

interface Point {
  day: Date;
  at: Date;
  counts: AdoptionCounts;
}
const MfaAdoptionPoint = builder.objectRef<Point>('MfaAdoptionPoint').implement({
  description: 'The counts of a past moment.',
  fields: (t) => ({
    dayStartsAt: t.expose('day', { type: 'DateTime', description: 'The beginning of the day (UTC) that the point is for.' }),
    countedAt: t.expose('at', {
      type: 'DateTime',
      description: 'When the counts were kept: usually in the first hour of the day, or when a server ran for the first time on it.',
    }),
    count: t.expose('counts', { type: MfaAdoptionCount, description: 'The counts at that time.' }),
    byStrategy: t.field({ type: [MfaStrategyCount], description: byStrategy, resolve: ({ counts }) => strategiesOf(counts) }),
  }),
});

const cohort = 'It counts on the day on which it began, whenever it ended.';
const MfaFunnel = builder.objectRef<Funnel>('MfaFunnel').implement({
  description: `What became of the challenges and enrollments that began in the range. ${cohort} Those that are in none of the results are still open, or something else ended them, such as a lock or a new password.`,
  fields: (t) => ({
    challenged: t.exposeInt('challenged', { description: 'Challenges that were issued: logins and step-ups that wait for a second factor.' }),
    succeeded: t.exposeInt('succeeded', { description: 'Challenges that were completed. An enrollment during a login completes one as well.' }),
    failed: t.exposeInt('failed', {
      description:
        'Challenges that expired after wrong answers alone. They are known about a day after they have expired, when the cleanup removes them.',
    }),
    abandoned: t.exposeInt('abandoned', { description: 'Challenges that expired without any answer. They are known as late as `failed`.' }),
    enrollmentsBegun: t.exposeInt('enrollmentsBegun', {
      description:
        'Enrollments that were begun. Who begins one again before it has expired, for example because a message was lost, goes on with it.',
    }),
    enrollmentsConfirmed: t.exposeInt('enrollmentsConfirmed', { description: 'Enrollments that were confirmed, on the day of the confirmation.' }),
    enrollmentsAbandoned: t.exposeInt('enrollmentsAbandoned', {
      description: 'Enrollments that expired unconfirmed. They are known about a day later, or when the user begins the next one.',
    }),
  }),
});

const TenantAdoption = builder.objectRef<Adoption>('TenantAdoption').implement({
  description: 'A tenant and the counts of its members.',
  fields: (t) => ({
    tenant: t.field({
      type: Tenant,
      nullable: true,
      description: 'The tenant. Null if it was deleted meanwhile.',
      resolve: ({ tenantId }, _args, { loaders }) => loaders().tenants.load(tenantId),
    }),
    count: t.expose('counts', { type: MfaAdoptionCount, description: 'The counts of now.' }),
    byStrategy: t.field({ type: [MfaStrategyCount], description: byStrategy, resolve: ({ counts }) => strategiesOf(counts) }),
  }),
});

const TenantAdoptionConnection = builder.connectionObject(
  { type: TenantAdoption, name: 'TenantAdoptionConnection', description: 'One page of tenants with the counts of their members.' },
  { name: 'TenantAdoptionEdge', description: 'A tenant with its counts, and its position in the list.' },
);

/** Returns the form of the cursors in an order, which name the number by which a tenant is placed. */
function cursorsOf(order: Order): CursorForm<number> {
  const texts = cursorsIn(order, 'TEXT');
  return {
    write: ({ at, id }) => texts.write({ at: String(at), id }),
    read(text) {
      const { at, id } = texts.read(text) ?? {};
      return typeof at === 'string' && id !== undefined && /^-?\d{1,15}$/.test(at) ? { at: Number(at), id } : null;
    },
  };
}

interface Asked extends AdoptionNow {
  range: AdoptionRange;
}
const MfaAdoption = builder.objectRef<Asked>('MfaAdoption').implement({
  description:
    'How many users have which factors, in one tenant or in the whole environment. It is counted in the transaction of each change, so it is exact at any time and costs the same however many users there are.',
  fields: (t) => ({
    tenant: t.field({
      type: Tenant,
      nullable: true,
      description: 'The tenant whose counts these are. Null for those of the environment.',
      resolve: ({ owner }, _args, { loaders }) => (owner === null ? null : loaders().tenants.load(owner)),
    }),
    countedAt: t.expose('asOf', { type: 'DateTime', description: 'The time of `now`, by the clock of the server.' }),
    now: t.expose('counts', {
      type: MfaAdoptionCount,
      description:
        'The counts of now. A membership that has expired counts until the cleanup has ended it, which is at most an hour later while a server runs.',
    }),
    byStrategy: t.field({ type: [MfaStrategyCount], description: byStrategy, resolve: ({ counts }) => strategiesOf(counts) }),
    series: t.field({
      type: [MfaAdoptionPoint],
      description: `The counts of past days in the range, oldest first, one point at most for each interval. A day on which no server ran has no point, and neither has a day on which there was no user. Points are kept for ${adoptionDays} days.`,
      resolve: async ({ owner, range }, _args, context) => context.services.adoption.points(await callerOf(context), { owner, range }),
    }),
    funnel: t.field({
      type: MfaFunnel,
      description: `What became of the challenges and enrollments that began in the range. Days are kept for ${adoptionDays} days.`,
      resolve: async ({ owner, range }, _args, context) => context.services.adoption.funnel(await callerOf(context), { owner, range }),
    }),
    tenants: t.field({
      type: TenantAdoptionConnection,
      description:
        'The tenants that have users, ordered by who needs help. Whoever acts in one tenant finds that one alone. The counts are exact; the order is that of a few seconds ago.',
      args: {
        ...t.arg.connectionArgs(),
        sort: t.arg({
          type: AdoptionSort,
          required: false,
          description:
            'The order. If absent or null, it is `LEAST_FIRST`. A cursor is valid in the order in which it was read, and refused in another.',
        }),
      },
      resolve: async (_asked, args, context) => {
        const order = args.sort ?? 'LEAST_SHARE';
        const form = cursorsOf(order);
        const page = pageRequestIn(args, form);
        const caller = await callerOf(context);
        const tenants = await context.services.adoption.tenants(caller, { order, page });
        return {
          ...connectionBy(tenants, page, ({ place, tenantId }) => ({ at: place, id: tenantId }), form),
          count: () => context.services.adoption.countTenants(caller),
        };
      },
    }),
  }),
});

builder.queryField('mfaAdoption', (t) =>
  t.field({
    type: MfaAdoption,
    nullable: true,
    description:
      'How many users have which factors, now and in the past, and how many logins and enrollments were abandoned. Requires the environment token, which reads the whole environment or the tenant that its header names, or a user whose role may read the security policy, who reads the current tenant alone. Null if the tenant does not exist or the caller may not read it.',
    access: 'readPolicy',
    args: {
      tenantId: t.arg.id({
        required: false,
        description: 'The tenant, by global id or `restId`. If absent or null, it is the current tenant, or without one the whole environment.',
      }),
      from: t.arg({
        type: 'DateTime',
        required: false,
        description: `The range of \`series\` and \`funnel\` begins with the day (UTC) of this time. If absent or null, it has ${activeDays} days.`,
      }),
      until: t.arg({ type: 'DateTime', required: false, description: 'The range ends before this time. If absent or null, it ends with today.' }),
      every: t.arg({
        type: AdoptionInterval,
        required: false,
        description: `How far apart the points of \`series\` are. If absent or null, it is \`DAY\`. A range has at most ${maxAdoptionPoints} points.`,
      }),
    },
    resolve: async (_root, { tenantId, from, until, every }, context) => {
      const found = await context.services.adoption.counts(await callerOf(context), {
        named: tenantId == null ? null : restIdOf('Tenant', tenantId),
      });
      if (found === null) return null;
      const given = { from: from ?? null, until: until ?? null, every: every ?? 'DAY' };
      return { ...found, range: adoptionRange(given, found.asOf) ?? refuse(`A range has at most ${maxAdoptionPoints} points.`) };
    },
  }),
);
