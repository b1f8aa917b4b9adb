import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDelivery } from '../../src/platform/delivery.ts';
import { createSmtpDelivery } from '../../src/platform/mail/smtp.ts';
import { asEnvironment, createUserInTenant, identity, mfaTokenFor, setPolicy, setStrategy } from '../support/builders.ts';
import type { Harness } from '../support/harness.ts';
import { openHarness } from '../support/harness.ts';
import type { MailServer } from '../support/mail-server.ts';
import { startMailServer } from '../support/mail-server.ts';

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

const codeTo = (address: string): string => {
  const message = mail.received.findLast((candidate) => candidate.to === address);
  return /\b(\d{6})\b/.exec(message?.text ?? '')?.[1] ?? 'no code in the message';
};

test('over REST the code in the message a mail server received completes the login', async () => {
  const { email } = await createUserInTenant(harness, 'rest-mail');
  const mfaToken = await mfaTokenFor(harness, email);
  const base = `${identity}/auth/v1/user/mfa/emailcode`;
  const { otcToken } = (await harness.send({ method: 'POST', url: base, body: { mfaToken } })).json();
  await harness.app.outbox.flush();
  expect(mail.received.at(-1)).toMatchObject({ from: 'login@acme.example', to: email, subject: 'Your login code' });
  const verified = await harness.send({ method: 'POST', url: `${base}/verify`, body: { mfaToken, otcToken, code: codeTo(email) } });
  expect(verified.statusCode, verified.body).toBe(201);
});

test('over GraphQL the code in the message a mail server received completes the login', async () => {
  const { email } = await createUserInTenant(harness, 'graphql-mail');
  const mfaToken = await mfaTokenFor(harness, email);
  const send = `mutation ($input: SendEmailCodeInput!) { sendEmailCode(input: $input) { ... on SendEmailCodeSuccess { otcToken } } }`;
  const sent = await harness.graphql(send, { input: { mfaToken } });
  const { otcToken } = (sent.data as { sendEmailCode: { otcToken: string } }).sendEmailCode;
  await harness.app.outbox.flush();
  const verify = `mutation ($input: VerifyEmailCodeInput!) { verifyEmailCode(input: $input) { __typename } }`;
  const verified = await harness.graphql(verify, { input: { mfaToken, otcToken, code: codeTo(email) } });
  expect(verified).toEqual({ data: { verifyEmailCode: { __typename: 'VerifyEmailCodeSuccess' } } });
});

test('the sender the operator set is the sender of the message', async () => {
  const { email } = await createUserInTenant(harness, 'sender-mail');
  const body = { email: { active: true, tokenLifetimeSeconds: 300, sender: 'second-factor@acme.example' } };
  await harness.send({ method: 'POST', url: `${identity}/configurations/v1/mfa`, headers: await asEnvironment(harness), body });
  const mfaToken = await mfaTokenFor(harness, email);
  await harness.send({ method: 'POST', url: `${identity}/auth/v1/user/mfa/emailcode`, body: { mfaToken } });
  await harness.app.outbox.flush();
  expect(mail.received.at(-1)).toMatchObject({ from: 'second-factor@acme.example', to: email });
});

test('a mail server that is busy delays the message, not the answer, and loses nothing', async () => {
  const { email } = await createUserInTenant(harness, 'busy-mail');
  const mfaToken = await mfaTokenFor(harness, email);
  mail.busy = true;
  const before = mail.received.length;
  const sent = await harness.send({ method: 'POST', url: `${identity}/auth/v1/user/mfa/emailcode`, body: { mfaToken } });
  expect(sent.statusCode).toBe(201);
  await harness.app.outbox.flush();
  expect(mail.received).toHaveLength(before);

  mail.busy = false;
  await harness.app.outbox.flush();
  expect(mail.received, 'not before the pause is over').toHaveLength(before);
  harness.clock.advance({ seconds: 6 });
  await harness.app.outbox.flush();
  expect(mail.received).toHaveLength(before + 1);
  const body = { mfaToken, otcToken: sent.json().otcToken, code: codeTo(email) };
  expect((await harness.send({ method: 'POST', url: `${identity}/auth/v1/user/mfa/emailcode/verify`, body })).statusCode).toBe(201);
});
