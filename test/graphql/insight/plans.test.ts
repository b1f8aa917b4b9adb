import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { noTenantDetails } from '../../../src/domain/directory/tenant.ts';
import { asEnvironment, createRole, createTenant, createUser, identity, setPolicy, setStrategy } from '../../support/builders.ts';
import { HandClock } from '../../support/clock.ts';
import { execute } from '../../support/database.ts';
import type { Harness } from '../../support/harness.ts';
import { openDatabase, openHarness, start } from '../../support/harness.ts';
import type { Plan } from '../../support/plans.ts';
import { apply, exported, plan, problemsIn, tryToPlan } from '../../support/plans.ts';
import { asUser, joinTenant } from '../../support/rest.ts';
import { roleIds } from '../../support/role-ids.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness(() => openHarness({ sms: true }));
let environment: Record<string, string>;
beforeAll(async () => {
  environment = await asEnvironment(harness);
});
const inTenant = (tenantId: string) => ({ ...environment, 'frontegg-tenant-id': tenantId });
const newTenant = () => createTenant(harness, `t-${randomUUID()}`);
const policyOf = (enforceMfaType: string, seconds = 60, allow = true) =>
  `{ enforceMfaType: ${enforceMfaType}, allowRememberMyDevice: ${allow}, mfaDeviceExpirationSeconds: ${seconds} }`;
/** A document of one tenant. */
const ofTenant = (tenantId: string, ...sections: string[]) =>
  ['version: 1', 'tenants:', `  ${tenantId}:`, ...sections.map((section) => `    ${section}`), ''].join('\n');
const stepsOf = ({ steps }: Plan) => steps.map(({ tenant, path, from, to }) => [tenant?.restId ?? null, path.join('.'), from, to]);
const eventsSince = async ({ app }: Harness, since: Date): Promise<string[]> => {
  const { items } = await app.store.events.list({ from: since }, { direction: 'forward', cursor: null, limit: 100 });
  return items.map(({ kind, reason }) => (kind === 'REQUEST_REFUSED' ? `${kind} ${reason}` : kind)).sort();
};

