import type { Caller, TokenHolder } from '../../domain/access/actor.ts';
import { coveringKeys } from '../../domain/access/permission.ts';
import type { StrategyRegistry } from '../../domain/authenticator/strategy.ts';
import { traitsOf } from '../../domain/authenticator/strategy.ts';
import { newestPossible } from '../../domain/bounds.ts';
import { fail, StrategyUnavailable } from '../../domain/errors.ts';
import type { Person, Population } from '../../domain/insight/population.ts';
import type { MfaPolicyChange, MfaPolicyChanges, SettingsRecords, SimulatedLogin, SimulatedLogins } from '../../domain/insight/simulation.ts';
import { changedRecords, settingsInForce, simulateLogin } from '../../domain/insight/simulation.ts';
import type { MfaDecision, MfaOutcome, MfaRule } from '../../domain/login/decision.ts';
import { admitsUnverified, mfaOutcomes } from '../../domain/login/decision.ts';
import type { Page } from '../../domain/page.ts';
import type { SettingsOwner } from '../../domain/policy/policy.ts';
import type { EffectiveMfaPolicy } from '../../domain/policy/resolve.ts';
import type { Clock } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import { tenantNamed } from '../access/named-tenant.ts';
import { readSecurityPolicy, requirePermission, writeSecurityPolicy } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import { reads, useCases } from '../audit/use-case.ts';
import type { Attempts } from '../limits/attempts.ts';

/** People whom one round of statements reads. Other requests are served between two rounds. */
const peopleAtOnce = 500;
/** Tenants whose settings are kept from round to round. */
const keptTenants = 10_000;

/** A change to simulate. */
export interface SimulatedChange {
  /** The tenant whose settings would change. Null is the tenant in force, or without one the environment. */
  tenantId: string | null;
  change: MfaPolicyChange;
}

/** How many people a login leads to one outcome. */
export interface OutcomeCount {
  outcome: MfaOutcome;
  before: number;
  after: number;
  /** Those of `after` whom the change leads there. */
  changed: number;
}

/** What the change would do to everybody whom it concerns, each counted once. */
export interface ImpactCounts {
  total: number;
  /** In the order of `mfaOutcomes`. Outcomes that nobody has are among them. */
  outcomes: OutcomeCount[];
  /** People who may write the security policy, and could not log in any more. */
  administratorsLockedOut: number;
  /** Devices that skip the second factor now and would not any more. */
  rememberedDevicesVoided: number;
  neverLoggedIn: number;
  /** People who could not log in any more, and could before. */
  newlyLockedOut: number;
  /** People who would have to enroll at the next login, and do not have to now. */
  newlyMustEnroll: number;
}

/** What changes would do. */
export interface SimulatedImpact {
  /** The tenant whose members are looked at. Null is everybody. */
  owner: SettingsOwner;
  changes: MfaPolicyChanges;
  asOf: Date;
  before: EffectiveMfaPolicy;
  after: EffectiveMfaPolicy;
}

/** What the change would do to one person. */
export interface PersonImpact {
  userId: string;
  was: MfaOutcome;
  becomes: MfaOutcome;
  /** The rule that decides after the change. */
  because: MfaRule;
}

/** Which people of an impact to list. */
export interface ImpactList {
  impact: SimulatedImpact;
  /** Null is every outcome. */
  outcome: MfaOutcome | null;
  changedOnly: boolean;
  /** Empty is the beginning. */
  afterId: string;
  limit: number;
}

/** A person, with what a login leads to before and after the change. */
interface Simulated {
  person: Person;
  was: SimulatedLogin;
  becomes: SimulatedLogin;
}

interface Needs {
  store: Pick<Store, 'environment' | 'policies' | 'populations' | 'strategySettings' | 'tenants'>;
  clock: Clock;
  registry: StrategyRegistry;
  attempts: Pick<Attempts, 'shutForGood'>;
  audit: Audit;
}

/** Errors of each use case. */
export const simulationErrors = {
  simulate: ['TENANT_NOT_FOUND', 'NOTHING_TO_UPDATE', 'STRATEGY_UNAVAILABLE', 'STRATEGY_NOT_IN_ENVIRONMENT'],
} as const;

/** Whether the change leads a person to the outcome. */
const becomesNow = (was: MfaDecision, becomes: MfaDecision, outcome: MfaOutcome): boolean => was.outcome !== outcome && becomes.outcome === outcome;

/** The service that `createSimulation` creates. */
export type Simulation = ReturnType<typeof createSimulation>;

