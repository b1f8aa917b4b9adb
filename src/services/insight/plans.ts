import type { Caller } from '../../domain/access/actor.ts';
import type { StrategyRegistry } from '../../domain/authenticator/strategy.ts';
import type { ErrorCode } from '../../domain/error-catalogue.ts';
import { fail } from '../../domain/errors.ts';
import type { SettingStep, SettingsDocument } from '../../domain/insight/document.ts';
import { canonical, changesOf, inOrder, stepsBetween } from '../../domain/insight/document.ts';
import type { DocumentProblem } from '../../domain/insight/document-problem.ts';
import { InvalidDocument } from '../../domain/insight/document-problem.ts';
import type { ReadDocument } from '../../domain/insight/document-reading.ts';
import { mostProblems, pathTo, readDocument } from '../../domain/insight/document-reading.ts';
import { planLifetimeSeconds } from '../../domain/insight/plan.ts';
import type { MfaPolicyChange, MfaPolicyChanges } from '../../domain/insight/simulation.ts';
import { changedRecords, settingsInForce } from '../../domain/insight/simulation.ts';
import type { SettingsOwner } from '../../domain/policy/policy.ts';
import type { Clock, Random } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { StrategyName } from '../../domain/strategy-name.ts';
import { tenantNamed } from '../access/named-tenant.ts';
import { readSecurityPolicy, requireEnvironment, requirePermission } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import { useCases } from '../audit/use-case.ts';
import type { EnvironmentService } from '../environment/environment.ts';
import type { LockoutPolicies } from '../lockout/policies.ts';
import type { Policies } from '../policy/policies.ts';
import type { StrategySettingsService } from '../policy/strategies.ts';
import type { Configuration, CurrentSettings } from './configuration.ts';
import type { ImpactCounts, SimulatedImpact, Simulation } from './simulation.ts';
import { readYaml, writeYaml } from './yaml.ts';

/** Most tenants that one document holds. To write it takes a tenth of a second, in which nobody else is served. */
const mostTenants = 1_000;
/** What stands at the head of a document. It names no time, so that the same settings always become the same text. */
const head = `# MFA settings of Sallyport, as \`mfaConfigurationDocument\` writes them. They hold no secret.
# \`planMfaConfiguration\` tells what a changed document would do. What a document leaves out is left alone.`;

interface Needs {
  store: Pick<Store, 'lockoutPolicies' | 'mfaPlans' | 'policies' | 'strategySettings' | 'tenants' | 'transact'>;
  clock: Clock;
  random: Random;
  registry: StrategyRegistry;
  configuration: Configuration;
  simulation: Pick<Simulation, 'countOf' | 'impactOf'>;
  policies: Pick<Policies, 'put'>;
  strategySettings: Pick<StrategySettingsService, 'put'>;
  lockoutPolicies: Pick<LockoutPolicies, 'put'>;
  environment: Pick<EnvironmentService, 'putMfaConfiguration'>;
  audit: Audit;
}

/** A document to plan. */
export interface GivenDocument {
  text: string;
  maxLockedOut: number;
  /** Null is any number. */
  maxMustEnroll: number | null;
}

/** A plan that was made. */
export interface Planned {
  id: string;
  baseRevision: string;
  expiresAt: Date;
  steps: SettingStep[];
  impact: SimulatedImpact;
  counts: ImpactCounts;
  withinLimits: boolean;
}

/** Errors of each use case. */
export const planErrors = {
  document: ['TENANT_NOT_FOUND', 'DOCUMENT_TOO_LARGE'],
  plan: ['DOCUMENT_INVALID'],
  apply: [
    ...(['PLAN_NOT_FOUND', 'PLAN_EXPIRED', 'PLAN_APPLIED', 'PLAN_STALE', 'IMPACT_EXCEEDS_LIMIT'] as const),
    ...(['STRATEGY_NOT_IN_ENVIRONMENT', 'STRATEGY_UNAVAILABLE'] as const),
  ],
} as const;

/**
 * Creates the service that writes settings as a document, tells what a changed document would do, and makes the change. What was planned is
 * applied as a whole or not at all, and only to the settings that it was planned for.
 */
