import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDelivery } from '../../src/platform/delivery.ts';
import { createSmtpDelivery } from '../../src/platform/mail/smtp.ts';
import { asEnvironment, createTenant, identity, logIn, password, setPolicy, setStrategy } from '../support/builders.ts';
import { databaseForAnother, execute } from '../support/database.ts';
import { documents, run } from '../support/graphql-documents.ts';
import type { Harness } from '../support/harness.ts';
import { dialect, openHarness } from '../support/harness.ts';
import type { MailServer } from '../support/mail-server.ts';
import { startMailServer } from '../support/mail-server.ts';

let mail: MailServer;
let harness: Harness;
beforeAll(async () => {
  mail = await startMailServer();
  const smtp = createSmtpDelivery({ url: mail.url, from: 'Acme <login@acme.example>' });
  harness = await openHarness({ ports: { delivery: createDelivery(smtp, { reason: 'no provider' }) } });
  await createTenant(harness, 'addresses');
  await setPolicy(harness, { enforceMFAType: 'Force' });
  await setStrategy(harness, 'EmailCode', true);
});
afterAll(async () => {
  await harness.close();
  await mail.close();
});

const createOverRest = async (email: string) =>
  harness.send({
    method: 'POST',
    url: `${identity}/vendor-only/users/v1`,
    headers: await asEnvironment(harness),
    body: { email, tenantId: 'addresses', password },
  });
const createOverGraphql = async (email: string) =>
  run(harness, documents.createUser, { email, tenantId: 'addresses', password }, await asEnvironment(harness));

/** Asks for a code by e-mail at a login with this address, and returns the message that the mail server got. */
async function mailedTo(email: string) {
  const { mfaToken } = (await logIn(harness, email)).json<{ mfaToken: string }>();
  const sent = await harness.send({ method: 'POST', url: `${identity}/auth/v1/user/mfa/emailcode`, body: { mfaToken } });
  expect(sent.statusCode, sent.body).toBe(201);
  const before = mail.received.length;
  await harness.app.outbox.flush();
  return mail.received.length === before ? null : mail.received.at(-1);
}

describe('an address that is taken can be mailed', () => {
  const atoms = "!#$%&'*+-/=?^_`{|}~";
  test.each([
    ['plain@acme.example', 'plain@acme.example'],
    [`${atoms}@acme.example`, `${atoms}@acme.example`],
    ["o'neil+tag@ACME.example", "o'neil+tag@acme.example"],
    [' blanks@acme.example\u00a0', 'blanks@acme.example'],
    ['idn@München.example', 'idn@xn--mnchen-3ya.example'],
    ['dot@例。example.', 'dot@xn--fsq.example'],
    ['ｗｉｄｅ@acme.example', 'wide@acme.example'],
    ['root@localhost', 'root@localhost'],
    [
      `${'l'.repeat(64)}@${'d'.repeat(63)}.${'d'.repeat(63)}.${'d'.repeat(60)}`,
      `${'l'.repeat(64)}@${'d'.repeat(63)}.${'d'.repeat(63)}.${'d'.repeat(60)}`,
    ],
  ])('%j over REST and then is another spelling of the same user over GraphQL', async (given, ascii) => {
    const created = await createOverRest(given);
    expect(created.statusCode, created.body).toBe(201);
    const { id } = created.json<{ id: string }>();
    await harness.send({ method: 'POST', url: `${identity}/users/v1/${id}/verify`, headers: await asEnvironment(harness) });
    for (const spelling of [given, ascii, ascii.toUpperCase(), `\u200b${ascii}. `]) {
      expect(await createOverGraphql(spelling), spelling).toMatchObject({ code: 'USER_EXISTS' });
      expect((await logIn(harness, spelling)).json(), spelling).toMatchObject({ userId: id });
      expect(await run(harness, documents.logIn, { email: spelling, password }), spelling).toMatchObject({ __typename: 'MfaChallenge' });
    }
    expect(await mailedTo(given)).toMatchObject({ envelope: { to: [ascii] }, to: ascii });
    harness.clock.advance({ seconds: 1200 });
  });

  test.each([
    ...['sales(eu)@acme.example', 'first,last@acme.example', 'first;last@acme.example', '"quoted"@acme.example', 'jörg@acme.example'],
    ...['Dana <dana@acme.example>', 'dana@acme', 'dana@192.0.2.1', 'dana@[192.0.2.1]', 'dana@acme_x.example', 'a@b@acme.example'],
    ...['dana@acme.example\r\nBcc: evil@evil.example', `${'l'.repeat(65)}@acme.example`, 'da\u200bna@acme.example', '.dana@acme.example'],
  ])('and %j is refused on both sides', async (given) => {
    const overRest = await createOverRest(given);
    expect([overRest.statusCode, overRest.json().errors]).toEqual([400, ['email must be an email']]);
    const overGraphql = await createOverGraphql(given);
    expect(overGraphql).toMatchObject({ code: 'INVALID_INPUT', issues: [{ path: ['input', 'email'], message: 'must be an e-mail address' }] });
  });
});

