import { expect, test } from 'vitest';
import { asEnvironment } from '../../support/builders.ts';
import { eventsOf } from '../../support/database.ts';
import { mailboxCode, personInGrace } from '../../support/grace.ts';
import { documents, run } from '../../support/graphql-documents.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness();

test('a person in grace is told what is missing, has a code sent, proves the mailbox and enrolls', async () => {
  const user = await personInGrace(harness, 'story');
  const refused = await harness.graphql(documents.enroll, { input: {} }, user.headers);
  expect(refused.data ?? null).toBeNull();
  expect(refused.errors).toMatchObject([{ message: expect.stringContaining('mailbox'), extensions: { code: 'MAILBOX_PROOF_REQUIRED' } }]);

  const sent = await run(harness, documents.sendMailboxCode, {}, user.headers);
  expect(sent).toEqual({ __typename: 'SendMailboxCodeSuccess', expiresAt: new Date(harness.clock.now().getTime() + 300_000).toISOString() });
  const code = await mailboxCode(harness, user.email, user.headers);
  expect(harness.mail.at(-1)).toMatchObject({ template: 'MAILBOX_CODE', to: user.email, lifetimeSeconds: 300 });
  const proven = await run(harness, documents.proveMailbox, { code }, user.headers);
  expect(proven).toEqual({ __typename: 'ProveMailboxSuccess', provenUntil: new Date(harness.clock.now().getTime() + 300_000).toISOString() });

  expect((await run(harness, documents.enroll, {}, user.headers)).__typename).toBe('EnrollAuthenticatorAppSuccess');
  expect(await eventsOf(harness, user.id, 'CODE_SENT')).toMatchObject([{ reason: 'MAILBOX_PROOF' }, { reason: 'MAILBOX_PROOF' }]);
  expect(await eventsOf(harness, user.id, 'MAILBOX_PROVEN')).toMatchObject([{ tenant_id: user.tenantId }]);
  expect(await eventsOf(harness, user.id, 'MFA_FAILED')).toMatchObject([{ reason: 'MAILBOX_PROOF_REQUIRED', strategy: 'AUTHENTICATOR_APP' }]);
});

test('a code that could never be one is refused without being counted', async () => {
  const user = await personInGrace(harness, 'malformed');
  const code = await mailboxCode(harness, user.email, user.headers);
  for (const wrong of ['', '12345', 'abcdef', '1234567']) {
    expect((await run(harness, documents.proveMailbox, { code: wrong }, user.headers)).code, wrong).toBe('INVALID_CODE');
  }
  expect((await run(harness, documents.proveMailbox, { code }, user.headers)).__typename).toBe('ProveMailboxSuccess');
});

test('only a user proves a mailbox', async () => {
  const environment = await asEnvironment(harness);
  for (const [document, input] of [
    [documents.sendMailboxCode, {}],
    [documents.proveMailbox, { code: '000000' }],
  ] as const) {
    expect((await harness.graphql(document, { input })).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    expect((await harness.graphql(document, { input }, environment)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  }
});