describe('a document', () => {
  test('says all settings in a fixed order and names no secret; planned as it is, it has no steps', async () => {
    const [later, earlier] = [await createTenant(harness, 'doc-b'), await createTenant(harness, 'doc-10')];
    await createTenant(harness, 'doc-without');
    await setPolicy(harness, { enforceMFAType: 'Force' }, later);
    await setStrategy(harness, 'SMS', false, earlier);
    const lockout = { method: 'POST', url: `${identity}/configurations/v1/lockout-policy`, body: { enabled: true, maxAttempts: 7 } } as const;
    await harness.send({ ...lockout, headers: inTenant(later) });
    const text = await exported(harness, environment);
    expect(text).toMatch(/^# .+\n# .+\nversion: 1\nenvironment:\n {2}mfaConfiguration:\n {4}authenticatorApp:\n {6}active: true\n/);
    expect(text).toContain(`tenants:
  doc-10:
    mfaStrategies:
      SMS: false
  doc-b:
    mfaPolicy:
      enforceMfaType: FORCE
      allowRememberMyDevice: false
      mfaDeviceExpirationSeconds: 1209600
    lockoutPolicy:
      enabled: true
      maxAttempts: 7
`);
    expect(text).not.toContain('doc-without');
    harness.clock.advance({ seconds: 100 });
    expect(await exported(harness, environment)).toBe(text);
    expect((await plan(harness, environment, text)).steps).toEqual([]);
  });

  test('of one tenant holds that one alone: for its token, for who names it, and for its users who may read the policy', async () => {
    const [tenantId, other] = [await newTenant(), await newTenant()];
    for (const id of [tenantId, other]) await setPolicy(harness, { enforceMFAType: 'DontForce' }, id);
    const reader = await createRole(harness, tenantId, 'reader', ['fe.secure.read.securityPolicy']);
    const user = await asUser(harness, (await createUser(harness, tenantId, 'reader@plans.example', { roleIds: [reader] })).email);
    const nobody = await asUser(harness, (await createUser(harness, tenantId, 'nobody@plans.example')).email);
    const own = await exported(harness, environment, tenantId);
    expect(Object.keys(parse(own).tenants)).toEqual([tenantId]);
    expect(own).not.toContain('environment:');
    expect(await exported(harness, inTenant(tenantId))).toBe(own);
    expect(await exported(harness, user)).toBe(own);
    const codeOf = async (headers: Record<string, string>, named: string | null = null) =>
      (await harness.graphql('query ($id: ID) { mfaConfigurationDocument(tenantId: $id) }', { id: named }, headers)).errors?.[0]?.extensions.code;
    expect(await codeOf({})).toBe('UNAUTHENTICATED');
    expect(await codeOf(nobody)).toBe('FORBIDDEN');
    expect(await codeOf(user, other)).toBe('FORBIDDEN');
    expect(await codeOf(inTenant(tenantId), other)).toBe('FORBIDDEN');
    expect(await codeOf(environment, 'unknown')).toBe('TENANT_NOT_FOUND');
  });

  test('of more than a thousand tenants is refused, and each of them can still be asked for', async () => {
    const crowded = await openHarness();
    const { store } = crowded.app;
    const at = crowded.clock.now();
    const addTenants = (count: number) =>
      store.transact('SETTINGS', async () => {
        for (let added = 0; added < count; added += 1) {
          const id = randomUUID();
          await store.tenants.create({ ...noTenantDetails, id, name: id, metadata: '{}', isReseller: false, createdAt: at, updatedAt: at });
          await store.strategySettings.set({ tenantId: id, strategy: 'SMS', active: false }, at);
        }
      });
    const headers = await asEnvironment(crowded);
    await addTenants(1_000);
    expect(Object.keys(parse(await exported(crowded, headers)).tenants)).toHaveLength(1_000);
    await createTenant(crowded, 'one-more');
    await setPolicy(crowded, { enforceMFAType: 'Force' }, 'one-more');
    const { errors } = await crowded.graphql('{ mfaConfigurationDocument }', {}, headers);
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['DOCUMENT_TOO_LARGE']);
    expect(await exported(crowded, headers, 'one-more')).toContain('FORCE');
    await crowded.close();
  });
});

