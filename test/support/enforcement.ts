import { expect } from 'vitest';
import { asEnvironment, createUserInTenant } from './builders.ts';
import { giveAuthenticator } from './built-world.ts';
import { mutation, run } from './graphql-documents.ts';
import type { Harness } from './harness.ts';
import { asUser } from './rest.ts';
import { roleIds } from './role-ids.ts';

export const daySeconds = 86_400;

/** A moment so many seconds from now, as clients send it. */
export const inSeconds = (harness: Harness, seconds: number): string => new Date(harness.clock.now().getTime() + seconds * 1000).toISOString();
export const inDays = (harness: Harness, days: number): string => inSeconds(harness, days * daySeconds);

const scheduling = mutation(
  'scheduleMfaEnforcement',
  `schedule { id restId tenant { restId } enforceMfaType startsAt graceDays remindDaysBefore createdAt startedAt cancelledAt }
   impact { totalCount newlyMustEnrollCount newlyLockedOutCount }`,
);
const cancelling = mutation('cancelMfaEnforcement', 'schedule { restId startedAt cancelledAt }');
const granting = mutation(
  'grantMfaExemption',
  'exemption { id restId reason grantedAt lastsUntil user { restId } tenant { restId } grantedBy { restId } }',
);
const ending = mutation('endMfaExemption', 'exemption { restId user { restId } }');

type Headers = Record<string, string>;

export const schedule = async (harness: Harness, fields: object, headers?: Headers) =>
  run(harness, scheduling, { enforceMfaType: 'FORCE', ...fields }, headers ?? (await asEnvironment(harness)));
export const cancel = async (harness: Harness, scheduleId: string, headers?: Headers) =>
  run(harness, cancelling, { scheduleId }, headers ?? (await asEnvironment(harness)));
export const grant = async (harness: Harness, fields: object, headers?: Headers) =>
  run(harness, granting, { until: inDays(harness, 1), reason: 'The phone is lost.', ...fields }, headers ?? (await asEnvironment(harness)));
export const end = async (harness: Harness, exemptionId: string, headers?: Headers) =>
  run(harness, ending, { exemptionId }, headers ?? (await asEnvironment(harness)));

/** A tenant whose administrator has a factor, of whom nothing was asked yet, logged in. */
export async function guardedTenant(harness: Harness, name: string) {
  const administrator = await createUserInTenant(harness, name, { roleIds: [roleIds.admin] });
  const headers = await asUser(harness, administrator.email);
  await giveAuthenticator(harness, administrator.id, 'AUTHENTICATOR_APP');
  return { administrator, headers, tenantId: name };
}

/** Announces an enforcement and lets it begin. Answers the id of the schedule. */
export async function enforce(harness: Harness, tenantId: string | null, fields: object = {}): Promise<string> {
  const announced = await schedule(harness, { tenantId, startsAt: inSeconds(harness, 60), remindDaysBefore: [], ...fields });
  expect(announced).toMatchObject({ __typename: 'ScheduleMfaEnforcementSuccess' });
  harness.clock.advance({ seconds: 60 });
  await harness.app.enforcement.run();
  return (announced as { schedule: { restId: string } }).schedule.restId;
}
