import type { StrategyRegistry } from '../../domain/authenticator/strategy.ts';
import type { Clock, Delivery, Keyring, Log, Random } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { Audit } from '../audit/recorder.ts';
import type { DeviceRecognition } from '../device/recognition.ts';
import type { EnvironmentService } from '../environment/environment.ts';
import type { Attempts } from '../limits/attempts.ts';
import type { LockoutPolicies } from '../lockout/policies.ts';
import type { SecurityNotices } from '../messaging/security-notices.ts';
import type { createExemptions } from '../policy/exemptions.ts';
import type { Policies } from '../policy/policies.ts';
import type { StrategySettingsService } from '../policy/strategies.ts';
import type { AuthorityRules } from '../role/authority.ts';
import type { RecentFactor } from '../session/recent-factor.ts';
import { createAdoption } from './adoption.ts';
import { createConfiguration } from './configuration.ts';
import { createEnforcement } from './enforcement.ts';
import { createExplanation } from './explanation.ts';
import { createPlans } from './plans.ts';
import { createReminders } from './reminders.ts';
import { createSchedules } from './schedules.ts';
import { createSimulation } from './simulation.ts';

interface Needs {
  store: Store;
  clock: Clock;
  random: Random;
  keyring: Keyring;
  registry: StrategyRegistry;
  delivery: Delivery;
  log: Log;
  audit: Audit;
  authority: AuthorityRules;
  recentFactor: RecentFactor;
  notices: SecurityNotices;
  attempts: Attempts;
  deviceRecognition: DeviceRecognition;
  policies: Policies;
  strategySettings: StrategySettingsService;
  exemptions: ReturnType<typeof createExemptions>;
  lockoutPolicies: LockoutPolicies;
  environment: EnvironmentService;
}

/** Creates the services that foretell, explain and schedule, in the order in which they need each other, with the workers among them. */
export function createInsight(needs: Needs) {
  const { store, clock, random, keyring, registry, delivery, log, audit, authority, recentFactor, notices, attempts, deviceRecognition } = needs;
  const { policies, strategySettings, exemptions, lockoutPolicies, environment } = needs;
  const simulation = createSimulation({ store, clock, registry, attempts, audit });
  const adoption = createAdoption({ store, clock, log, audit });
  const schedules = createSchedules({ store, clock, random, authority, recentFactor, policies, simulation, audit });
  const reminders = createReminders({ store, clock, registry, delivery, notices, audit });
  const configuration = createConfiguration({ store, keyring });
  return {
    adoption,
    enforcement: createEnforcement({ schedules, exemptions, reminders, log }),
    useCases: {
      schedules: schedules.useCases,
      simulation: simulation.useCases,
      adoption: adoption.useCases,
      explanation: createExplanation({ store, clock, registry, strategySettings, attempts, deviceRecognition, audit }),
      plans: createPlans({
        ...{ store, clock, random, registry, simulation, policies, strategySettings, lockoutPolicies, environment, audit, configuration },
      }),
    },
  };
}