describe('a plan', () => {
  test('says each value that changes, and applied makes them with the events and effects of the mutations', async () => {
    const tenantId = await newTenant();
    await setPolicy(harness, { enforceMFAType: 'DontForce', allowRememberMyDevice: true, mfaDeviceExpiration: 60 }, tenantId);
    const { id: userId } = await createUser(harness, tenantId, 'effects@plans.example');
    const createdAt = harness.clock.now();
    const device = { id: randomUUID(), userId, tokenHash: randomUUID(), name: '', createdAt, lastUsedAt: createdAt };
    await harness.app.store.rememberedDevices.add(device);
    const planned = await plan(
      harness,
      environment,
      ofTenant(
        tenantId,
        `mfaPolicy: ${policyOf('FORCE', 60, false)}`,
        'mfaStrategies: { SMS: false }',
        'lockoutPolicy: { enabled: true, maxAttempts: 9 }',
      ),
    );
    expect(stepsOf(planned)).toEqual([
      [tenantId, 'mfaPolicy.enforceMfaType', 'DONT_FORCE', 'FORCE'],
      [tenantId, 'mfaPolicy.allowRememberMyDevice', 'true', 'false'],
      [tenantId, 'mfaStrategies.SMS', null, 'false'],
      [tenantId, 'lockoutPolicy.enabled', null, 'true'],
      [tenantId, 'lockoutPolicy.maxAttempts', null, '9'],
    ]);
    expect(planned.impact).toMatchObject({ totalCount: 1, newlyMustEnrollCount: 1, newlyLockedOutCount: 0 });
    expect(planned.impact.people.edges).toEqual([{ was: 'NO_SECOND_FACTOR', becomes: 'MUST_ENROLL', node: { email: 'effects@plans.example' } }]);
    expect(await exported(harness, environment, tenantId)).not.toContain('SMS');
    harness.clock.advance({ seconds: 1 });
    const since = harness.clock.now();
    expect(await apply(harness, environment, planned.id)).toBe('APPLIED');
    expect(await eventsSince(harness, since)).toEqual(['LOCKOUT_POLICY_CREATED', 'POLICY_UPDATED', 'STRATEGY_SET']);
    expect(await harness.app.store.populations.devices([userId])).toEqual([]);
    expect(parse(await exported(harness, environment, tenantId)).tenants[tenantId]).toEqual({
      mfaPolicy: { enforceMfaType: 'FORCE', allowRememberMyDevice: false, mfaDeviceExpirationSeconds: 60 },
      mfaStrategies: { SMS: false },
      lockoutPolicy: { enabled: true, maxAttempts: 9 },
    });
  });

  test('of several tenants counts the people of all of them, each once', async () => {
    const [one, other] = [await newTenant(), await newTenant()];
    for (const [index, tenantId] of [one, other].entries()) {
      await setPolicy(harness, { enforceMFAType: 'DontForce' }, tenantId);
      await createUser(harness, tenantId, `several-${index}@plans.example`);
    }
    await joinTenant(harness, 'several-0@plans.example', other);
    const section = `{ mfaPolicy: ${policyOf('FORCE')} }`;
    const { impact } = await plan(harness, environment, `version: 1\ntenants:\n  ${one}: ${section}\n  ${other}: ${section}\n`);
    const everybody = await plan(harness, environment, 'version: 1\n');
    expect(impact).toMatchObject({ newlyMustEnrollCount: 2, totalCount: everybody.impact.totalCount });
    expect(impact.people.edges.map(({ node }) => node.email).sort()).toEqual(['several-0@plans.example', 'several-1@plans.example']);
  });

  test('is applied once, whatever runs at the same time, and not again', async () => {
    const { id } = await plan(harness, environment, ofTenant(await newTenant(), 'mfaStrategies: { SMS: false }'));
    const answers = await Promise.all(Array.from({ length: 6 }, () => apply(harness, environment, id)));
    expect(answers.sort()).toEqual(['APPLIED', ...Array.from({ length: 5 }, () => 'PLAN_APPLIED')]);
    expect(await apply(harness, environment, id)).toBe('PLAN_APPLIED');
    expect(await apply(harness, environment, randomUUID())).toBe('PLAN_NOT_FOUND');
  });

  test('is refused after its quarter of an hour, and if it was made by a clock that runs ahead', async () => {
    const tenantId = await newTenant();
    const first = await plan(harness, environment, ofTenant(tenantId, 'mfaStrategies: { SMS: false }'));
    harness.clock.advance({ seconds: 899 });
    const second = await plan(harness, environment, ofTenant(tenantId, 'mfaStrategies: { SMS: false }'));
    harness.clock.advance({ seconds: 1 });
    expect(await apply(harness, environment, first.id)).toBe('PLAN_EXPIRED');
    await execute(harness, `update mfa_plans set created_at = expires_at where id = '${second.id}'`);
    expect(await apply(harness, environment, second.id)).toBe('PLAN_EXPIRED');
    expect(await exported(harness, environment, tenantId)).not.toContain('SMS');
  });

  test('is stale once a setting of the environment or of a tenant in it has changed, or the tenant is gone, but not by other tenants', async () => {
    const [tenantId, other] = [await newTenant(), await newTenant()];
    const document = ofTenant(tenantId, `mfaPolicy: ${policyOf('DONT_FORCE', 100)}`);
    const first = await plan(harness, environment, document);
    await setPolicy(harness, { enforceMFAType: 'DontForce' }, other);
    await setStrategy(harness, 'SMS', false, tenantId);
    expect(await apply(harness, environment, first.id)).toBe('PLAN_STALE');
    const second = await plan(harness, environment, document);
    await setPolicy(harness, { enforceMFAType: 'DontForce', mfaDeviceExpiration: 77 });
    expect(await apply(harness, environment, second.id)).toBe('PLAN_STALE');
    const third = await plan(harness, environment, document);
    await setPolicy(harness, { enforceMFAType: 'Force' }, other);
    expect(await apply(harness, environment, third.id)).toBe('APPLIED');
    const doomed = await newTenant();
    const fourth = await plan(harness, environment, ofTenant(doomed, 'mfaStrategies: { SMS: false }'));
    await harness.send({ method: 'DELETE', url: `/tenants/resources/tenants/v1/${doomed}`, headers: environment });
    expect(await apply(harness, environment, fourth.id)).toBe('PLAN_STALE');
    expect(await exported(harness, environment)).not.toContain(doomed);
  });

  test('beyond a limit on people says so and cannot be applied', async () => {
    const tenantId = await newTenant();
    await createUser(harness, tenantId, 'limit-1@plans.example', { roleIds: [roleIds.admin] });
    await createUser(harness, tenantId, 'limit-2@plans.example');
    const off = ['AUTHENTICATOR_APP', 'WEBAUTHN_PLATFORM', 'WEBAUTHN_CROSS_PLATFORM', 'SMS', 'EMAIL_CODE'].map((name) => `${name}: false`).join(', ');
    const lockOut = ofTenant(tenantId, `mfaPolicy: ${policyOf('FORCE')}`, `mfaStrategies: { ${off} }`);
    const planned = await plan(harness, environment, lockOut);
    expect(planned.impact).toMatchObject({ newlyLockedOutCount: 2, administratorsLockedOutCount: 1 });
    expect(planned.withinLimits).toBe(false);
    expect(await apply(harness, environment, planned.id)).toBe('IMPACT_EXCEEDS_LIMIT');
    expect((await plan(harness, environment, lockOut, { maxLockedOut: 1 })).withinLimits).toBe(false);
    const enroll = ofTenant(tenantId, `mfaPolicy: ${policyOf('FORCE')}`);
    expect((await plan(harness, environment, enroll, { maxMustEnroll: 1 })).withinLimits).toBe(false);
    expect((await plan(harness, environment, enroll, { maxMustEnroll: 2 })).withinLimits).toBe(true);
    const allowed = await plan(harness, environment, lockOut, { maxLockedOut: 2, maxMustEnroll: 0 });
    expect(await apply(harness, environment, allowed.id)).toBe('APPLIED');
  });

  test('belongs to the tenant that its token names, and ends with it', async () => {
    const [tenantId, other] = [await newTenant(), await newTenant()];
    const document = ofTenant(tenantId, 'mfaStrategies: { SMS: false }');
    const own = await plan(harness, inTenant(tenantId), document);
    const ofAll = await plan(harness, environment, document);
    expect(await apply(harness, inTenant(other), own.id)).toBe('PLAN_NOT_FOUND');
    expect(await apply(harness, inTenant(tenantId), ofAll.id)).toBe('PLAN_NOT_FOUND');
    expect(await apply(harness, inTenant(tenantId), own.id)).toBe('APPLIED');
    await harness.send({ method: 'DELETE', url: `/tenants/resources/tenants/v1/${tenantId}`, headers: environment });
    expect(await harness.app.store.mfaPlans.find(own.id)).toBeNull();
  });

  test('is for the environment token alone', async () => {
    const tenantId = await newTenant();
    const admin = await asUser(harness, (await createUser(harness, tenantId, 'admin@plans.example', { roleIds: [roleIds.admin] })).email);
    const document = ofTenant(tenantId, 'mfaStrategies: { SMS: false }');
    const { id } = await plan(harness, environment, document);
    expect(await tryToPlan(harness, admin, document)).toMatchObject({ code: 'FORBIDDEN' });
    expect(await tryToPlan(harness, {}, document)).toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(await apply(harness, admin, id)).toBe('FORBIDDEN');
    expect(await apply(harness, {}, id)).toBe('UNAUTHENTICATED');
  });
});

