import type { Claim, Run } from './claim.ts';
import type { Belongings } from './support/belongings.ts';
import { allowBelongings, giveBelongings } from './support/belongings.ts';
import type { Deployment } from './support/deployment.ts';
import { clientId, clientSecret, eventually, openDeployment, pause } from './support/deployment.ts';
import type { Values } from './support/fill.ts';
import { globalId, graphqlCall, restCall } from './support/fill.ts';
import type { Answer, Call } from './support/http.ts';
import { isFault, jsonOf } from './support/http.ts';
import { publicMutations, restOperations, rootFields } from './support/operations.ts';
import type { Enrolled } from './support/story.ts';
import { answerByApp, asEnvironment, createPerson, createTenant, enroll, identity, logIn, mfaTokenOf, must, totp } from './support/story.ts';

const admin = '0b8a4a52-6a0c-4c55-9a3e-3f0d8f6f7a01';
const [own, other, unknown] = ['tenant-of-the-caller', 'tenant-of-the-victim', 'tenant-of-nobody'];

/** The victim's words, which no answer to somebody of another tenant may contain. */
const canaries = ['Victim Canary', 'victim@acme.example', 'canary-external-id', '+447400777777'];

/** A tenant header, and the statuses and codes of a refusal. Null where the call is allowed as the caller's own. */
interface Case {
  who: 'user' | 'environment';
  header: string | string[] | null;
  refusal: { statuses: number[]; codes: string[] } | null;
}
const cases: Readonly<Record<string, Case>> = {
  'user, no tenant': { who: 'user', header: null, refusal: null },
  'user, the other tenant': {
    who: 'user',
    header: other,
    refusal: { statuses: [401, 403, 404], codes: ['FORBIDDEN', 'TENANT_NOT_FOUND', 'UNAUTHENTICATED'] },
  },
  'user, an unknown tenant': {
    who: 'user',
    header: unknown,
    refusal: { statuses: [401, 403, 404], codes: ['FORBIDDEN', 'TENANT_NOT_FOUND', 'UNAUTHENTICATED'] },
  },
  'user, two headers': { who: 'user', header: [own, other], refusal: { statuses: [400, 401, 403], codes: ['TENANT_HEADER_INVALID'] } },
  'user, a comma': { who: 'user', header: `${own},${other}`, refusal: { statuses: [400, 401, 403], codes: ['TENANT_HEADER_INVALID'] } },
  'environment, another tenant': { who: 'environment', header: own, refusal: null },
  'environment, an unknown tenant': {
    who: 'environment',
    header: unknown,
    refusal: { statuses: [401, 403, 404], codes: ['TENANT_NOT_FOUND', 'FORBIDDEN'] },
  },
  'environment, two headers': { who: 'environment', header: [own, other], refusal: { statuses: [400, 401, 403], codes: ['TENANT_HEADER_INVALID'] } },
};

/** The id of the victim's thing that an operation is about, by its path or its field. The other operations are about the victim. */
const aimedAt = (of: Belongings): readonly (readonly [about: RegExp, id: string])[] => [
  [/tenants\/api-tokens|TenantApiToken$/, of.tenantTokenId],
  [/users\/api-tokens|UserApiToken$/, of.userTokenId],
  [/tenants\/access-tokens/, of.tenantAccessTokenId],
  [/users\/access-tokens|AccessToken$/, of.userAccessTokenId],
  [/tenants\/invites|Invitation$/, of.invitationId],
  [/groups\/v|Group$|group$/, of.groupId],
  [/webauthn\/v1\/devices/, of.passkeyId],
];

/** Everything that is stored of the victim, except for what the audit trail says about attempts. */
async function rowsOf(deployment: Deployment, marks: readonly string[]): Promise<string[]> {
  const tables =
    deployment.db === 'sqlite'
      ? await deployment.query("select name from sqlite_master where type = 'table'")
      : await deployment.query("select table_name as name from information_schema.tables where table_schema = 'public'");
  const found: string[] = [];
  for (const { name } of tables) {
    if (name === 'audit_events') continue;
    for (const row of await deployment.query(`select * from "${String(name)}"`)) {
      const text = JSON.stringify(row);
      if (marks.some((mark) => text.includes(mark))) found.push(`${String(name)} ${text}`);
    }
  }
  return found.sort();
}

/** Logs the caller in anew, in the next step of the app if the code of this one is spent. */
async function renew(deployment: Deployment, caller: Enrolled): Promise<string> {
  return eventually(
    'a new session',
    async () => {
      const answer = await deployment.send(answerByApp(await mfaTokenOf(deployment, caller), totp(caller.secret)));
      // Not before the next step: a spent code counts as a wrong one, and several of them lock the factor.
      if (answer.status >= 300) await pause(30_100 - (Date.now() % 30_000));
      return answer.status < 300 ? (jsonOf(answer).accessToken as string) : undefined;
    },
    120_000,
  );
}