/**
 * Creates the service that tells what a change of the policy would do to everybody, before it is made. Everybody's login is decided by the
 * function that logins ask, once with the settings of now and once with those after the change. People are read some at a time, so that the
 * memory does not grow with their number. Who joins or leaves meanwhile may be counted or not.
 */
export function createSimulation({ store, clock, registry, attempts, audit }: Needs) {
  const traits = traitsOf(registry);
  let turn: Promise<unknown> = Promise.resolve();

  /** Reads in turn with all other simulations of this process, so that however many there are, logins find the database as busy as with one. */
  const inTurn = <T>(read: () => Promise<T>): Promise<T> => {
    const mine = turn.then(read);
    turn = mine.catch(() => undefined);
    return mine;
  };

  const recordsOf = async (owners: readonly SettingsOwner[]): Promise<SettingsRecords> => ({
    policies: await store.policies.findMany(owners),
    strategies: await store.strategySettings.findMany(owners),
  });

  /** Refuses a change that could not be made, with the errors of making it. */
  const refuseImpossible = (owner: SettingsOwner, { fields, strategies }: MfaPolicyChange, records: SettingsRecords): void => {
    if (Object.keys(fields).length === 0 && strategies.length === 0) fail('NOTHING_TO_UPDATE');
    const inEnvironment = settingsInForce(records).strategiesIn(null);
    for (const { strategy, active } of strategies) {
      const { availability } = registry[strategy];
      if (active && !availability.available) throw new StrategyUnavailable(availability.reason);
      if (active && owner !== null && !inEnvironment.includes(strategy)) fail('STRATEGY_NOT_IN_ENVIRONMENT');
    }
  };

  /** Decides the logins of everybody after the id, some people at a time. */
  async function* everybody(reader: TokenHolder, { owner, changes, asOf }: SimulatedImpact, start: string) {
    const population: Population = { tenantId: owner, visibleOnly: reader.kind !== 'ENVIRONMENT' };
    const logins: SimulatedLogins = {
      ...{ at: asOf, tenantId: owner, traits, shutOf: await attempts.shutForGood() },
      unverifiedMayLogIn: admitsUnverified('PASSWORD', await store.environment.find()),
    };
    let known = new Set<SettingsOwner>();
    let records: SettingsRecords = { policies: [], strategies: [] };
    let [now, then] = [settingsInForce(records), settingsInForce(records)];
    for (let afterId = start; ; ) {
      const people = await inTurn(() => store.populations.read(population, { afterId, limit: peopleAtOnce }, asOf));
      const last = people.at(-1);
      if (last === undefined) return;
      if (known.size > keptTenants) [known, records] = [new Set(), { policies: [], strategies: [] }];
      const owners = new Set<SettingsOwner>([null, owner, ...people.flatMap(({ open }) => open.map(({ tenantId }) => tenantId))]);
      const unknown = [...owners].filter((one) => !known.has(one));
      if (unknown.length > 0) {
        const read = await recordsOf(unknown);
        records = { policies: [...records.policies, ...read.policies], strategies: [...records.strategies, ...read.strategies] };
        for (const one of unknown) known.add(one);
        [now, then] = [settingsInForce(records), settingsInForce(changedRecords(records, changes, asOf))];
      }
      yield people.map((person): Simulated => ({ person, was: simulateLogin(person, logins, now), becomes: simulateLogin(person, logins, then) }));
      afterId = last.id;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Returns how many devices of these people the change voids. */
  const voided = async (people: readonly Simulated[], asOf: Date): Promise<number> => {
    const concerned = new Map(
      people.filter(({ was, becomes }) => becomes.rememberSeconds < was.rememberSeconds).map((simulated) => [simulated.person.id, simulated]),
    );
    if (concerned.size === 0) return 0;
    const honored = (createdAt: Date, seconds: number): boolean => createdAt.getTime() > asOf.getTime() - seconds * 1000;
    return (await store.populations.devices([...concerned.keys()])).filter(({ userId, createdAt }) => {
      const simulated = concerned.get(userId);
      if (simulated === undefined || createdAt > newestPossible(asOf)) return false;
      return honored(createdAt, simulated.was.rememberSeconds) && !honored(createdAt, simulated.becomes.rememberSeconds);
    }).length;
  };

  /** Returns how many of these people are administrators whom the change locks out. */
  const administratorsAmong = async (owner: SettingsOwner, people: readonly Simulated[]): Promise<number> => {
    const lockedOut = people.filter(({ was, becomes }) => becomesNow(was, becomes, 'LOCKED_OUT'));
    if (lockedOut.length === 0) return 0;
    return store.populations.countHolders(
      lockedOut.map(({ person }) => person.id),
      coveringKeys(writeSecurityPolicy),
      owner,
    );
  };

  /** Tells what the changes would do, of which the records are those of the owner and of the environment. */
  const impactOf = (owner: SettingsOwner, changes: MfaPolicyChanges, records: SettingsRecords): SimulatedImpact => {
    const owners = owner === null ? [] : [owner];
    const asOf = clock.now();
    const [before, after] = [settingsInForce(records), settingsInForce(changedRecords(records, changes, asOf))];
    return { owner, changes, asOf, before: before.policyOf(owners), after: after.policyOf(owners) };
  };

  /** Counts what the changes do to everybody whom the reader may see. */
  const countOf = async (reader: TokenHolder, impact: SimulatedImpact): Promise<ImpactCounts> => {
    const before = new Map<MfaOutcome, number>();
    const after = new Map<MfaOutcome, number>();
    const changed = new Map<MfaOutcome, number>();
    const add = (counts: Map<MfaOutcome, number>, outcome: MfaOutcome) => counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
    const counts = { total: 0, administratorsLockedOut: 0, rememberedDevicesVoided: 0, neverLoggedIn: 0, newlyLockedOut: 0, newlyMustEnroll: 0 };
    for await (const simulated of everybody(reader, impact, '')) {
      for (const { person, was, becomes } of simulated) {
        counts.total += 1;
        if (!person.hasLoggedIn) counts.neverLoggedIn += 1;
        if (becomesNow(was, becomes, 'LOCKED_OUT')) counts.newlyLockedOut += 1;
        if (becomesNow(was, becomes, 'MUST_ENROLL')) counts.newlyMustEnroll += 1;
        add(before, was.outcome);
        add(after, becomes.outcome);
        if (was.outcome !== becomes.outcome) add(changed, becomes.outcome);
      }
      counts.rememberedDevicesVoided += await voided(simulated, impact.asOf);
      counts.administratorsLockedOut += await administratorsAmong(impact.owner, simulated);
    }
    const of = (counts: Map<MfaOutcome, number>, outcome: MfaOutcome): number => counts.get(outcome) ?? 0;
    const outcomes = mfaOutcomes.map((outcome) => ({
      outcome,
      before: of(before, outcome),
      after: of(after, outcome),
      changed: of(changed, outcome),
    }));
    return { ...counts, outcomes };
  };

  return {
    impactOf,
    countOf,

    useCases: {
      ...useCases(audit, 'REQUEST_REFUSED', simulationErrors, {
        /**
         * Returns the policy before and after a change that nobody has made, and from which the other use cases tell what it does to people. The
         * environment token may ask about the environment and every tenant, and a user whose role may read the security policy about the tenant
         * in force. A change that could not be made is refused as it would be.
         */
        async simulate({ actor }: Caller, { tenantId: named, change }: SimulatedChange): Promise<SimulatedImpact> {
          const { tenantId } = requirePermission(actor, readSecurityPolicy);
          const owner = named === null ? tenantId : await tenantNamed(store, tenantId, named);
          const records = await recordsOf(owner === null ? [null] : [null, owner]);
          refuseImpossible(owner, change, records);
          return impactOf(owner, new Map([[owner, change]]), records);
        },
      }),

      ...reads(audit, {
        /** Counts what the change does to everybody. */
        async count({ actor }: Caller, { impact }: { impact: SimulatedImpact }): Promise<ImpactCounts> {
          return countOf(requirePermission(actor, readSecurityPolicy), impact);
        },
        /**
         * Returns a page of the people, in the order of their ids. It reads on until the page is full, so that few people among many take as long
         * as everybody.
         */
        async list({ actor }: Caller, { impact, outcome, changedOnly, afterId, limit }: ImpactList): Promise<Page<PersonImpact>> {
          const reader = requirePermission(actor, readSecurityPolicy);
          const items: PersonImpact[] = [];
          for await (const simulated of everybody(reader, impact, afterId)) {
            for (const { person, was, becomes } of simulated) {
              if (outcome !== null && becomes.outcome !== outcome) continue;
              if (changedOnly && was.outcome === becomes.outcome) continue;
              if (items.length === limit) return { items, hasMore: true };
              items.push({ userId: person.id, was: was.outcome, becomes: becomes.outcome, because: becomes.decisive });
            }
          }
          return { items, hasMore: false };
        },
      }),
    },
  };
}