test('a plan of which a later change is refused changes nothing at all, leaves one event of the refusal, and can be applied later', async () => {
  const database = await openDatabase();
  const clock = new HandClock(start);
  /** Opens a server on the database, one after the other, that can send text messages or cannot. */
  const withServer = async <T>(sms: boolean, work: (server: Harness, headers: Record<string, string>) => Promise<T>): Promise<T> => {
    const server = await openHarness({ databaseUrl: database.url, clock, sms });
    const done = await work(server, await asEnvironment(server));
    await server.close();
    return done;
  };
  const [id, before] = await withServer(true, async (server, headers) => {
    await setStrategy(server, 'SMS', false);
    const document = `version: 1\nenvironment:\n  mfaPolicy: ${policyOf('DONT_FORCE')}\n  mfaStrategies: { SMS: true }\n`;
    return [(await plan(server, headers, document)).id, await exported(server, headers)] as const;
  });
  clock.advance({ seconds: 5 });
  await withServer(false, async (server, headers) => {
    clock.advance({ seconds: 5 });
    const since = clock.now();
    expect(await apply(server, headers, id)).toBe('STRATEGY_UNAVAILABLE');
    expect(await exported(server, headers)).toBe(before);
    expect(await eventsSince(server, since)).toEqual(['REQUEST_REFUSED STRATEGY_UNAVAILABLE']);
  });
  await withServer(true, async (server, headers) => expect(await apply(server, headers, id)).toBe('APPLIED'));
  await database.drop();
});

