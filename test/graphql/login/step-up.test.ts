import { beforeAll, describe, expect, test } from 'vitest';
import { asEnvironment, createUserInTenant, enroll, expectStatus, identity, logIn, setPolicy, setStrategy, totp } from '../../support/builders.ts';
import { documents, run } from '../../support/graphql-documents.ts';
import { roleIds } from '../../support/role-ids.ts';
import { useHarness } from '../../support/use-harness.ts';

const acr = 'http://schemas.openid.net/pape/policies/2007/06/multi-factor';
const adminRoleIds = [roleIds.admin];
const harness = useHarness();
beforeAll(() => setStrategy(harness, 'EmailCode', true));

const bearer = (accessToken: string) => ({ authorization: `Bearer ${accessToken}` });
const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
const now = () => Math.floor(harness.clock.now().getTime() / 1000);
const generate = (accessToken: string, input: object = {}) => run(harness, documents.generateStepUp, input, bearer(accessToken));
const verify = (mfaToken: string, secret: string) => run(harness, documents.verifyApp, { mfaToken, code: totp(harness, secret) });

/** An enrolled administrator whose access token says nothing of the factor. */
async function plainSession(name: string) {
  const user = await createUserInTenant(harness, name, { roleIds: adminRoleIds });
  await setPolicy(harness, { enforceMFAType: 'Force' }, user.tenantId);
  const { secret, cookie } = await enroll(harness, user.email);
  const answer = await harness.send({ method: 'POST', url: `${identity}/auth/v1/user/token/refresh`, cookie });
  expectStatus(answer, 200);
  return { ...user, secret, ...answer.json<{ accessToken: string; refreshToken: string }>() };
}

describe('generateStepUp', () => {
  test('answers a challenge, which raises the same session and rotates its refresh token', async () => {
    const user = await plainSession('raise');
    const challenge = await generate(user.accessToken);
    expect(challenge).toEqual({
      __typename: 'StepUpChallenge',
      mfaToken: expect.stringMatching(/^[\w-]{43}$/),
      expiresAt: new Date(harness.clock.now().getTime() + 600_000).toISOString(),
      devices: [{ id: expect.any(String), strategy: 'AUTHENTICATOR_APP', label: expect.any(String) }],
    });
    harness.clock.advance({ seconds: 11 });
    const { __typename, session, rememberedDevice } = await verify(challenge.mfaToken, user.secret);
    expect({ __typename, rememberedDevice }).toEqual({ __typename: 'VerifyAuthenticatorAppSuccess', rememberedDevice: null });
    const { iat, exp, jti, ...same } = claimsOf(user.accessToken);
    const raised = { acr, amr: ['pwd', 'otp', 'mfa'], auth_time: now() };
    expect(claimsOf(session.accessToken)).toEqual({ ...same, iat: now(), exp: now() + 900, jti: expect.any(String), ...raised });
    const next = await run(harness, documents.refreshSession, { refreshToken: session.refreshToken });
    for (const claim of Object.keys(raised)) expect(claimsOf(next.session.accessToken)).not.toHaveProperty(claim);
    harness.clock.advance({ seconds: 11 });
    expect(await run(harness, documents.refreshSession, { refreshToken: user.refreshToken })).toMatchObject({ __typename: 'SessionExpiredError' });
  });

  test('answers tokens where the one presented will do, and not a second longer', async () => {
    const user = await plainSession('recent');
    const { session } = await verify((await generate(user.accessToken)).mfaToken, user.secret);
    const at = now();
    harness.clock.advance({ seconds: 60 });
    const again = await generate(session.accessToken, { maxAgeSeconds: 60 });
    expect(again.__typename).toBe('GenerateStepUpSuccess');
    expect(claimsOf(again.session.accessToken)).toMatchObject({
      acr,
      amr: ['pwd', 'otp', 'mfa'],
      auth_time: at,
      sid: claimsOf(user.accessToken).sid,
    });
    expect((await generate(session.accessToken, { maxAgeSeconds: 59 })).__typename).toBe('StepUpChallenge');
  });

  test('refuses a user without a factor, an e-mail code on its token, and an enrollment', async () => {
    const plain = await createUserInTenant(harness, 'none', { mfaBypass: true });
    const { accessToken } = (await logIn(harness, plain.email)).json();
    expect(await generate(accessToken)).toMatchObject({ __typename: 'NotEnrolledError', code: 'NOT_ENROLLED', path: ['input'] });
    const { mfaToken } = await generate((await plainSession('mail')).accessToken);
    expect((await run(harness, documents.sendEmailCode, { mfaToken })).__typename).toBe('StrategyInactiveError');
    const answer = await run(harness, documents.verifyEmailCode, { mfaToken, otcToken: 'x', code: '123456' });
    expect(answer.__typename).toBe('StrategyInactiveError');
    expect((await run(harness, documents.enroll, { mfaToken })).__typename).toBe('ChallengeExpiredError');
    expect((await run(harness, documents.verifyEnrollment, { mfaToken, code: '123456' })).__typename).toBe('ChallengeExpiredError');
  });

  test('refuses ages that are none, and callers that are no users', async () => {
    const { accessToken } = await plainSession('input');
    for (const [maxAgeSeconds, message] of [
      [-1, 'must not be less than 0'],
      [null, 'must not be null'],
    ]) {
      const issues = [{ path: ['input', 'maxAgeSeconds'], message }];
      expect(await generate(accessToken, { maxAgeSeconds })).toMatchObject({ __typename: 'InvalidInputError', issues });
    }
    for (const maxAgeSeconds of [1.5, '60', 2 ** 31]) {
      const { errors } = await harness.graphql(documents.generateStepUp, { input: { maxAgeSeconds } }, bearer(accessToken));
      expect(errors?.[0]?.extensions.code, String(maxAgeSeconds)).toBe('BAD_REQUEST');
    }
    const codeOf = async (headers: Record<string, string>) =>
      (await harness.graphql(documents.generateStepUp, { input: {} }, headers)).errors?.[0]?.extensions.code;
    expect(await codeOf({})).toBe('UNAUTHENTICATED');
    expect(await codeOf(await asEnvironment(harness))).toBe('FORBIDDEN');
  });
});

