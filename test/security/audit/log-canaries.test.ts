import type { GraphQLInputType } from 'graphql';
import { GraphQLNonNull, isEnumType, isInputObjectType, isListType, isNonNullType, isScalarType } from 'graphql';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { schema } from '../../../src/graphql/schema.ts';
import { createDelivery } from '../../../src/platform/delivery.ts';
import { createSmtpDelivery } from '../../../src/platform/mail/smtp.ts';
import { asEnvironment, createUserInTenant, identity, mfaTokenFor, setPolicy, setStrategy } from '../../support/builders.ts';
import { eventsOf, execute, query } from '../../support/database.ts';
import type { Harness } from '../../support/harness.ts';
import { dialect, openHarness } from '../../support/harness.ts';
import { openInstances } from '../../support/instances.ts';
import type { MailServer } from '../../support/mail-server.ts';
import { startMailServer } from '../../support/mail-server.ts';
import { isFault, operations } from '../../support/rest-operations.ts';
import { useHarness } from '../../support/use-harness.ts';

const canary = 'canary-13579';
const heard = (of: Harness): string => JSON.stringify(of.logged);

describe('B12 T47 what a caller sends is in no log line, however broken it is', () => {
  const harness = useHarness(openInstances);
  const statuses: string[] = [];

  const send = async (name: string, request: Parameters<Harness['send']>[0], unsupported = false) => {
    const { statusCode } = await harness.send(request);
    if (isFault({ unsupported }, statusCode)) statuses.push(`${name}: ${statusCode}`);
  };

  test('over REST: in every field, as broken JSON, in the path, the query and every header', async () => {
    const environment = await asEnvironment(harness);
    for (const { id, method, url, fields, unsupported } of operations) {
      const ask = (request: Omit<Parameters<Harness['send']>[0], 'method'>) => send(id, { method, ...request }, unsupported);
      const target = url.replaceAll('some-id', canary);
      const body = Object.fromEntries((fields ?? []).map((field) => [field, canary]));
      const nested = Object.fromEntries((fields ?? []).map((field) => [field, { [canary]: [canary] }]));
      const withBody = (value: unknown) => (fields === null ? {} : { body: value });
      await ask({ url: target, headers: environment, ...withBody(body) });
      await ask({ url: `${url}?${canary}=${canary}`, headers: environment, ...withBody(nested) });
      await ask({ url, headers: environment, ...withBody(`{"${canary}":"${canary}`) });
      const headers = { authorization: `Bearer ${canary}`, 'frontegg-tenant-id': canary, 'frontegg-user-id': canary, 'user-agent': canary };
      await ask({ url, headers, cookie: `${canary}=${canary}; fe_refresh_x=${canary}`, ...withBody(body) });
    }
    expect(statuses).toEqual([]);
    expect(heard(harness)).not.toContain(canary);
  });

  /** A literal of the type in which every text is the canary. `nulled` counts down to the leaf that is the variable `$n` instead. */
  function literalOf(type: GraphQLInputType, hole: { left: number; type: string }): string {
    if (isNonNullType(type)) return literalOf(type.ofType, hole);
    if (isListType(type)) return `[${literalOf(type.ofType, hole)}]`;
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields()).map((field) => `${field.name}: ${literalOf(field.type, hole)}`);
      return `{${fields.join(', ')}}`;
    }
    hole.left -= 1;
    if (hole.left === -1) {
      hole.type = String(type);
      return '$n';
    }
    if (isEnumType(type)) return type.getValues()[0]?.name ?? '';
    if (isScalarType(type) && ['Int', 'Boolean'].includes(type.name)) return type.name === 'Int' ? '13579' : 'true';
    if (type.name === 'EmailAddress') return `"${canary}@acme.example"`;
    return type.name === 'JSONObject' ? `{a: "${canary}"}` : `"${canary}"`;
  }

  const literals = (type: GraphQLInputType): string => {
    if (isNonNullType(type)) return literals(type.ofType);
    if (isEnumType(type)) return type.getValues()[0]?.name ?? '';
    return { Int: '1', Boolean: 'true', EmailAddress: '"a@b.example"', JSONObject: '{a: 1}' }[String(type)] ?? '"x"';
  };

  const roots = (['query', 'mutation'] as const).flatMap((kind) =>
    Object.values((kind === 'query' ? schema.getQueryType() : schema.getMutationType())?.getFields() ?? {}).map((field) => ({ kind, field })),
  );

  test('over GraphQL: as literals beside a null for each argument, as variables of a wrong kind, and as names', async () => {
    const environment = await asEnvironment(harness);
    const codes: string[] = [];
    for (const { kind, field } of roots) {
      const selection = /^(Boolean|String|Int)!?$/.test(String(field.type)) ? '' : ' { __typename }';
      const post = async (body: object) => {
        const answer = await harness.send({ method: 'POST', url: '/graphql', headers: environment, body });
        for (const { extensions } of answer.json().errors ?? []) codes.push(`${field.name}: ${extensions.code}`);
        return answer;
      };
      const callOf = (leaf: number) => {
        const hole = { left: leaf, type: '' };
        const passed = field.args.map((argument) => `${argument.name}: ${literalOf(argument.type, hole)}`).join(', ');
        const call = `${field.name}${passed === '' ? '' : `(${passed})`}${selection}`;
        return { call, type: hole.type };
      };
      for (let leaf = 0; leaf < 12; leaf += 1) {
        const { call, type } = callOf(leaf);
        if (type === '') break;
        const named = schema.getType(type) as GraphQLInputType;
        // A default makes validation accept a variable that may be null; execution then meets the null.
        await post({ query: `${kind} ($n: ${type} = ${literals(named)}) { ${call} }`, variables: { n: null } });
        await post({ query: `${kind} ($n: ${new GraphQLNonNull(named as never)}) { ${call} }`, variables: { n: { [canary]: canary } } });
        await post({ query: `${kind} ($n: ${type}) { ${call} ${canary} "`, operationName: canary, variables: { n: canary } });
      }
      await post({ query: `${kind} ($n: Boolean = true) { ${callOf(-1).call} @skip(if: $n) }`, variables: { n: null } });
    }
    expect(codes.length).toBeGreaterThan(150);
    expect(codes.filter((code) => /INTERNAL|UNAVAILABLE/.test(code))).toEqual([]);
    expect(heard(harness)).not.toContain(canary);
  });

  test('the example: a password beside a null variable is a bad request, and neither told nor logged', async () => {
    const document = `mutation($t:String="x"){resetPassword(input:{userId:"u",token:$t,password:"${canary}"}){__typename}}`;
    const answer = await harness.graphql(document, { t: null });
    expect(answer.errors).toMatchObject([{ path: ['resetPassword'], extensions: { code: 'BAD_REQUEST' } }]);
    expect(JSON.stringify(answer)).not.toContain(canary);
    expect(heard(harness)).not.toContain(canary);
  });

  test('nor does an event hold it', async () => {
    // The tenant that was created by this id is named by it.
    const events = (await query(harness, 'select * from audit_events')).map(({ tenant_id: _, ...event }) => event);
    expect(events.length).toBeGreaterThan(50);
    expect(events.filter((event) => JSON.stringify(event).includes(canary))).toEqual([]);
  });
});