describe('a document that is refused tells the line and the column', () => {
  const at = (document: string) => problemsIn(harness, environment, document).then((problems) => problems.map(({ line, column }) => [line, column]));

  test.each([
    ['an anchor', 'version: 1\nenvironment: &a {}\n', [[2, 14]], /anchors/],
    ['an alias', 'version: 1\nenvironment: *a\n', [[2, 14]], /aliases/],
    ['a tag', 'version: !!int 1\n', [[1, 10]], /tags/],
    ['a directive', '%YAML 1.1\n---\nversion: 1\n', [[1, 1]], /directives/],
    ['a second document', 'version: 1\n---\nversion: 1\n', [[2, 1]], /single document/],
    ['the end of a document', 'version: 1\n...\n', [[2, 1]], /single document/],
    ['a list', 'version: 1\ntenants:\n  - a\n', [[3, 3]], /lists/],
    ['a list in brackets', 'version: 1\ntenants: [a]\n', [[2, 10]], /lists/],
    [
      'a name in a list',
      '? [version]\n: 1\n',
      [
        [1, 1],
        [1, 3],
      ],
      /./,
    ],
    ['a name that is there already', 'version: 1\ntenants: {}\n"tenants": {}\n', [[3, 1]], /line 2/],
    ['a tab', 'version: 1\nenvironment:\n\tmfaStrategies: {}\n', [[3, 1]], /tab/],
    ['braces that stay open', 'version: 1\nenvironment: {\n', [[3, 1]], /./],
    ['braces that were not opened', 'version: 1\nenvironment: }\n', [[2, 14]], /./],
    ['a wrong escape', 'version: 1\nenvironment: "\\q"\n', [[2, 15]], /escape/],
    ['what is nested in one line', `version: 1\n${'a: '.repeat(20_000)}`, [[2, 5]], /nested/],
    ['thousands of brackets', '['.repeat(60_000), Array.from({ length: 50 }, (_, index) => [1, index + 1]), /lists/],
    ['thousands of braces', `a: ${'{a: '.repeat(16_000)}`, [[1, 44]], /nested/],
    ['nothing', '', [[1, 1]], /missing/],
    [
      'a text',
      'hello',
      [
        [1, 1],
        [1, 1],
      ],
      /./,
    ],
    ['another version', 'version: 2\n', [[1, 10]], /must be 1/],
    ['an unknown section', 'version: 1\nenvironment:\n  mfaPolicies: {}\n', [[3, 3]], /mfaPolicy, mfaStrategies/],
    ['an unknown strategy', 'version: 1\nenvironment: { mfaStrategies: { PIGEON: true } }\n', [[2, 33]], /AUTHENTICATOR_APP/],
    ['a part of a policy', 'version: 1\nenvironment:\n  lockoutPolicy: { enabled: true }\n', [[3, 3]], /lacks maxAttempts/],
    ['a text for a switch', 'version: 1\nenvironment: { mfaStrategies: { SMS: yes } }\n', [[2, 38]], /true or false/],
    ['a null', 'version: 1\nenvironment: { mfaStrategies: { SMS: } }\n', [[2, 33]], /true or false/],
    ['a number out of bounds', 'version: 1\nenvironment: { lockoutPolicy: { enabled: true, maxAttempts: 0 } }\n', [[2, 61]], /whole number/],
    ['half a number', 'version: 1\nenvironment: { lockoutPolicy: { enabled: true, maxAttempts: 1.5 } }\n', [[2, 61]], /whole number/],
    ['an unknown enforcement', `version: 1\nenvironment: { mfaPolicy: ${policyOf('Force')} }\n`, [[2, 45]], /DONT_FORCE/],
    [
      'a lifetime too short',
      'version: 1\nenvironment: { mfaConfiguration: { sms: { active: true, tokenLifetimeSeconds: 10 } } }\n',
      [[2, 79]],
      /300/,
    ],
    [
      'a name that apps cannot show',
      'version: 1\nenvironment: { mfaConfiguration: { authenticatorApp: { active: true, serviceName: ":" } } }\n',
      [[2, 83]],
      /colon/,
    ],
  ])('of %s', async (_what, document, places, words) => {
    expect(await at(document)).toEqual(places);
    const [first] = await problemsIn(harness, environment, document);
    expect(first).toMatchObject({ code: 'INVALID_INPUT', message: expect.stringMatching(words) });
  });

  test('of everything that is wrong at once, in the order of the text, with the path and the error that the change would have', async () => {
    const tenantId = await newTenant();
    await setStrategy(harness, 'EmailCode', false);
    const document = `version: 1
environment:
  mfaConfiguration: { email: { active: 1, tokenLifetimeSeconds: 300, sender: nobody } }
tenants:
  ${tenantId}:
    mfaConfiguration: {}
    mfaStrategies:
      EMAIL_CODE: true
  unknown-tenant: {}
`;
    const problems = await problemsIn(harness, environment, document);
    expect(problems.map(({ line, column, code, path }) => [line, column, code, path.join('.')])).toEqual([
      [3, 40, 'INVALID_INPUT', 'environment.mfaConfiguration.email.active'],
      [3, 78, 'INVALID_INPUT', 'environment.mfaConfiguration.email.sender'],
      [6, 5, 'INVALID_INPUT', `tenants.${tenantId}.mfaConfiguration`],
      [8, 7, 'STRATEGY_NOT_IN_ENVIRONMENT', `tenants.${tenantId}.mfaStrategies.EMAIL_CODE`],
      [9, 3, 'TENANT_NOT_FOUND', 'tenants.unknown-tenant'],
    ]);
    const both = `version: 1\nenvironment: { mfaStrategies: { EMAIL_CODE: true } }\ntenants: { ${tenantId}: { mfaStrategies: { EMAIL_CODE: true } } }\n`;
    expect(stepsOf(await plan(harness, environment, both)).map(([owner]) => owner)).toEqual([null, tenantId]);
  });

  test('of what is not for the tenant that the token names, whether or not it exists', async () => {
    const [tenantId, other] = [await newTenant(), await newTenant()];
    const document = `version: 1\nenvironment: {}\ntenants:\n  ${tenantId}: {}\n  ${other}: { mfaStrategies: { SMS: true } }\n  nowhere: {}\n`;
    const problems = await problemsIn(harness, inTenant(tenantId), document);
    expect(problems.map(({ line, column, code }) => [line, column, code])).toEqual([
      [2, 1, 'FORBIDDEN'],
      [5, 3, 'FORBIDDEN'],
      [6, 3, 'FORBIDDEN'],
    ]);
  });

  test('of at most fifty problems', async () => {
    const many = `version: 1\n${Array.from({ length: 80 }, (_, index) => `k${index}: 1`).join('\n')}`;
    expect(await problemsIn(harness, environment, many)).toHaveLength(50);
  });

  test('of a strategy that the deployment cannot serve, with the reason', async () => {
    const alone = await openHarness();
    const headers = await asEnvironment(alone);
    const problems = await problemsIn(alone, headers, 'version: 1\nenvironment:\n  mfaStrategies:\n    SMS: true\n');
    expect(problems).toEqual([
      {
        ...{ line: 4, column: 5, path: ['environment', 'mfaStrategies', 'SMS'], code: 'STRATEGY_UNAVAILABLE' },
        message: expect.stringContaining('provider'),
      },
    ]);
    await alone.close();
  });
});
