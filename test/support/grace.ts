import { randomUUID } from 'node:crypto';
import type { MfaPolicy } from '../../src/domain/policy/policy.ts';
import { defaultPolicyFields } from '../../src/domain/policy/policy.ts';
import { codeIn, createUserInTenant, expectStatus, logIn, totp } from './builders.ts';
import { documents, run } from './graphql-documents.ts';
import type { Harness } from './harness.ts';
import type { Answer } from './requests.ts';
import { call } from './rest.ts';
import type { OwnUser } from './self-service.ts';
import { newNumber, textedCode } from './sms.ts';
import { createSecurityKey } from './webauthn.ts';

type Headers = Record<string, string>;

/** Days to enroll of the people below. */
export const graceDays = 14;

/** Lets a policy enforce a second factor from now on, with time to enroll. */
export async function giveGrace({ app, clock }: Harness, tenantId: string | null, fields: Partial<MfaPolicy> = {}): Promise<void> {
  const now = clock.now();
  const policy = { ...defaultPolicyFields, enforceMfaType: 'FORCE', graceStartsAt: now, graceDays, id: randomUUID(), tenantId } as const;
  await app.store.policies.create({ ...policy, createdAt: now, updatedAt: now, ...fields });
}

/** The headers and the refresh token of a new session that the password alone opened. */
export async function sessionByPassword(harness: Harness, email: string): Promise<{ headers: Headers; refreshToken: string }> {
  const answer = await logIn(harness, email);
  expectStatus(answer, 200);
  const { accessToken, refreshToken } = answer.json<{ accessToken?: string; refreshToken: string }>();
  if (accessToken === undefined) throw new Error('the login needed a second factor');
  return { headers: { authorization: `Bearer ${accessToken}` }, refreshToken };
}

/** Somebody who has time to enroll, and logged in by the password alone. */
export async function personInGrace(harness: Harness, name: string): Promise<Omit<OwnUser, 'environment'> & { refreshToken: string }> {
  const user = await createUserInTenant(harness, name);
  await giveGrace(harness, user.tenantId);
  return { ...user, ...(await sessionByPassword(harness, user.email)) };
}

/** Mails a code for the proof of the mailbox and returns what arrives at the address. */
export async function mailboxCode(harness: Harness, email: string, headers: Headers): Promise<string> {
  const sent = await run(harness, documents.sendMailboxCode, {}, headers);
  if (sent.__typename !== 'SendMailboxCodeSuccess') throw new Error(`no code: ${JSON.stringify(sent)}`);
  await harness.app.outbox.flush();
  return codeIn(harness.mail.findLast(({ to, template }) => to === email && template === 'MAILBOX_CODE'));
}

/** Proves the mailbox in the session of the headers. */
export async function proveMailbox(harness: Harness, { email, headers }: { email: string; headers: Headers }): Promise<void> {
  const proven = await run(harness, documents.proveMailbox, { code: await mailboxCode(harness, email, headers) }, headers);
  if (proven.__typename !== 'ProveMailboxSuccess') throw new Error(`no proof: ${JSON.stringify(proven)}`);
}

/** What came of a step of an enrollment: `OK`, the code of the error, or the whole answer if it is neither. */
export type Outcome = string;

const mailboxText = 'Prove your mailbox first';

/** What a REST answer says. */
export function restOutcome(answer: Answer): Outcome {
  if (answer.statusCode === 200) return 'OK';
  const [text = ''] = answer.json<{ errors: string[] }>().errors;
  return answer.statusCode === 403 && text.startsWith(mailboxText) ? 'MAILBOX_PROOF_REQUIRED' : `${answer.statusCode} ${text}`;
}

interface GraphqlStep {
  outcome: Outcome;
  // biome-ignore lint/suspicious/noExplicitAny: what a success holds is different for each mutation
  success: any;
}

/** What a mutation answers, and what its success holds. */
export async function graphqlStep(harness: Harness, document: string, input: object, headers: Headers): Promise<GraphqlStep> {
  const { data, errors } = await harness.graphql(document, { input }, headers);
  const [answer] = Object.values(data ?? {}) as { __typename: string; code?: string }[];
  const ended = answer?.__typename.endsWith('Success') === true;
  return { outcome: errors?.[0]?.extensions.code ?? (ended ? 'OK' : (answer?.code ?? String(answer?.__typename))), success: answer };
}

/** An enrollment in a session that was begun, or why it was not. `finish` completes it in a session of the same user. */
export interface EnrollmentBegun {
  outcome: Outcome;
  finish: (headers: Headers) => Promise<Outcome>;
}

