import { describe, expect, test } from 'vitest';
import { asEnvironment, createUserInTenant, enroll, logIn, setPolicy } from '../../support/builders.ts';
import { documents, run } from '../../support/graphql-documents.ts';
import { openHarness } from '../../support/harness.ts';
import { useHarness } from '../../support/use-harness.ts';

const codeForm = /^([0-9A-HJKMNP-TV-Z]{5}-){4}[0-9A-HJKMNP-TV-Z]{5}$/;
const harness = useHarness();

const bearer = (accessToken: string) => ({ authorization: `Bearer ${accessToken}` });
const recover = (email: string, recoveryCode: string) => run(harness, documents.recoverMfa, { email, recoveryCode });
const generate = (headers: Record<string, string>, input: object = { replaceExisting: true }) =>
  run(harness, documents.generateRecoveryCodes, input, headers);

async function enrolled(name: string) {
  const user = await createUserInTenant(harness, name);
  await setPolicy(harness, { enforceMFAType: 'Force' }, user.tenantId);
  return { ...user, ...(await enroll(harness, user.email)) };
}
const remaining = async (headers: Record<string, string>) =>
  (await harness.graphql('{ viewer { recoveryCodesRemaining } }', {}, headers)).data?.viewer as { recoveryCodesRemaining: number };

const wrongCode = 'ZZZZZ-ZZZZZ-ZZZZZ-ZZZZZ-ZZZZZ';

describe('generateRecoveryCodes', () => {
  test('shows ten codes once, counts them for the user and the operator, and tells the user', async () => {
    const user = await enrolled('ten');
    const headers = bearer(user.accessToken);
    expect(await remaining(headers)).toEqual({ recoveryCodesRemaining: 1 });
    const { __typename, recoveryCodes } = await generate(headers);
    expect(__typename).toBe('GenerateRecoveryCodesSuccess');
    expect(recoveryCodes).toHaveLength(10);
    for (const code of recoveryCodes) expect(code).toMatch(codeForm);
    expect(await remaining(headers)).toEqual({ recoveryCodesRemaining: 10 });
    const environment = await asEnvironment(harness, user.tenantId);
    const { data } = await harness.graphql('{ users { nodes { restId recoveryCodesRemaining } } }', {}, environment);
    expect(data).toEqual({ users: { nodes: [{ restId: user.id, recoveryCodesRemaining: 10 }] } });
    await harness.app.outbox.flush();
    expect(harness.notices.filter(({ to }) => to === user.email).map(({ kind }) => kind)).toEqual(['FACTOR_ADDED', 'RECOVERY_CODES_GENERATED']);
    expect((await recover(user.email, user.recoveryCode)).__typename, 'the code before').toBe('InvalidRecoveryCodeError');
    expect((await recover(user.email, recoveryCodes[3])).__typename).toBe('RecoverMfaSuccess');
  });

  test('refuses without a fresh factor, without any factor, without consent, and to callers that are no users', async () => {
    const user = await enrolled('refused');
    const headers = bearer(user.accessToken);
    const issues = [{ path: ['input', 'replaceExisting'], message: 'must be true: the codes handed out before stop working' }];
    expect(await generate(headers, { replaceExisting: false })).toMatchObject({ __typename: 'InvalidInputError', issues });
    harness.clock.advance({ seconds: 241 });
    const topLevel = async (with_: Record<string, string>) =>
      (await harness.graphql(documents.generateRecoveryCodes, { input: { replaceExisting: true } }, with_)).errors?.[0]?.extensions;
    expect(await topLevel(headers)).toMatchObject({ code: 'STEP_UP_REQUIRED', maxAge: 300 });
    expect(await topLevel({})).toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(await topLevel(await asEnvironment(harness))).toMatchObject({ code: 'FORBIDDEN' });
    const plain = await createUserInTenant(harness, 'refused-plain');
    const { accessToken } = (await logIn(harness, plain.email)).json();
    expect(await generate(bearer(accessToken))).toMatchObject({ __typename: 'NotEnrolledError', path: ['input'] });
    expect(await remaining(bearer(accessToken))).toEqual({ recoveryCodesRemaining: 0 });
  });
});

describe('recoverMfa', () => {
  test('takes every factor with it and logs nobody in', async () => {
    const user = await enrolled('recover');
    expect(await recover(user.email.toUpperCase(), user.recoveryCode.toLowerCase())).toEqual({ __typename: 'RecoverMfaSuccess', recovered: true });
    expect((await harness.graphql('{ viewer { id } }', {}, bearer(user.accessToken))).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    expect((await logIn(harness, user.email)).json()).toMatchObject({ mfaRequired: true, mfaEnrolled: false });
  });

  test('a wrong code and an unknown address get one answer; after five the address waits', async () => {
    const user = await enrolled('wrong');
    const refused = {
      __typename: 'InvalidRecoveryCodeError',
      code: 'INVALID_RECOVERY_CODE',
      message: 'The recovery code is wrong or was used before.',
      path: ['input', 'recoveryCode'],
    };
    for (const email of [user.email, 'wrong-nobody@acme.example']) {
      for (let tries = 0; tries < 5; tries += 1) expect(await recover(email, wrongCode)).toEqual(refused);
      const lockedUntil = new Date(harness.clock.now().getTime() + 900_000).toISOString();
      expect(await recover(email, user.recoveryCode)).toMatchObject({ __typename: 'AttemptsExhaustedError', lockedUntil, retryAfterSeconds: 900 });
    }
  });

  test('a text that cannot be a code costs no attempt', async () => {
    const user = await enrolled('malformed');
    for (let tries = 0; tries < 10; tries += 1)
      expect(await recover(user.email, `${wrongCode}${'Z'.repeat(tries + 1)}`)).toMatchObject({ __typename: 'InvalidRecoveryCodeError' });
    expect(await recover(user.email, user.recoveryCode)).toMatchObject({ __typename: 'RecoverMfaSuccess' });
  });

  test('refuses input that is none', async () => {
    expect(await recover('no address', 'x')).toMatchObject({ __typename: 'InvalidInputError', issues: [{ path: ['input', 'email'] }] });
    expect(await recover('a@acme.example', 'x'.repeat(4097))).toMatchObject({ __typename: 'InvalidInputError', path: ['input', 'recoveryCode'] });
  });

  test('counts against the client address, with REST', async () => {
    const limited = await openHarness({ settings: { LIMIT_FACTOR_PER_MINUTE: '2' } });
    try {
      const input = { email: 'a@acme.example', recoveryCode: 'x' };
      const url = '/identity/resources/auth/v1/user/mfa/recover';
      expect((await run(limited, documents.recoverMfa, input)).__typename).toBe('InvalidRecoveryCodeError');
      expect((await limited.send({ method: 'POST', url, body: input })).statusCode).toBe(400);
      expect((await run(limited, documents.recoverMfa, input)).__typename).toBe('RateLimitedError');
      expect((await limited.send({ method: 'POST', url, body: input })).statusCode).toBe(429);
    } finally {
      await limited.close();
    }
  });
});
