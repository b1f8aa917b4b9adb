import { expect } from 'vitest';
import type { Harness } from './harness.ts';

/** One thing that is wrong with a document. */
export interface Problem {
  line: number;
  column: number;
  path: string[];
  code: string;
  message: string;
}

/** A plan, as far as the tests look at it. */
export interface Plan {
  id: string;
  baseRevision: string;
  expiresAt: string;
  withinLimits: boolean;
  steps: { tenant: { restId: string } | null; path: string[]; from: string | null; to: string }[];
  impact: {
    totalCount: number;
    newlyLockedOutCount: number;
    newlyMustEnrollCount: number;
    administratorsLockedOutCount: number;
    people: { edges: { was: string; becomes: string; node: { email: string } }[] };
  };
}

const stepFields = 'steps { tenant { restId } path from to }';
const planning = `mutation ($input: PlanMfaConfigurationInput!) { planMfaConfiguration(input: $input) {
  __typename ... on UserError { code path } ... on DocumentInvalidError { problems { line column path code message } }
  ... on PlanMfaConfigurationSuccess { plan { id baseRevision expiresAt withinLimits ${stepFields} impact {
    totalCount newlyLockedOutCount newlyMustEnrollCount administratorsLockedOutCount people(first: 20) { edges { was becomes node { email } } } } } } } }`;
const applying = `mutation ($input: ApplyMfaConfigurationInput!) { applyMfaConfiguration(input: $input) {
  __typename ... on UserError { code path } ... on StrategyUnavailableError { reason } ... on ApplyMfaConfigurationSuccess { ${stepFields} } } }`;

type Headers = Record<string, string>;
type Answered = { __typename: string; code?: string; problems?: Problem[]; plan?: Plan; steps?: Plan['steps'] };

async function ask(harness: Harness, field: string, document: string, input: object, headers: Headers): Promise<Answered> {
  const answer = await harness.graphql(document, { input }, headers);
  const [error] = answer.errors ?? [];
  return error === undefined ? (answer.data?.[field] as Answered) : { __typename: 'top level', code: error.extensions.code };
}

/** Answers whatever the planning of a document answers. */
export const tryToPlan = (harness: Harness, headers: Headers, document: string, limits: object = {}): Promise<Answered> =>
  ask(harness, 'planMfaConfiguration', planning, { document, ...limits }, headers);

/** A plan of the document. */
export async function plan(harness: Harness, headers: Headers, document: string, limits: object = {}): Promise<Plan> {
  const answered = await tryToPlan(harness, headers, document, limits);
  expect(answered.plan, JSON.stringify(answered)).toBeDefined();
  return answered.plan as Plan;
}

/** What is wrong with the document. */
export async function problemsIn(harness: Harness, headers: Headers, document: string): Promise<Problem[]> {
  const answered = await tryToPlan(harness, headers, document);
  expect(answered.code, JSON.stringify(answered)).toBe('DOCUMENT_INVALID');
  return answered.problems ?? [];
}

/** `APPLIED`, or the code of the refusal. */
export async function apply(harness: Harness, headers: Headers, planId: string): Promise<string> {
  const { __typename, code } = await ask(harness, 'applyMfaConfiguration', applying, { planId }, headers);
  return __typename === 'ApplyMfaConfigurationSuccess' ? 'APPLIED' : (code ?? __typename);
}

/** The settings as a document. */
export async function exported(harness: Harness, headers: Headers, tenantId: string | null = null): Promise<string> {
  const answer = await harness.graphql('query ($tenantId: ID) { mfaConfigurationDocument(tenantId: $tenantId) }', { tenantId }, headers);
  expect(answer.errors, JSON.stringify(answer.errors)).toBeUndefined();
  return answer.data?.mfaConfigurationDocument as string;
}
