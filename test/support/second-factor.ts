import { createUserInTenant, enroll, logIn, mfaTokenFor, setPolicy } from './builders.ts';
import type { Harness } from './harness.ts';
import { expectRefusal, faults, invalidCode } from './rest.ts';

/** A user who has to enroll, with the outstanding login. */
export async function unenrolled(harness: Harness, name: string, policy: object = {}) {
  const user = await createUserInTenant(harness, name);
  await setPolicy(harness, { enforceMFAType: 'Force', ...policy }, user.tenantId);
  const login = await logIn(harness, user.email);
  const { mfaToken, secret, qrCode } = login.json<{ mfaToken: string; secret: string; qrCode: string }>();
  return { ...user, mfaToken, secret, qrCode };
}

/** A user with an authenticator app, and a new outstanding login. */
export async function enrolled(harness: Harness, name: string, policy: object = {}) {
  const user = await createUserInTenant(harness, name);
  await setPolicy(harness, { enforceMFAType: 'Force', ...policy }, user.tenantId);
  const { secret, recoveryCode } = await enroll(harness, user.email);
  return { ...user, secret, recoveryCode, mfaToken: await mfaTokenFor(harness, user.email) };
}

/** Texts that are not six digits. Blanks in a code and round it are dropped before, so they are not among these. */
export const notSixDigits = ['12345', '1234567', '12345a', '１２３４５６', '١٢٣٤٥٦', '+12345', '123456\n', '1e5', 'abcdef'];

/** Each such spelling is refused, five times over: had one of them cost an attempt, the mfaToken would be dead by then. */
export async function expectOnlySixDigits(send: (code: string) => Promise<Parameters<typeof expectRefusal>[0]>): Promise<void> {
  for (const code of notSixDigits) {
    for (let count = 1; count <= 5; count += 1) expectRefusal(await send(code), 400, invalidCode, `${JSON.stringify(code)} ${count}`);
  }
}

/** Each of the fields, in order, as required text: missing, null, empty, of another type, too long. */
export async function expectTextsRequired(
  send: (body?: unknown) => Promise<Parameters<typeof expectRefusal>[0]>,
  fields: readonly string[],
): Promise<void> {
  const all = (value: unknown) => Object.fromEntries(fields.map((field) => [field, value]));
  const empty = faults(...fields.map((field) => `${field} should not be empty`));
  const wrongType = faults(...fields.map((field) => `${field} must be a string`));
  expectRefusal(await send(), 400, faults('Request body is required'));
  expectRefusal(await send('null'), 400, faults('Request body is required'));
  expectRefusal(await send([]), 400, faults('Invalid request body'));
  expectRefusal(await send('{"'), 400, faults('Invalid request body'));
  for (const body of [{}, all(null), all('')]) expectRefusal(await send(body), 400, empty, JSON.stringify(body));
  for (const body of [all(123456), all(true), all({}), all([]), all('x'.repeat(4097)), all('a\0b')]) {
    expectRefusal(await send(body), 400, wrongType, JSON.stringify(body).slice(0, 60));
  }
  if (fields.length === 1) return;
  // Every route that finishes a login takes this one field more.
  for (const rememberDevice of ['true', 1, [], '']) {
    expectRefusal(await send({ ...all('x'), rememberDevice }), 400, faults('rememberDevice must be a boolean value'), JSON.stringify(rememberDevice));
  }
}