const refusalStatuses = [400, 401, 403, 404, 501];

/** Whether an answer refuses, over either transport. */
function codesOf(answer: Answer): string[] {
  const { data, errors } = (jsonOf(answer) ?? {}) as { data?: Record<string, { code?: string } | null> | null; errors?: unknown };
  const top = Array.isArray(errors) ? errors.map((error) => (error as { extensions?: { code?: string } })?.extensions?.code ?? '') : [];
  return [...top, ...Object.values(data ?? {}).map((field) => field?.code ?? '')].filter((code) => code !== '');
}
const isRefused = (answer: Answer): boolean => refusalStatuses.includes(answer.status) || codesOf(answer).length > 0;
const fits = (answer: Answer, { statuses, codes }: { statuses: number[]; codes: string[] }): boolean =>
  statuses.includes(answer.status) || codesOf(answer).some((code) => codes.includes(code));

async function run({ db, note }: Run) {
  const deployment = await openDeployment({ db });
  const someone = async (tenantId: string, name: string, more: object) => enroll(deployment, await createPerson(deployment, tenantId, name, more));
  const caller = await someone(await createTenant(deployment, own), 'caller', { roleIds: [admin] });
  const victimFields = { name: 'Victim Canary', externalId: 'canary-external-id', phoneNumber: '+447400777777', roleIds: [admin] };
  const victim = await someone(await createTenant(deployment, other), 'victim', victimFields);
  await allowBelongings(deployment);
  const belongings = await giveBelongings(deployment, victim, 'Victim Canary');
  await must(deployment, {
    path: `${identity}/configurations/v1/lockout-policy`,
    headers: await asEnvironment(deployment, other),
    body: { enabled: true, maxAttempts: 50 },
  });
  const { mfaDevices } = await logIn(deployment, victim);
  const deviceId: string = mfaDevices.authenticators[0].id;
  const policies = await deployment.query('select id from mfa_policies where tenant_id = $1', [other]);

  const document = `version: 1\ntenants:\n  ${other}:\n    mfaStrategies: { EMAIL_CODE: false }\n`;
  const planned = await must(deployment, {
    path: '/graphql',
    headers: await asEnvironment(deployment, other),
    body: {
      query: `mutation ($input: PlanMfaConfigurationInput!) { planMfaConfiguration(input: $input) { ... on PlanMfaConfigurationSuccess { plan { id } } } }`,
      variables: { input: { document } },
    },
  });
  const planId: string = planned.data.planMfaConfiguration.plan.id;

  const made = async (mutation: string, input: object, selection: string) => {
    const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}`;
    const query = `mutation ($input: ${type}Input!) { ${mutation}(input: $input) { ... on ${type}Success { ${selection} { restId } } } }`;
    const answer = await must(deployment, {
      path: '/graphql',
      headers: await asEnvironment(deployment, other),
      body: { query, variables: { input } },
    });
    return answer.data[mutation][selection].restId as string;
  };
  const inAWeek = new Date(Date.now() + 7 * 86_400_000).toISOString();
  const exemptionId = await made('grantMfaExemption', { userId: victim.id, until: inAWeek, reason: 'a lost phone' }, 'exemption');
  const setPolicy = async (enforceMFAType: string) =>
    must(deployment, {
      ...{ method: 'PUT', path: `${identity}/configurations/v1/mfa-policy`, headers: await asEnvironment(deployment, other) },
      body: { enforceMFAType },
    });
  // Of a policy that enforces, nothing is announced.
  await setPolicy('DontForce');
  const scheduleId = await made('scheduleMfaEnforcement', { enforceMfaType: 'FORCE', startsAt: inAWeek }, 'schedule');

  await setPolicy('Force');

  // The victim's ids wherever an operation takes one, and the caller's own address and secrets where it takes those.
  const names = [
    `User:${victim.id}`,
    `Tenant:${other}`,
    `MfaExemption:${exemptionId}`,
    `MfaEnforcementSchedule:${scheduleId}`,
    ...policies.map(({ id }) => `MfaPolicy:${String(id)}`),
    ...[`Group:${belongings.groupId}`, `Passkey:${belongings.passkeyId}`],
    ...[belongings.invitationId, belongings.ownInvitationId].map((id) => `InvitationLink:${id}`),
    ...[`TenantApiToken:${belongings.tenantTokenId}`, `UserApiToken:${belongings.userTokenId}`],
  ];
  const values: Values = {
    id: victim.id,
    userId: victim.id,
    tenantId: other,
    deviceId,
    email: caller.email,
    username: caller.email,
    name: 'changed',
    document,
    planId,
    exemptionId,
    scheduleId,
    ...{ passkeyId: belongings.passkeyId, groupId: belongings.groupId, groupsIds: [belongings.groupId], userIds: [victim.id] },
  };
  const aims = aimedAt(belongings);
  const aim = (name: string): Values => {
    const id = aims.find(([about]) => about.test(name))?.[1];
    return id === undefined ? {} : { id };
  };
  const secrets: Values = { clientId, secret: clientSecret, refreshToken: caller.refreshToken, replaceExisting: true };
  const all: Values = { ...values, ...secrets };
  // Whoever begins a login needs no token and no tenant: public operations are called as the caller would for himself. Their wrong passwords are
  // those of a colleague, because too many would keep the caller from logging in anew.
  const colleague = await createPerson(deployment, own, 'colleague');
  const harmless: Values = { ...all, id: caller.id, userId: caller.id, email: colleague.email, username: colleague.email };
  const things = names.map(globalId);
  /** Every operation, aimed at the victim. */
  const operations: { name: string; isPublic: boolean; calls: Call[] }[] = [
    ...restOperations.map((operation) => ({
      name: operation.id,
      isPublic: operation.isPublic,
      calls: [restCall(operation, operation.isPublic ? harmless : { ...all, ...aim(operation.path) })],
    })),
    ...rootFields.map((field) => {
      const isPublic = publicMutations.has(field.name);
      // Nodes of many types are asked for one by one, because a document has a limit.
      const ids: Values[] =
        field.name === 'node'
          ? things.map((nodeId) => ({ nodeId }))
          : field.name === 'nodes'
            ? things.map((thing) => ({ ids: [thing] }))
            : things.map((id) => ({ id, userId: id })).slice(0, 2);
      const calls = field.kind === 'mutation' ? [{}] : ['node', 'nodes'].includes(field.name) ? ids : [{}, ...ids];
      return {
        name: `GraphQL ${field.name}`,
        isPublic,
        calls: calls.map((more) => graphqlCall(field, { ...(isPublic ? harmless : { ...all, ...aim(field.name) }), ...more })),
      };
    }),
  ];

  const marks = [victim.id, other, victim.email];
  // A row of a message changes by itself when it is sent.
  await eventually('every message is sent', async () => {
    const waiting = await deployment.query('select id from outbox where sent_at is null and given_up_at is null');
    return waiting.length === 0 ? true : undefined;
  });
  // So does what was counted of the victim when it is added up.
  await eventually('everything is added up', async () =>
    (await deployment.query('select id from adoption_changes')).length === 0 ? true : undefined,
  );
  let before = await rowsOf(deployment, marks);
  const problems: string[] = [];
  let [attempted, refused, errors5xx, reads, writes] = [0, 0, 0, 0, 0];
  let accessToken = await renew(deployment, caller);
  for (const { name, isPublic, calls } of operations) {
    for (const [title, { who, header, refusal }] of Object.entries(cases)) {
      for (const call of calls) {
        const authorization = who === 'user' ? `Bearer ${accessToken}` : (await asEnvironment(deployment)).authorization;
        const headers = {
          'frontegg-user-id': victim.id,
          ...(authorization === undefined ? {} : { authorization }),
          ...(header === null ? {} : { 'frontegg-tenant-id': header }),
        };
        const answer = await deployment.send({ ...call, headers });
        attempted += 1;
        const refusedAsIs = isRefused(answer);
        if (refusedAsIs) refused += 1;
        if (isFault(answer)) errors5xx += 1;
        if (isFault(answer) || (refusal !== null && !isPublic && !fits(answer, refusal))) {
          problems.push(`${name}, ${title}: ${answer.status} ${answer.text.slice(0, 140)}`);
        }
        if (canaries.some((canary) => answer.text.includes(canary))) {
          reads += 1;
          problems.push(`${name}, ${title}: shows the victim: ${answer.text.slice(0, 140)}`);
        }
      }
    }
    const after = await rowsOf(deployment, marks);
    if (after.join('\n') !== before.join('\n')) {
      writes += 1;
      const changes = [...after.filter((row) => !before.includes(row)), ...before.filter((row) => !after.includes(row))];
      problems.push(`${name} changed the victim's rows: ${changes.join(' | ').slice(0, 300)}`);
      before = after;
    }
    // Operations that end sessions are among them, so the caller may have to log in anew.
    const alive = await deployment.send({ path: `${identity}/users/v2/me`, headers: { authorization: `Bearer ${accessToken}` } });
    if (alive.status !== 200) accessToken = await renew(deployment, caller);
  }
  await deployment.close();
  for (const problem of problems) note(problem);
  const counts = { attempted, accepted: attempted - refused, refused, errors5xx };
  return {
    ...counts,
    pass: problems.length === 0,
    operations: operations.length,
    cases: Object.keys(cases).length,
    reads,
    writes,
    problems: problems.length,
  };
}

export const crossTenant: Claim = {
  id: 'B6',
  title: 'B6, T31, T32: no operation reads or changes anything of another tenant, whatever the headers and arguments say',
  dbs: ['sqlite', 'pg2'],
  shortDbs: ['sqlite'],
  run,
};