describe('B12 T47 what a database says of the values it refuses is in no log line', () => {
  const harness = useHarness(openHarness);
  const table = 'tenants';

  beforeAll(async () => {
    if (dialect === 'sqlite') {
      await execute(harness, `create trigger refuse before insert on ${table} begin select raise(abort, '${canary} is refused'); end`);
    } else {
      await execute(harness, `create function refuse() returns trigger language plpgsql as 'begin raise exception ''% is refused'', new.name; end'`);
      await execute(harness, `create trigger refuse before insert on ${table} for each row execute function refuse()`);
    }
  });

  test('over both transports the fault is logged by its class, its code and where it was thrown', async () => {
    const headers = await asEnvironment(harness);
    const rest = await harness.send({ method: 'POST', url: '/tenants/resources/tenants/v1', headers, body: { name: canary, tenantId: canary } });
    expect(rest.statusCode).toBe(500);
    const document = 'mutation ($input: CreateTenantInput!) { createTenant(input: $input) { __typename } }';
    const answer = await harness.graphql(document, { input: { name: canary } }, headers);
    expect(answer.errors).toMatchObject([{ extensions: { code: 'INTERNAL' } }]);
    const faults = harness.logged.filter((line) => 'level' in line && line.level === 'error');
    expect(faults).toMatchObject(
      Array(2).fill({ name: 'QueryFailed', code: expect.stringMatching(/^(P0001|SQLITE_CONSTRAINT_TRIGGER)$/), frames: expect.any(Array) }),
    );
    expect(heard(harness)).not.toContain(canary);
  });

  test('a background job that fails logs no more than that', async () => {
    const text = `key (email)=(${canary}) is refused\n    at ${canary} (file:///app/${canary}.ts:1:1)`;
    const broken = Object.assign(new Error(text, { cause: new TypeError(text) }), { code: '23505', detail: canary, path: canary });
    const failing = await openHarness();
    Object.assign(failing.app.store.outbox, { claimDue: () => Promise.reject(broken) });
    failing.app.outbox.wake();
    await vi.waitFor(() => expect(heard(failing)).toContain('the outbox could not be read'));
    expect(failing.logged).toContainEqual(
      expect.objectContaining({ name: 'Error', code: '23505', cause: expect.objectContaining({ name: 'TypeError' }), frames: expect.any(Array) }),
    );
    expect(heard(failing)).not.toContain(canary);
    await failing.close();
  });
});

