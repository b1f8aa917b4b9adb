import { asEnvironment } from './builders.ts';
import type { Database } from './database.ts';
import { query } from './database.ts';
import type { Harness } from './harness.ts';

/** The counts of one owner, as GraphQL names them. */
export type Counted = Record<string, number>;

const weak = ['SMS', 'EMAIL_CODE'];
const day = (time: unknown): number | null => (time === null ? null : Math.floor(new Date(time as number | Date).getTime() / 86_400_000));
const strategies = ['AUTHENTICATOR_APP', 'WEBAUTHN_PLATFORM', 'WEBAUTHN_CROSS_PLATFORM', 'SMS', 'EMAIL_CODE'];

/** What a person counts as, from the rows of the database alone. */
function countsAs(
  user: Record<string, unknown>,
  factors: string[],
  { ready, exempted }: { ready: boolean; exempted: boolean },
  today: number,
): Counted {
  const lastDay = day(user.last_login_at);
  const active = lastDay !== null && lastDay > today - 30;
  const one = (holds: unknown): number => (holds ? 1 : 0);
  return {
    users: 1,
    activeLast30Days: one(active),
    enrolled: one(factors.length > 0),
    enrolledOfActive: one(active && factors.length > 0),
    phishingResistant: one(factors.some((factor) => factor.startsWith('WEBAUTHN'))),
    onlyWeak: one(factors.length > 0 && factors.every((factor) => weak.includes(factor))),
    recoveryReady: one(ready),
    exempt: one(user.mfa_bypass || exempted),
    locked: one(user.locked),
    ...Object.fromEntries(strategies.map((strategy) => [strategy, one(factors.includes(strategy))])),
  };
}

const plus = (one: Counted | undefined, other: Counted): Counted =>
  Object.fromEntries(Object.entries(other).map(([name, value]) => [name, (one?.[name] ?? 0) + value]));

/** A full count of the database, made without the code under test: of the environment under the name '', and of each tenant with users. */
export async function fullCount(harness: Database & Pick<Harness, 'clock'>): Promise<Map<string, Counted>> {
  const today = day(harness.clock.now()) ?? 0;
  const users = await query(harness, 'select * from users');
  const members = await query(harness, 'select * from memberships');
  const factors = await query(harness, 'select * from authenticators');
  const codes = new Set((await query(harness, 'select user_id from recovery_codes')).map((row) => row.user_id));
  const exempt = new Set((await query(harness, 'select user_id from mfa_exemptions where ended_at is null')).map((row) => row.user_id));
  const counts = new Map<string, Counted>();
  for (const user of users) {
    const own = factors.filter((row) => row.user_id === user.id).map((row) => String(row.strategy));
    const person = countsAs(user, own, { ready: codes.has(user.id), exempted: exempt.has(user.id) }, today);
    const tenants = members.filter((row) => row.user_id === user.id && !row.pending && !row.disabled).map((row) => String(row.tenant_id));
    for (const owner of ['', ...tenants]) counts.set(owner, plus(counts.get(owner), person));
  }
  return counts;
}

const numbers = 'users activeLast30Days enrolled enrolledOfActive phishingResistant onlyWeak recoveryReady exempt locked';
const selection = `now { ${numbers} } byStrategy { strategy users }`;

/** The counts that GraphQL answers: of the environment under the name '', or of the tenant. */
export async function adoptionOf(harness: Harness, tenantId: string | null, headers: Record<string, string>): Promise<Counted> {
  const answer = await harness.graphql(`query ($tenantId: ID) { mfaAdoption(tenantId: $tenantId) { ${selection} } }`, { tenantId }, headers);
  const { now, byStrategy } = (answer.data as { mfaAdoption: { now: Counted; byStrategy: { strategy: string; users: number }[] } }).mfaAdoption;
  return { ...now, ...Object.fromEntries(byStrategy.map(({ strategy, users }) => [strategy, users])) };
}

/** The answer of a query for `mfaAdoption`. */
// biome-ignore lint/suspicious/noExplicitAny: assertions say what is in it
export async function adoption(harness: Harness, selection: string, args: object = {}, headers?: Record<string, string>): Promise<any> {
  const query = `query ($tenantId: ID, $from: DateTime, $until: DateTime, $every: AdoptionInterval) {
    mfaAdoption(tenantId: $tenantId, from: $from, until: $until, every: $every) { ${selection} }
  }`;
  const { data, errors } = await harness.graphql(query, args, headers ?? (await asEnvironment(harness)));
  if (errors !== undefined) throw new Error(JSON.stringify(errors.map(({ extensions, message }) => [extensions.code, message])));
  return data?.mfaAdoption;
}

export const toNextDay = (harness: Harness): void => harness.clock.advance({ seconds: 86_400 });