describe('a sender that is taken sends', () => {
  const setOverRest = async (sender: string) =>
    harness.send({
      ...{ method: 'POST', url: `${identity}/configurations/v1/mfa`, headers: await asEnvironment(harness) },
      body: { email: { active: true, tokenLifetimeSeconds: 300, sender } },
    });
  const setOverGraphql = async (sender: string) =>
    run(harness, documents.setMfaConfiguration, { email: { active: true, tokenLifetimeSeconds: 300, sender } }, await asEnvironment(harness));

  test.each([
    ['', 'Acme', 'login@acme.example'],
    ['support@acme.example', '', 'support@acme.example'],
    ['Acme Support <support@acme.example>', 'Acme Support', 'support@acme.example'],
    ['"Acme, Inc." <support@Bücher.example>', 'Acme, Inc.', 'support@xn--bcher-kva.example'],
    [`${'漢'.repeat(42)} <support@acme.example>`, '漢'.repeat(42), 'support@acme.example'],
  ])('%j', async (sender, fromName, from) => {
    expect((await setOverRest(sender)).statusCode).toBe(201);
    expect(await setOverGraphql(sender)).toMatchObject({ __typename: 'SetMfaConfigurationSuccess' });
    expect(await mailedTo('plain@acme.example')).toMatchObject({ envelope: { from }, from, fromName });
    harness.clock.advance({ seconds: 1200 });
  });

  test.each([
    'Acme Support',
    'Acme <Support>',
    'a@b.example, c@d.example',
    'jörg@acme.example',
    'A\r\nBcc: x@y.example <a@b.example>',
    `${'n'.repeat(129)} <a@b.example>`,
  ])('and %j is refused on both sides', async (sender) => {
    const text = 'must be an e-mail address, or a name and an address such as Acme Support <support@acme.example>';
    const overRest = await setOverRest(sender);
    expect([overRest.statusCode, overRest.json().errors]).toEqual([400, [`sender ${text}`]]);
    const issues = [{ path: ['input', 'email', 'sender'], message: text }];
    expect(await setOverGraphql(sender)).toMatchObject({ code: 'INVALID_INPUT', issues });
  });

  test('and one that an earlier release stored, and that is no address, stops no mail', async () => {
    await execute(harness, 'update environments set mfa_email = $1', [
      JSON.stringify({ active: true, tokenLifetimeSeconds: 300, sender: 'Acme Support' }),
    ]);
    expect(await mailedTo('plain@acme.example')).toMatchObject({ envelope: { from: 'login@acme.example' } });
    expect(harness.logged).toContainEqual(expect.objectContaining({ level: 'warn', message: expect.stringContaining('MAIL_FROM') }));
  });
});

test('an address that an earlier release stored in another form is found after an upgrade, and no user is lost where two have one address', async () => {
  const idOf = async (email: string) => (await createOverRest(email)).json<{ id: string }>().id;
  const [alone, both, other] = [await idOf('alone@acme.example'), await idOf('both@acme.example'), await idOf('other@acme.example')];
  const store = (id: string, email: string, key: string) =>
    execute(harness, 'update users set email = $1, email_normalized = $2, verified = $3 where id = $4', [
      email,
      key,
      dialect === 'sqlite' ? 1 : true,
      id,
    ]);
  await store(alone, 'alone@Bücher.example', 'alone@bücher.example');
  await store(both, 'both@bücher.example', 'both@bücher.example');
  await store(other, 'both@xn--bcher-kva.example', 'both@xn--bcher-kva.example');
  const upgraded = await openHarness({ databaseUrl: databaseForAnother(harness), clock: harness.clock });
  try {
    for (const email of ['alone@bücher.example', 'ALONE@xn--bcher-kva.example']) {
      expect((await logIn(upgraded, email)).json(), email).toMatchObject({ userId: alone });
    }
    expect((await logIn(upgraded, 'both@bücher.example')).json()).toMatchObject({ userId: other });
    expect(upgraded.logged).toContainEqual(expect.objectContaining({ level: 'warn', userId: both }));
  } finally {
    await upgraded.close();
  }
});