/** Begins an enrollment in the session of the headers. */
export type Way = (harness: Harness, headers: Headers) => Promise<EnrollmentBegun>;

const notBegun = (outcome: Outcome): EnrollmentBegun => ({ outcome, finish: async () => outcome });
const own = '/users/v1/mfa';

const appOverRest =
  (path: string): Way =>
  async (harness, headers) => {
    const begun = await call(harness, 'POST', `${own}${path}`, { headers });
    const outcome = restOutcome(begun);
    if (outcome !== 'OK') return notBegun(outcome);
    const { secret } = begun.json<{ secret: string }>();
    const finish = async (session: Headers) =>
      restOutcome(await call(harness, 'POST', `${own}${path}/verify`, { headers: session, body: { token: totp(harness, secret) } }));
    return { outcome, finish };
  };

const phoneOverRest: Way = async (harness, headers) => {
  const phoneNumber = newNumber();
  const begun = await call(harness, 'POST', `${own}/sms/enroll`, { headers, body: { phoneNumber } });
  const outcome = restOutcome(begun);
  if (outcome !== 'OK') return notBegun(outcome);
  const body = { otcToken: begun.json<{ otcToken: string }>().otcToken, code: await textedCode(harness, phoneNumber) };
  return { outcome, finish: async (session) => restOutcome(await call(harness, 'POST', `${own}/sms/enroll/verify`, { headers: session, body })) };
};

const keyOf = (builtIn: boolean) => createSecurityKey(builtIn ? { transport: 'internal' } : {});

const keyOverRest =
  (deviceType: 'Platform' | 'CrossPlatform'): Way =>
  async (harness, headers) => {
    const begun = await call(harness, 'POST', `${own}/webauthn/enroll`, { headers });
    const outcome = restOutcome(begun);
    if (outcome !== 'OK') return notBegun(outcome);
    const { options, webauthnToken } = begun.json();
    const body = { webauthnToken, deviceType, options: keyOf(deviceType === 'Platform').create(options) };
    const finish = async (session: Headers) => restOutcome(await call(harness, 'POST', `${own}/webauthn/enroll/verify`, { headers: session, body }));
    return { outcome, finish };
  };

const appOverGraphql: Way = async (harness, headers) => {
  const { outcome, success } = await graphqlStep(harness, documents.enroll, {}, headers);
  if (outcome !== 'OK') return notBegun(outcome);
  const finish = async (session: Headers) =>
    (await graphqlStep(harness, documents.verifyEnrollment, { code: totp(harness, success.secret) }, session)).outcome;
  return { outcome, finish };
};

const phoneOverGraphql: Way = async (harness, headers) => {
  const phoneNumber = newNumber();
  const { outcome, success } = await graphqlStep(harness, documents.enrollSms, { phoneNumber }, headers);
  if (outcome !== 'OK') return notBegun(outcome);
  const input = { otcToken: success.otcToken, code: await textedCode(harness, phoneNumber) };
  return { outcome, finish: async (session) => (await graphqlStep(harness, documents.verifySmsEnrollment, input, session)).outcome };
};

const keyOverGraphql =
  (deviceType: 'PLATFORM' | 'CROSS_PLATFORM'): Way =>
  async (harness, headers) => {
    const { outcome, success } = await graphqlStep(harness, documents.enrollWebAuthn, { deviceType }, headers);
    if (outcome !== 'OK') return notBegun(outcome);
    const credential = keyOf(deviceType === 'PLATFORM').create(success.options);
    const input = { deviceType, webauthnToken: success.webauthnToken, credential };
    return { outcome, finish: async (session) => (await graphqlStep(harness, documents.verifyWebAuthnEnrollment, input, session)).outcome };
  };

/** Every way to enroll an authenticator in a session, over both transports. */
export const waysToEnroll: Readonly<Record<string, Way>> = {
  'REST, an app': appOverRest('/authenticator/enroll'),
  'REST, an app by the older name': appOverRest('/enroll'),
  'REST, a phone': phoneOverRest,
  'REST, a built-in authenticator': keyOverRest('Platform'),
  'REST, a security key': keyOverRest('CrossPlatform'),
  'GraphQL, an app': appOverGraphql,
  'GraphQL, a phone': phoneOverGraphql,
  'GraphQL, a built-in authenticator': keyOverGraphql('PLATFORM'),
  'GraphQL, a security key': keyOverGraphql('CROSS_PLATFORM'),
};