describe('B12 T47 what a mail server replies is in no log line and in no event', () => {
  let mail: MailServer;
  let harness: Harness;
  beforeAll(async () => {
    mail = await startMailServer();
    const smtp = createSmtpDelivery({ url: mail.url, from: 'Acme <login@acme.example>' });
    harness = await openHarness({ ports: { delivery: createDelivery(smtp, { reason: 'no provider' }) } });
    await setPolicy(harness, { enforceMFAType: 'Force' });
    await setStrategy(harness, 'EmailCode', true);
  });
  afterAll(async () => {
    await harness.close();
    await mail.close();
  });

  const mailCode = async (name: string) => {
    const user = await createUserInTenant(harness, name);
    const mfaToken = await mfaTokenFor(harness, user.email);
    await harness.send({ method: 'POST', url: `${identity}/auth/v1/user/mfa/emailcode`, body: { mfaToken } });
    await harness.app.outbox.flush();
    return user;
  };

  test.each([550, 552, 554])('a reply of %i gives the message up at once, and an event names the code alone', async (code) => {
    mail.refusal = { code, text: `${canary} <${canary}@acme.example> is unknown` };
    const user = await mailCode(`refused-${code}`);
    expect((await eventsOf(harness, user.id, 'MESSAGE_GIVEN_UP')).map(({ reason }) => reason)).toEqual([`SMTP_${code}`]);
    expect(heard(harness)).toContain(`SMTP_${code}`);
    expect(heard(harness)).not.toContain(canary);
  });

  test.each([421, 450, 451])('a reply of %i is tried again', async (code) => {
    mail.refusal = { code, text: `${canary} come back later` };
    const user = await mailCode(`later-${code}`);
    expect(await eventsOf(harness, user.id, 'MESSAGE_GIVEN_UP')).toEqual([]);
    mail.refusal = null;
    harness.clock.advance({ seconds: 10 });
    await harness.app.outbox.flush();
    expect(mail.received.at(-1)?.to).toBe(user.email);
    expect(heard(harness)).not.toContain(canary);
  });

  test('a link and a notice that cannot be delivered are events as well', async () => {
    mail.refusal = { code: 550, text: canary };
    const user = await createUserInTenant(harness, 'link');
    await harness.send({ method: 'POST', url: `${identity}/users/v1/passwords/reset`, body: { email: user.email } });
    await harness.app.outbox.flush();
    const headers = await asEnvironment(harness);
    await harness.send({ method: 'POST', url: `${identity}/users/v1/${user.id}/lock`, headers });
    await harness.app.outbox.flush();
    expect((await eventsOf(harness, user.id, 'MESSAGE_GIVEN_UP')).map(({ reason }) => reason)).toEqual(['SMTP_550', 'SMTP_550']);
    mail.refusal = null;
  });
});
