import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { multiFactorAcr } from '../../../src/domain/session/session.ts';
import { identity, logIn, mailedCode, setStrategy, totp } from '../../support/builders.ts';
import { logInByCode, loginCodeFor, setEmailCodeLogin } from '../../support/first-factors.ts';
import { documents, run } from '../../support/graphql-documents.ts';
import type { Harness } from '../../support/harness.ts';
import { createForcedUser, enrollApp, enrollVerify, otcTokenFor, verifyApp, verifyDevice, verifyMail } from '../../support/requests.ts';
import { newNumber, openSmsHarness, phoneUser, sentCode, smsEnroll, smsEnrollVerify, smsVerify, textedCode } from '../../support/sms.ts';
import { secondFactors } from '../../support/ways-in.ts';
import { createSecurityKey } from '../../support/webauthn.ts';
import { beginEnrollment, beginProof, keyUser, offerWebAuthn, rest } from '../../support/webauthn-flows.ts';

/** What a token states after each second factor, whatever completes it: `acr` and `amr` of two factors, or nothing after a code by e-mail. */
let harness: Harness;
beforeAll(async () => {
  harness = await openSmsHarness();
  await offerWebAuthn(harness);
  await setStrategy(harness, 'EmailCode', true);
  await setEmailCodeLogin(harness, true);
});
afterAll(() => harness.close());

const firsts = {
  'a password': { amr: 'pwd', begin: async (email: string) => (await logIn(harness, email)).json<Begun>() },
  'an e-mail code': {
    amr: 'otp',
    async begin(email: string) {
      const { code, cookie } = await loginCodeFor(harness, email);
      return (await logInByCode(harness, code, cookie)).json<Begun>();
    },
  },
} as const;
interface Begun {
  mfaToken: string;
  mfaDevices?: { authenticators: { id: string }[] };
}
type Begin = (email: string) => Promise<Begun>;

const given = (answer: { json(): unknown } | object): unknown => {
  const body = ('json' in answer ? (answer as { json(): unknown }).json() : answer) as { accessToken?: string; session?: { accessToken: string } };
  return body.accessToken ?? body.session?.accessToken ?? JSON.stringify(body);
};
const forced = (name: string) => createForcedUser(harness, `second-${name}`);
const deviceType = 'CROSS_PLATFORM';

let count = 0;
const nextName = (): string => `second-${++count}`;
/** Somebody with an app, and the code of its next step. */
async function appUser() {
  const user = await createForcedUser(harness, nextName());
  const { mfaToken } = (await logIn(harness, user.email)).json<Begun>();
  const { secret } = (await enrollApp(harness, mfaToken)).json<{ secret: string }>();
  await enrollVerify(harness, mfaToken, totp(harness, secret));
  harness.clock.advance({ seconds: 60 });
  return { ...user, secret };
}