describe('changing the policy', () => {
  const changes = {
    createMfaPolicy: { enforceMfaType: 'DONT_FORCE' },
    updateMfaPolicy: { enforceMfaType: 'DONT_FORCE' },
    upsertMfaPolicy: { enforceMfaType: 'DONT_FORCE' },
  } as const;

  test.each(Object.entries(changes))('%s by a user wants a factor proven within five minutes, at the top level', async (name, input) => {
    const user = await plainSession(`sensitive-${name.toLowerCase()}`);
    harness.clock.advance({ seconds: 241 });
    const document = documents[name as keyof typeof changes];
    const { data, errors } = await harness.graphql(document, { input }, bearer(user.accessToken));
    expect(data).toBeNull();
    expect(errors).toHaveLength(1);
    expect(errors?.[0]).toMatchObject({
      message: 'A recent second factor is required.',
      path: [name],
      extensions: { code: 'STEP_UP_REQUIRED', acrValues: [acr], maxAge: 300, requestId: expect.any(String) },
    });
    const { session } = await verify((await generate(user.accessToken)).mfaToken, user.secret);
    const outcome = await run(harness, document, input, bearer(session.accessToken));
    expect(outcome.__typename).toMatch(name === 'createMfaPolicy' ? /^PolicyExistsError$/ : /Success$/);
  });

  test('whoever has no factor, no permission, or an environment token is not asked for one', async () => {
    const plain = await createUserInTenant(harness, 'unasked', { roleIds: adminRoleIds });
    const { accessToken } = (await logIn(harness, plain.email)).json();
    expect((await run(harness, documents.upsertMfaPolicy, changes.upsertMfaPolicy, bearer(accessToken))).__typename).toBe('UpsertMfaPolicySuccess');
    const environment = await asEnvironment(harness, plain.tenantId);
    expect((await run(harness, documents.upsertMfaPolicy, changes.upsertMfaPolicy, environment)).__typename).toBe('UpsertMfaPolicySuccess');
    const member = await createUserInTenant(harness, 'unasked-member');
    const { accessToken: without } = (await logIn(harness, member.email)).json();
    const { errors } = await harness.graphql(documents.upsertMfaPolicy, { input: changes.upsertMfaPolicy }, bearer(without));
    expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });
});