export function createPlans(needs: Needs) {
  const { store, clock, random, registry, configuration, simulation, policies, strategySettings, lockoutPolicies, environment, audit } = needs;

  /** Returns every owner that has settings. Errors: `DOCUMENT_TOO_LARGE`. */
  const allOwners = async (): Promise<SettingsOwner[]> => {
    const found = new Set<string>();
    for (const repository of [store.policies, store.strategySettings, store.lockoutPolicies]) {
      for (const tenantId of await repository.tenantIds(mostTenants + 1)) found.add(tenantId);
    }
    return found.size > mostTenants ? fail('DOCUMENT_TOO_LARGE') : inOrder([null, ...found]);
  };

  /** Reads a text. The problems are those of the text alone. */
  const read = (text: string): ReadDocument => {
    const parsed = readYaml(text);
    if ('problems' in parsed) throw invalid(parsed.problems);
    return readDocument(parsed.root);
  };

  /**
   * Returns the settings that a plan for this document starts from: those that it names, and those of the environment, which every tenant
   * depends on.
   */
  const settingsFor = (tenantId: SettingsOwner, document: SettingsDocument): Promise<CurrentSettings> =>
    configuration(inOrder([null, tenantId, ...document.keys()]));

  /** Returns the tenants of the document that do not exist. */
  const missingIn = async (document: SettingsDocument): Promise<Set<SettingsOwner>> => {
    const named = [...document.keys()].filter((owner) => owner !== null);
    const found = new Set((await store.tenants.findMany(named)).map(({ id }) => id));
    return new Set(named.filter((owner) => !found.has(owner)));
  };

  /** Returns what the steps change for logins. */
  const loginChanges = (document: SettingsDocument, steps: readonly SettingStep[]): MfaPolicyChanges =>
    new Map(
      inOrder(steps.map(({ owner }) => owner)).flatMap((owner): [SettingsOwner, MfaPolicyChange][] => {
        const { mfaPolicy = {}, mfaStrategies = {} } = changesOf(owner, document, steps);
        const strategies = switchesIn(mfaStrategies);
        return Object.keys(mfaPolicy).length + strategies.length === 0 ? [] : [[owner, { fields: mfaPolicy, strategies }]];
      }),
    );

  /** Returns the errors that making the change would have, each at its place. */
  const problemsOf = async (tenantId: SettingsOwner, given: ReadDocument, steps: readonly SettingStep[], inEnvironment: readonly StrategyName[]) => {
    const { document, placeOf } = given;
    const found: DocumentProblem[] = [];
    const refuse = (path: readonly string[], code: ErrorCode, message: string): void => void found.push({ ...placeOf(path), path, code, message });
    const isForeign = (owner: SettingsOwner): boolean => tenantId !== null && owner !== tenantId;
    const missing = await missingIn(document);
    for (const owner of document.keys()) {
      // Whoever acts in one tenant does not learn which others there are.
      if (isForeign(owner)) refuse(pathTo(owner), 'FORBIDDEN', 'is not for a token that names another tenant');
      else if (missing.has(owner)) refuse(pathTo(owner), 'TENANT_NOT_FOUND', 'is no tenant; ids are compared letter by letter here');
    }
    for (const { owner, path, to } of steps) {
      const [section, strategy] = path as [string, StrategyName];
      if (section !== 'mfaStrategies' || to !== true || isForeign(owner)) continue;
      const { availability } = registry[strategy];
      const place = [...pathTo(owner), ...path];
      if (!availability.available) refuse(place, 'STRATEGY_UNAVAILABLE', `cannot be switched on: ${availability.reason}`);
      else if (owner !== null && !inEnvironment.includes(strategy)) {
        refuse(place, 'STRATEGY_NOT_IN_ENVIRONMENT', 'cannot be switched on in a tenant while it is off in the environment');
      }
    }
    return found;
  };

  /** Makes the changes of one owner. */
  const make = async (caller: Caller, owner: SettingsOwner, document: SettingsDocument, steps: readonly SettingStep[]): Promise<void> => {
    const { mfaPolicy, mfaStrategies, lockoutPolicy, mfaConfiguration } = changesOf(owner, document, steps);
    if (mfaPolicy !== undefined) await policies.put(caller, owner, mfaPolicy);
    for (const state of switchesIn(mfaStrategies ?? {})) await strategySettings.put(caller, owner, state);
    if (lockoutPolicy !== undefined) await lockoutPolicies.put(caller, owner, lockoutPolicy);
    if (mfaConfiguration !== undefined) await environment.putMfaConfiguration(caller, mfaConfiguration);
  };

  return useCases(audit, 'REQUEST_REFUSED', planErrors, {
    /**
     * Returns the settings as a document: all of them to an environment token, those of one tenant to one that names it, and those of the
     * current tenant to a user whose role may read the security policy.
     */
    async document({ actor }: Caller, { tenantId: named }: { tenantId: string | null }): Promise<string> {
      const { tenantId } = requirePermission(actor, readSecurityPolicy);
      const owner = named === null ? tenantId : await tenantNamed(store, tenantId, named);
      const { document } = await configuration(owner === null ? await allOwners() : [owner]);
      return writeYaml(head, canonical(document));
    },

    /** Tells what a document would change and what that would do to people, and keeps it as a plan for a while. Nothing else is changed. */
    async plan({ actor }: Caller, { text, maxLockedOut, maxMustEnroll }: GivenDocument): Promise<Planned> {
      const operator = requireEnvironment(actor);
      const { tenantId } = operator;
      const given = read(text);
      const { document } = given;
      const { records, document: settings, revision } = await settingsFor(tenantId, document);
      const steps = stepsBetween(settings, document);
      const changes = loginChanges(document, steps);
      const now = clock.now();
      const inEnvironment = settingsInForce(changedRecords(records, changes, now)).strategiesIn(null);
      const problems = [...given.problems, ...(await problemsOf(tenantId, given, steps, inEnvironment))];
      if (problems.length > 0) throw invalid(problems);
      const [only = null, ...others] = changes.keys();
      const impact = simulation.impactOf(tenantId ?? (others.length === 0 ? only : null), changes, records);
      const counts = await simulation.countOf(operator, impact);
      const withinLimits = counts.newlyLockedOut <= maxLockedOut && (maxMustEnroll === null || counts.newlyMustEnroll <= maxMustEnroll);
      const expiresAt = new Date(now.getTime() + planLifetimeSeconds * 1000);
      const plan = { id: random.uuid(), tenantId, baseRevision: revision, withinLimits, createdAt: now, expiresAt };
      await store.mfaPlans.add({ ...plan, document: writeYaml(head, canonical(document)), appliedAt: null });
      return { ...plan, steps, impact, counts };
    },

    /** Makes the changes of a plan, all of them or none. Returns what was changed. */
    async apply(caller: Caller, { planId }: { planId: string }): Promise<SettingStep[]> {
      const { tenantId } = requireEnvironment(caller.actor);
      const plan = (await store.mfaPlans.find(planId)) ?? fail('PLAN_NOT_FOUND');
      if (tenantId !== null && plan.tenantId !== tenantId) fail('PLAN_NOT_FOUND');
      // What a plan holds never changes, so it is read before everybody else has to wait.
      const { document, problems } = read(plan.document);
      if (problems.length > 0) fail('INTERNAL', 'a plan holds a document that cannot be read');
      return store.transact('SETTINGS', async () => {
        if (!(await store.mfaPlans.apply(plan.id, clock.now()))) {
          const found = await store.mfaPlans.find(plan.id);
          fail(found === null ? 'PLAN_NOT_FOUND' : found.appliedAt === null ? 'PLAN_EXPIRED' : 'PLAN_APPLIED');
        }
        const { document: settings, revision } = await settingsFor(plan.tenantId, document);
        // A tenant without settings leaves no trace in them when it is deleted.
        if (revision !== plan.baseRevision || (await missingIn(document)).size > 0) fail('PLAN_STALE');
        if (!plan.withinLimits) fail('IMPACT_EXCEEDS_LIMIT');
        const steps = stepsBetween(settings, document);
        for (const owner of inOrder(steps.map((step) => step.owner))) await make(caller, owner, document, steps);
        return steps;
      });
    },
  });
}

const switchesIn = (switches: Partial<Record<StrategyName, boolean>>) =>
  // `Object.entries` loses that the names are those of strategies.
  Object.entries(switches).map(([strategy, active]) => ({ strategy: strategy as StrategyName, active }));

/** Returns the error of a document, with its problems in the order of the text. */
const invalid = (problems: readonly DocumentProblem[]): InvalidDocument =>
  new InvalidDocument([...problems].sort((one, other) => one.line - other.line || one.column - other.column).slice(0, mostProblems));