/** How each operation completes a login that was begun so. The answer is the access token. */
const completing: Readonly<Record<string, (begin: Begin) => Promise<unknown>>> = {
  async 'REST verifyMfa'(begin) {
    const { email, secret } = await appUser();
    return given(await verifyApp(harness, (await begin(email)).mfaToken, totp(harness, secret)));
  },
  async 'REST verifyAuthenticator'(begin) {
    const { email, secret } = await appUser();
    const { mfaToken, mfaDevices } = await begin(email);
    return given(await verifyDevice(harness, mfaDevices?.authenticators[0]?.id ?? '', mfaToken, totp(harness, secret)));
  },
  async 'REST verifyAuthenticatorEnrollment'(begin) {
    const { mfaToken } = await begin((await forced(nextName())).email);
    const { secret } = (await enrollApp(harness, mfaToken)).json<{ secret: string }>();
    return given(await enrollVerify(harness, mfaToken, totp(harness, secret)));
  },
  async 'REST verifyEmailCode'(begin) {
    const { email } = await forced(nextName());
    const { mfaToken } = await begin(email);
    const otcToken = await otcTokenFor(harness, mfaToken);
    return given(await verifyMail(harness, { mfaToken, otcToken, code: await mailedCode(harness, email) }));
  },
  async 'REST verifyWebAuthnEnrollment'(begin) {
    const { mfaToken } = await begin((await forced(nextName())).email);
    const { options, webauthnToken } = await beginEnrollment(harness, mfaToken);
    const body = { mfaToken, webauthnToken, deviceType: 'CrossPlatform', options: createSecurityKey().create(options) };
    return given(await rest.enrollVerify(harness, body));
  },
  async 'REST verifyWebAuthn'(begin) {
    const { email, key, deviceId } = await keyUser(harness, nextName());
    const { mfaToken } = await begin(email);
    const { options, webauthnToken } = await beginProof(harness, mfaToken, deviceId);
    return given(await rest.verify(harness, deviceId, { mfaToken, webauthnToken, options: key.get(options) }));
  },
  async 'REST verifySmsEnrollment'(begin) {
    const { mfaToken } = await begin((await forced(nextName())).email);
    const phoneNumber = newNumber();
    const { otcToken } = (await smsEnroll(harness, { phoneNumber, mfaToken })).json<{ otcToken: string }>();
    return given(await smsEnrollVerify(harness, { otcToken, code: await textedCode(harness, phoneNumber), mfaToken }));
  },
  async 'REST verifySms'(begin) {
    const user = await phoneUser(harness, nextName());
    const { mfaToken } = await begin(user.email);
    return given(await smsVerify(harness, user.deviceId, await sentCode(harness, user, mfaToken)));
  },
  async 'GraphQL verifyAuthenticatorApp'(begin) {
    const { email, secret } = await appUser();
    return given(await run(harness, documents.verifyApp, { mfaToken: (await begin(email)).mfaToken, code: totp(harness, secret) }));
  },
  async 'GraphQL verifyAuthenticatorAppEnrollment'(begin) {
    const { mfaToken } = await begin((await forced(nextName())).email);
    const { secret } = await run(harness, documents.enroll, { mfaToken });
    return given(await run(harness, documents.verifyEnrollment, { mfaToken, code: totp(harness, secret) }));
  },
  async 'GraphQL verifyEmailCode'(begin) {
    const { email } = await forced(nextName());
    const { mfaToken } = await begin(email);
    const { otcToken } = await run(harness, documents.sendEmailCode, { mfaToken });
    return given(await run(harness, documents.verifyEmailCode, { mfaToken, otcToken, code: await mailedCode(harness, email) }));
  },
  async 'GraphQL verifyWebAuthnEnrollment'(begin) {
    const { mfaToken } = await begin((await forced(nextName())).email);
    const { options, webauthnToken } = await run(harness, documents.enrollWebAuthn, { mfaToken, deviceType });
    const input = { mfaToken, deviceType, webauthnToken, credential: createSecurityKey().create(options) };
    return given(await run(harness, documents.verifyWebAuthnEnrollment, input));
  },
  async 'GraphQL verifyWebAuthn'(begin) {
    const { email, key, deviceId } = await keyUser(harness, nextName());
    const { mfaToken } = await begin(email);
    const { options, webauthnToken } = await run(harness, documents.beginWebAuthn, { mfaToken, deviceId });
    return given(await run(harness, documents.verifyWebAuthn, { mfaToken, deviceId, webauthnToken, credential: key.get(options) }));
  },
  async 'GraphQL verifySmsEnrollment'(begin) {
    const { mfaToken } = await begin((await forced(nextName())).email);
    const phoneNumber = newNumber();
    const { otcToken } = await run(harness, documents.enrollSms, { mfaToken, phoneNumber });
    return given(await run(harness, documents.verifySmsEnrollment, { mfaToken, otcToken, code: await textedCode(harness, phoneNumber) }));
  },
  async 'GraphQL verifySms'(begin) {
    const user = await phoneUser(harness, nextName());
    const { mfaToken } = await begin(user.email);
    const { otcToken } = await run(harness, documents.sendSmsCode, { mfaToken, deviceId: user.deviceId });
    const code = await textedCode(harness, user.number);
    return given(await run(harness, documents.verifySms, { mfaToken, deviceId: user.deviceId, otcToken, code }));
  },
};

const proves = { AUTHENTICATOR_APP: 'otp', SMS: 'sms', WEBAUTHN_CROSS_PLATFORM: 'hwk', WEBAUTHN_PLATFORM: 'hwk', EMAIL_CODE: 'otp' } as const;

test('every operation that completes a challenge is here', () => {
  expect(Object.keys(completing).sort()).toEqual(Object.keys(secondFactors).sort());
});

describe.each(Object.entries(firsts))('after %s', (_first, { amr, begin }) => {
  // Two codes to one mailbox are one factor, so none is offered after the first.
  const rows = Object.entries(secondFactors).filter(([, strategy]) => strategy !== 'EMAIL_CODE' || amr === 'pwd');

  test.each(rows)('%s (%s) states what was proven, and not more', async (name, strategy) => {
    const accessToken = await completing[name]?.(begin);
    expect(accessToken).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    const claims = decodeJwt(String(accessToken));
    const session = await harness.app.store.sessions.find(String(claims.sid), harness.clock.now());
    expect(session?.secondFactorAt).toEqual(harness.clock.now());
    if (strategy === 'EMAIL_CODE') {
      // NIST 800-63B-4 §3.1.3.1: a mailbox proves no possession, so whoever asks for two factors must not be told that there are two.
      expect([claims.acr, claims.amr, claims.auth_time]).toEqual([undefined, undefined, undefined]);
      expect(session?.amr).not.toContain('mfa');
      return;
    }
    expect(claims).toMatchObject({ acr: multiFactorAcr, auth_time: Math.floor(harness.clock.now().getTime() / 1000) });
    expect([...(claims.amr as string[])].sort()).toEqual([...new Set([amr, proves[strategy], 'mfa'])].sort());
  });
});

test('a challenge that one operation has completed is spent for every other', async () => {
  const { email, secret } = await appUser();
  const { mfaToken, mfaDevices } = await firsts['a password'].begin(email);
  const code = totp(harness, secret);
  expect((await verifyApp(harness, mfaToken, code)).statusCode).toBe(201);
  harness.clock.advance({ seconds: 30 });
  const next = totp(harness, secret);
  const device = mfaDevices?.authenticators[0]?.id ?? '';
  expect((await verifyDevice(harness, device, mfaToken, next)).statusCode).toBe(401);
  expect(await run(harness, documents.verifyApp, { mfaToken, code: next })).toMatchObject({ code: 'CHALLENGE_EXPIRED' });
  const url = `${identity}/auth/v1/user/mfa/emailcode`;
  expect((await harness.send({ method: 'POST', url, body: { mfaToken } })).statusCode).toBe(401);
});
