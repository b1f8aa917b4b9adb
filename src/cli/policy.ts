import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';
import { enforcements } from '../domain/policy/policy.ts';
import { strategyNames } from '../domain/strategy-name.ts';
import { successOf } from './client.ts';
import type { Surroundings, Tools } from './command.ts';
import { serverCommand, wholeNumber } from './command.ts';
import type { PeoplePage, PersonImpact, PolicyChange } from './documents/policy.ts';
import { countImpact, peopleOfImpact } from './documents/policy.ts';
import { UsageError } from './failure.ts';
import { printImpact, printPeople } from './impact-page.ts';
import { addPolicyApply } from './policy-apply.ts';
import { addPolicyExport } from './policy-export.ts';
import { addPolicyPlan } from './policy-plan.ts';

const simulating = 'Simulating logins …';

interface ImpactOptions {
  enforce?: string;
  rememberDevices?: boolean;
  rememberSeconds?: number;
  strategy?: PolicyChange['strategies'];
  people?: boolean;
}

const readSwitch = (text: string): boolean => {
  if (text !== 'on' && text !== 'off') throw new InvalidArgumentError('It is on or off.');
  return text === 'on';
};

/** Reads `EMAIL_CODE=on`. */
function readStrategy(text: string, earlier: PolicyChange['strategies'] = []): PolicyChange['strategies'] {
  const [, strategy, state] = /^(\w+)=(on|off)$/.exec(text) ?? [];
  if (!strategyNames.some((name) => name === strategy)) {
    throw new InvalidArgumentError(`It is a strategy and on or off, like EMAIL_CODE=on; the strategies are ${strategyNames.join(', ')}.`);
  }
  return [...earlier, { strategy: strategy ?? '', active: state === 'on' }];
}

const changeOf = ({ enforce, rememberDevices, rememberSeconds, strategy }: ImpactOptions): PolicyChange => ({
  ...(enforce === undefined ? {} : { enforceMfaType: enforce }),
  ...(rememberDevices === undefined ? {} : { allowRememberMyDevice: rememberDevices }),
  ...(rememberSeconds === undefined ? {} : { mfaDeviceExpirationSeconds: rememberSeconds }),
  ...(strategy === undefined ? {} : { strategies: strategy }),
});

/** Reads the people whom the change concerns, page by page. */
async function* peopleOf({ client, output }: Tools, change: PolicyChange): AsyncGenerator<readonly PersonImpact[]> {
  for (let after: string | null = null; ; ) {
    const page: PeoplePage = await output.during(simulating, client.ask(peopleOfImpact, { input: { change }, after }, { unlimited: true }));
    const { edges, pageInfo } = successOf(page.simulateMfaPolicy).impact.people;
    yield edges;
    if (!pageInfo.hasNextPage) return;
    after = pageInfo.endCursor;
  }
}

async function impact(tools: Tools, change: PolicyChange, withPeople: boolean): Promise<void> {
  const { client, output, tenantId } = tools;
  const asked = client.ask(countImpact, { input: { change } }, { unlimited: true });
  const { simulateMfaPolicy } = await output.during(simulating, asked);
  const found = successOf(simulateMfaPolicy).impact;
  if (output.json) {
    const people: PersonImpact[] = [];
    if (withPeople) for await (const page of peopleOf(tools, change)) people.push(...page);
    const listed = people.map(({ node, ...rest }) => ({ ...node, ...rest }));
    return output.document({ tenantId, ...found, ...(withPeople ? { people: listed } : {}) });
  }
  printImpact(output, found, tenantId);
  if (withPeople) await printPeople(output, peopleOf(tools, change));
}

/** Adds the commands about policies. */
export function addPolicyCommands(program: Command, surroundings: Surroundings): void {
  const policy = program.command('policy').description('the policies that say who needs a second factor');

  serverCommand<ImpactOptions>(
    policy,
    surroundings,
    { name: 'impact', description: 'tell what a change of the policy would do to everybody, without making it', inTenant: true },
    async (tools, _args, options) => {
      const change = changeOf(options);
      if (Object.keys(change).length === 0) {
        throw new UsageError('There is no change to look at: give --enforce, --remember-devices, --remember-seconds or --strategy.');
      }
      await impact(tools, change, options.people ?? false);
    },
  )
    .addOption(new Option('--enforce <kind>', 'whether a second factor is enforced').choices(enforcements))
    .addOption(new Option('--remember-devices <on|off>', 'whether browsers may be remembered').argParser(readSwitch))
    .option('--remember-seconds <number>', 'how long a remembered device skips the second factor', wholeNumber('--remember-seconds', 0))
    .addOption(new Option('--strategy <NAME=on|off>', 'switch a strategy, such as EMAIL_CODE=on; can be given several times').argParser(readStrategy))
    .option('--people', 'list the people whose login changes, and why');

  addPolicyExport(policy, surroundings);
  addPolicyPlan(policy, surroundings);
  addPolicyApply(policy, surroundings);
}
