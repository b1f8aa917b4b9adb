import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { buildSchema, isInputObjectType, isNonNullType } from 'graphql';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Credentials } from '../../support/api-tokens.ts';
import { createTenantToken } from '../../support/api-tokens.ts';
import {
  asEnvironment,
  createTenant,
  createUserInTenant,
  enroll,
  identity,
  mailedCode,
  mfaTokenFor,
  password,
  setPolicy,
  setStrategy,
  wrongTotp,
} from '../../support/builders.ts';
import { activationFor, createInvited, loginCodeFor, otherCode, resetTokenFor, setEmailCodeLogin } from '../../support/first-factors.ts';
import { documents, mutation } from '../../support/graphql-documents.ts';
import { clientId } from '../../support/harness.ts';
import { openInstances } from '../../support/instances.ts';
import { magicLinkFor, setCore } from '../../support/passwordless.ts';
import { givePhone, smsLoginFor } from '../../support/phones.ts';
import { createForcedUser, loggedIn } from '../../support/requests.ts';
import { operations } from '../../support/rest-operations.ts';
import { addApp, ownUser } from '../../support/self-service.ts';
import { addPhone, newNumber, phoneUser } from '../../support/sms.ts';
import { useHarness } from '../../support/use-harness.ts';
import { createSecurityKey } from '../../support/webauthn.ts';
import { addKey, beginEnrollment, beginOwnEnrollment, beginProof, beginRemoval, keyUser, offerWebAuthn } from '../../support/webauthn-flows.ts';

const harness = useHarness(() => openInstances({ sms: true, settings: { LIMIT_PASSWORD_FAILURES: '5' } }));
beforeAll(async () => {
  for (const strategy of ['SMS', 'EmailCode']) await setStrategy(harness, strategy, true);
  await offerWebAuthn(harness);
  await setEmailCodeLogin(harness, true);
});

/** Sends one wrong try, and answers whether it was refused for being one too many. */
type Guess = () => Promise<boolean>;
/** Prepares what there is to guess at, for a user or tenant of this name. */
type Oracle = (name: string) => Promise<Guess>;

/** What names no user is one for all tests, so that its guesses come from a network of their own. */
const elsewhere = '198.51.100.77';
const code = '123456';
const recoveryCode = 'AAAAA-AAAAA-AAAAA-AAAAA-AAAAA';
const rest = async (path: string, body: object, more: { headers?: Record<string, string>; cookie?: string; address?: string } = {}) =>
  (await harness.send({ method: 'POST', url: path.startsWith('/auth/vendor') ? path : `${identity}${path}`, body, ...more })).statusCode === 429;
const graphql = async (query: string, input: object, more: { headers?: Record<string, string>; address?: string } = {}) => {
  const answer = await harness.send({ method: 'POST', url: '/graphql', body: { query, variables: { input } }, ...more });
  const { data, errors } = answer.json();
  expect(errors).toBeUndefined();
  return /^(AttemptsExhausted|RateLimited)Error$/.test((Object.values(data)[0] as { __typename: string }).__typename);
};
const mfa = '/auth/v1/user/mfa';
const own = '/users/v1/mfa';

/** What a login guesses at; `send` gets the mfaToken of a new one each time, and the device. */
const atLogin =
  (prepare: (name: string) => Promise<{ email: string; secret: string | null; deviceId: string }>) =>
  (send: (tried: { mfaToken: string; wrong: string; deviceId: string }) => Promise<boolean>): Oracle =>
  async (name) => {
    const { email, secret, deviceId } = await prepare(name);
    return async () => {
      const login = await loggedIn(harness, email);
      return send({ mfaToken: login.mfaToken, wrong: wrongTotp(harness, secret ?? login.secret), deviceId });
    };
  };
/** Guesses while the environment offers a way to log in. */
const withStrategy =
  (authStrategy: string, prepare: Oracle): Oracle =>
  async (name) => {
    await setCore(harness, { authStrategy });
    return prepare(name);
  };
/** Guesses at the secret of an API token. */
const tokenGuess =
  (guess: (credentials: Credentials) => Promise<boolean>): Oracle =>
  async (name) => {
    const credentials = await createTenantToken(harness, await createTenant(harness, name));
    return () => guess(credentials);
  };

const appUser = atLogin(async (name) => {
  const user = await createForcedUser(harness, name);
  const { secret } = await enroll(harness, user.email);
  const { mfaDevices } = await loggedIn(harness, user.email);
  return { email: user.email, secret, deviceId: mfaDevices.authenticators[0]?.id ?? '' };
});
const newUser = atLogin(async (name) => ({ email: (await createForcedUser(harness, name)).email, secret: null, deviceId: '' }));
/** The id that GraphQL gives the user's device. */
async function deviceOf(email: string): Promise<string> {
  const body = { query: documents.logIn, variables: { input: { email, password } } };
  return (await harness.send({ method: 'POST', url: '/graphql', body })).json().data.logIn.devices[0].id;
}
const keyGuess =
  (send: (tried: { mfaToken: string; deviceId: string; email: string; wrong: object }) => Promise<boolean>): Oracle =>
  async (name) => {
    const user = await keyUser(harness, name);
    const { options } = await beginProof(harness, await mfaTokenFor(harness, user.email), user.deviceId);
    const wrong = user.key.get(options);
    return async () => send({ mfaToken: await mfaTokenFor(harness, user.email), deviceId: user.deviceId, email: user.email, wrong });
  };
const newKeyGuess =
  (send: (tried: { mfaToken: string; wrong: object }) => Promise<boolean>): Oracle =>
  async (name) => {
    const user = await createForcedUser(harness, name);
    const { options } = await beginEnrollment(harness, await mfaTokenFor(harness, user.email));
    const wrong = createSecurityKey().create(options);
    return async () => send({ mfaToken: await mfaTokenFor(harness, user.email), wrong });
  };
const phoneGuess =
  (send: (tried: { mfaToken: string; deviceId: string; email: string }) => Promise<boolean>): Oracle =>
  async (name) => {
    const user = await phoneUser(harness, name);
    return async () => send({ mfaToken: await mfaTokenFor(harness, user.email), deviceId: user.deviceId, email: user.email });
  };
/** What the holder of a session guesses at. */
const inSession =
  (prepare: (headers: Record<string, string>) => Promise<Guess>): Oracle =>
  async (name) =>
    prepare((await ownUser(harness, name)).headers);
const ownEnrollment = (path: string) =>
  inSession(async (headers) => {
    const { secret } = (await harness.send({ method: 'POST', url: `${identity}${path}`, headers })).json();
    return () => rest(`${path}/verify`, { token: wrongTotp(harness, secret) }, { headers });
  });

/** A number that the holder of a session has added, and that waits for its code. */
async function begunPhone(headers: Record<string, string>): Promise<{ id: string; otcToken: string }> {
  const added = await harness.send({
    ...{ method: 'POST', url: `${identity}/users/phone-numbers/v1`, headers },
    body: { phoneNumber: newNumber() },
  });
  return added.json();
}

/** A wrong try at every operation of the REST surface that takes a password or a code, by its id. */
const restOracles: Readonly<Record<string, Oracle>> = {
  verifyPassword: async (name) => {
    const { email } = await createUserInTenant(harness, name);
    const headers = await asEnvironment(harness);
    return () => rest('/vendor-only/users/v1/passwords/verify', { email, password: 'not the password' }, { headers });
  },
  acceptInvitation: async (name) => {
    const { id: userId } = await createUserInTenant(harness, name);
    return () => rest('/users/v1/invitation/accept', { userId, token: 'x' });
  },
  acceptInvitationByCode: async (name) => {
    const { id: userId } = await createUserInTenant(harness, name);
    return () => rest('/users/v1/invitation/accept/code', { userId, token: 'x', code });
  },
  activateUserByCode: async (name) => {
    const { id: userId } = await createUserInTenant(harness, name);
    return () => rest('/users/v1/activate/code', { userId, token: 'x', code });
  },
  checkInvitationLink: async () => () => rest('/tenants/invites/v1/verify', { token: 'x' }, { address: elsewhere }),
  logIn: async (name) => {
    const { email } = await createUserInTenant(harness, name);
    return () => rest('/auth/v1/user', { email, password: 'not the password' });
  },
  logInWithEmailCode: withStrategy('Code', async (name) => {
    const sent = await loginCodeFor(harness, (await createUserInTenant(harness, name)).email);
    return () => rest('/auth/v1/passwordless/code/postlogin', { token: otherCode(sent.code) }, { cookie: sent.cookie });
  }),
  logInWithSmsCode: withStrategy('SmsCode', async (name) => {
    const { id, email } = await createUserInTenant(harness, name);
    const sent = await smsLoginFor(harness, email, (await givePhone(harness, id)).number);
    return () => rest('/auth/v1/passwordless/smscode/postlogin', { token: otherCode(sent.code) }, { cookie: sent.cookie });
  }),
  verifyOwnPhone: inSession(async (headers) => {
    const { otcToken } = await begunPhone(headers);
    return () => rest('/users/phone-numbers/v1/verify', { otcToken, code: '000000' }, { headers });
  }),
  removeOwnPhone: inSession(async (headers) => {
    const { id } = await begunPhone(headers);
    harness.clock.advance({ seconds: 31 });
    const begun = await harness.send({ method: 'DELETE', url: `${identity}/users/phone-numbers/v1/${id}`, headers });
    const { otcToken } = begun.json<{ otcToken: string }>();
    return () => rest(`/users/phone-numbers/v1/${id}/delete/verify`, { otcToken, code: '000000' }, { headers });
  }),
  logInWithMagicLink: withStrategy('MagicLink', async (name) => {
    const { cookie } = await magicLinkFor(harness, (await createUserInTenant(harness, name)).email);
    return () => rest('/auth/v1/passwordless/magiclink/postlogin', { token: 'x' }, { cookie });
  }),
  verifyMfa: appUser(({ mfaToken, wrong }) => rest(`${mfa}/verify`, { value: wrong, mfaToken, rememberDevice: false })),
  verifyAuthenticator: appUser(({ mfaToken, wrong, deviceId }) => rest(`${mfa}/authenticator/${deviceId}/verify`, { value: wrong, mfaToken })),
  verifyAuthenticatorEnrollment: newUser(({ mfaToken, wrong }) => rest(`${mfa}/authenticator/enroll/verify`, { token: wrong, mfaToken })),
  verifyEmailCode: newUser(({ mfaToken }) => rest(`${mfa}/emailcode/verify`, { otcToken: 'x', code, mfaToken })),
  verifyWebAuthnEnrollment: newKeyGuess(({ mfaToken, wrong }) =>
    rest(`${mfa}/webauthn/enroll/verify`, { mfaToken, webauthnToken: 'x', deviceType: 'CrossPlatform', options: wrong }),
  ),
  verifyWebAuthn: keyGuess(({ mfaToken, deviceId, wrong }) =>
    rest(`${mfa}/webauthn/${deviceId}/verify`, { mfaToken, webauthnToken: 'x', options: wrong }),
  ),
  verifySmsEnrollment: newUser(({ mfaToken }) => rest(`${mfa}/sms/enroll/verify`, { otcToken: 'x', code, mfaToken })),
  verifySms: phoneGuess(({ mfaToken, deviceId }) => rest(`${mfa}/sms/${deviceId}/verify`, { otcToken: 'x', code, mfaToken })),
  recoverMfa: async (name) => {
    const user = await createForcedUser(harness, name);
    await enroll(harness, user.email);
    return () => rest(`${mfa}/recover`, { email: user.email, recoveryCode });
  },
  verifyOwnEmail: async (name) => {
    const { headers } = await ownUser(harness, name);
    const email = `${name}@another.example`;
    await harness.send({ method: 'POST', url: `${identity}/users/emails/v1`, headers, body: { email } });
    const wrong = otherCode(await mailedCode(harness, email));
    return () => rest('/users/emails/v1/verify', { email, code: wrong }, { headers });
  },
  confirmEmailChange: async (name) => {
    const { headers } = await ownUser(harness, name);
    const email = `${name}@another.example`;
    await harness.graphql(documents.updateEnvironmentSettings, { input: { allowEmailChange: true } }, await asEnvironment(harness));
    await harness.send({ method: 'POST', url: `${identity}/users/v1/email/me`, headers, body: { email } });
    const wrong = otherCode(await mailedCode(harness, email));
    return () => rest('/users/v1/email/me/verify', { email, code: wrong }, { headers });
  },
  verifyMfaEnrollment: ownEnrollment(`${own}/enroll`),
  verifyOwnAuthenticatorEnrollment: ownEnrollment(`${own}/authenticator/enroll`),
  verifyOwnWebAuthnEnrollment: inSession(async (headers) => {
    const { options } = await beginOwnEnrollment(harness, headers);
    const wrong = createSecurityKey().create(options);
    return () => rest(`${own}/webauthn/enroll/verify`, { webauthnToken: 'x', deviceType: 'CrossPlatform', options: wrong }, { headers });
  }),
  verifyOwnSmsEnrollment: inSession(async (headers) => () => rest(`${own}/sms/enroll/verify`, { otcToken: 'x', code }, { headers })),
  disableWebAuthn: inSession(async (headers) => {
    const key = await addKey(harness, headers, 'CrossPlatform');
    const { webauthn } = (await harness.send({ url: `${identity}${own}/devices`, headers })).json();
    const { options } = await beginRemoval(harness, headers, webauthn[0].id);
    const wrong = key.get(options);
    return () => rest(`${own}/webauthn/${webauthn[0].id}/disable/verify`, { webauthnToken: 'x', options: wrong }, { headers });
  }),
  disableMfa: inSession(async (headers) => {
    const secret = await addApp(harness, headers);
    return () => rest(`${own}/disable`, { token: wrongTotp(harness, secret) }, { headers });
  }),
  disableAuthenticator: inSession(async (headers) => {
    const secret = await addApp(harness, headers);
    const { authenticators } = (await harness.send({ url: `${identity}${own}/devices`, headers })).json();
    return () => rest(`${own}/authenticator/${authenticators[0].id}/disable/verify`, { token: wrongTotp(harness, secret) }, { headers });
  }),
  verifyDisableSms: async (name) => {
    const { headers } = await ownUser(harness, name);
    const { deviceId } = await addPhone(harness, { accessToken: headers.authorization?.slice('Bearer '.length) ?? '', number: '' });
    return () => rest(`${own}/sms/${deviceId}/disable/verify`, { otcToken: 'x', code }, { headers });
  },
  activateUser: async (name) => {
    const { userId } = await activationFor(harness, (await createInvited(harness, await createTenant(harness, name))).id);
    return () => rest('/users/v1/activate', { userId, token: 'x', password });
  },
  resetPassword: async (name) => {
    const { userId } = await resetTokenFor(harness, (await createUserInTenant(harness, name)).email);
    return () => rest('/users/v1/passwords/reset/verify', { userId, token: 'x', password });
  },
  validatePasswordReset: async (name) => {
    const { userId } = await resetTokenFor(harness, (await createUserInTenant(harness, name)).email);
    return () => rest('/users/v1/passwords/reset/validate', { userId, token: 'x' });
  },
  changePassword: inSession(async (headers) => () => rest('/users/v1/passwords/change', { password: 'wrong', newPassword: password }, { headers })),
  // Its body names no user, so that unknown tokens are counted for the network.
  unlockMe: async () => () => rest('/users/v3/me/unlock', { token: 'x' }, { address: elsewhere }),
  authenticateApiToken: tokenGuess(({ clientId: id }) => rest('/auth/v2/api-token', { clientId: id, secret: randomUUID() })),
  authenticateApiTokenOlder: tokenGuess(({ clientId: id }) => rest('/auth/v1/api-token', { clientId: id, secret: randomUUID() })),
  authenticateEnvironment: async () => () => rest('/auth/vendor', { clientId, secret: 'wrong' }, { address: elsewhere }),
};

/** The same for every field of GraphQL. */
const graphqlOracles: Readonly<Record<string, Oracle>> = {
  verifyPassword: async (name) => {
    const { email } = await createUserInTenant(harness, name);
    const headers = await asEnvironment(harness);
    return () => graphql(documents.verifyPassword, { email, password: 'not the password' }, { headers });
  },
  acceptInvitation: async (name) => {
    const { id: userId } = await createUserInTenant(harness, name);
    return () => graphql(documents.acceptInvitation, { userId, token: 'x' });
  },
  checkInvitation: async () => () => graphql(documents.checkInvitation, { token: 'x' }, { address: '198.51.100.78' }),
  logIn: async (name) => {
    const { email } = await createUserInTenant(harness, name);
    return () => graphql(documents.logIn, { email, password: 'not the password' });
  },
  logInWithEmailCode: withStrategy('Code', async (name) => {
    const { email } = await createUserInTenant(harness, name);
    const sent = (await harness.graphql(documents.sendLoginCode, { input: { email } })).data?.sendLoginCode as { loginToken: string };
    return () => graphql(documents.logInWithEmailCode, { loginToken: sent.loginToken, code });
  }),
  logInWithSmsCode: withStrategy('SmsCode', async (name) => {
    const { id, email } = await createUserInTenant(harness, name);
    await givePhone(harness, id);
    const sent = Object.values((await harness.graphql(documents.sendLoginSmsCode, { input: { email } })).data ?? {}) as { loginToken: string }[];
    return () => graphql(documents.logInWithSmsCode, { loginToken: sent[0]?.loginToken, code });
  }),
  verifyPasswordResetSms: async (name) => {
    const { id, email } = await createUserInTenant(harness, name);
    await givePhone(harness, id);
    const answer = await harness.graphql(mutation('requestPasswordResetBySms', 'sessionId'), { input: { email } });
    const sent = Object.values(answer.data ?? {}) as { sessionId: string }[];
    return () => graphql(mutation('verifyPasswordResetSms', 'userId'), { sessionId: sent[0]?.sessionId, code });
  },
  verifyPhoneNumber: inSession(async (headers) => {
    const { otcToken } = await begunPhone(headers);
    return () => graphql(mutation('verifyPhoneNumber', 'userPhone { id }'), { otcToken, code }, { headers });
  }),
  logInWithMagicLink: withStrategy('MagicLink', async (name) => {
    await magicLinkFor(harness, (await createUserInTenant(harness, name)).email);
    return () => graphql(documents.logInWithMagicLink, { token: 'x' });
  }),
  verifyAuthenticatorApp: appUser(({ mfaToken, wrong }) => graphql(documents.verifyApp, { mfaToken, code: wrong })),
  verifyAuthenticatorAppEnrollment: newUser(({ mfaToken, wrong }) => graphql(documents.verifyEnrollment, { mfaToken, code: wrong })),
  verifyEmailCode: newUser(({ mfaToken }) => graphql(documents.verifyEmailCode, { mfaToken, otcToken: 'x', code })),
  verifyWebAuthnEnrollment: newKeyGuess(({ mfaToken, wrong }) =>
    graphql(documents.verifyWebAuthnEnrollment, { mfaToken, webauthnToken: 'x', deviceType: 'CROSS_PLATFORM', credential: wrong }),
  ),
  verifyWebAuthn: keyGuess(async ({ mfaToken, email, wrong }) =>
    graphql(documents.verifyWebAuthn, { mfaToken, deviceId: await deviceOf(email), webauthnToken: 'x', credential: wrong }),
  ),
  verifySmsEnrollment: newUser(({ mfaToken }) => graphql(documents.verifySmsEnrollment, { mfaToken, otcToken: 'x', code })),
  verifySms: phoneGuess(async ({ mfaToken, email }) =>
    graphql(documents.verifySms, { mfaToken, deviceId: await deviceOf(email), otcToken: 'x', code }),
  ),
  recoverMfa: async (name) => {
    const user = await createForcedUser(harness, name);
    await enroll(harness, user.email);
    return () => graphql(documents.recoverMfa, { email: user.email, recoveryCode });
  },
  verifyUserEmailAddress: async (name) => {
    const { headers } = await ownUser(harness, name);
    const email = `${name}@another.example`;
    await harness.graphql(documents.addUserEmail, { input: { email } }, headers);
    const wrong = otherCode(await mailedCode(harness, email));
    return () => graphql(documents.verifyUserEmailAddress, { email, code: wrong }, { headers });
  },
  proveMailbox: async (name) => {
    const { headers, email } = await ownUser(harness, name);
    await harness.graphql(documents.sendMailboxCode, {}, headers);
    const wrong = otherCode(await mailedCode(harness, email));
    return () => graphql(documents.proveMailbox, { code: wrong }, { headers });
  },
  removeAuthenticator: async (name) => {
    const { headers, email, tenantId } = await ownUser(harness, name);
    const secret = await addApp(harness, headers);
    await setPolicy(harness, { enforceMFAType: 'Force' }, tenantId);
    const deviceId = await deviceOf(email);
    await setPolicy(harness, { enforceMFAType: 'DontForce' }, tenantId);
    return () => graphql(documents.removeAuthenticator, { deviceId, code: wrongTotp(harness, secret) }, { headers });
  },
  activateUser: async (name) => {
    const { userId } = await activationFor(harness, (await createInvited(harness, await createTenant(harness, name))).id);
    return () => graphql(documents.activateUser, { userId, token: 'x' });
  },
  resetPassword: async (name) => {
    const { userId } = await resetTokenFor(harness, (await createUserInTenant(harness, name)).email);
    return () => graphql(documents.resetPassword, { userId, token: 'x', password });
  },
  changePassword: async (name) => {
    const { headers } = await ownUser(harness, name);
    return () => graphql(documents.changePassword, { password: 'wrong', newPassword: password }, { headers });
  },
  unlockAccount: async () => () => graphql(documents.unlockAccount, { token: 'x' }, { address: '198.51.100.78' }),
  authenticateApiToken: tokenGuess(({ clientId: id }) =>
    graphql(mutation('authenticateApiToken', 'jwt { expiresAt }'), { clientId: id, secret: randomUUID() }),
  ),
  authenticateEnvironment: async () => () => graphql(documents.authenticateEnvironment, { clientId, secret: 'wrong' }, { address: '198.51.100.78' }),
};

/** These fields hold something to guess at. Tokens of 256 bits that only say which login or session is meant are not among them. */
const guessable = ['code', 'credential', 'options', 'password', 'recoveryCode', 'secret', 'token', 'value'];
/** These operations set a password and check none. */
const setting = ['createUser', 'createUserOlder', 'createUserAsVendor', 'signUp', 'signUpWithUsername'];
/** An answer of a passkey is about a challenge of 32 bytes that works once, so there is nothing to guess. Wrong ones count for the lockout. */
const bound = ['logInWithPasskey', 'registerPasskey'];

describe('T09 every operation that checks a password, a secret or a code is throttled', () => {
  test('T09 the operations below are those of the REST surface that take one', () => {
    const taking = operations.filter(({ fields }) => fields?.some((field) => guessable.includes(field))).map(({ id }) => id);
    expect(taking.sort()).toEqual([...Object.keys(restOracles), ...setting].sort());
  });

  test('T09 the fields below are those of the GraphQL schema that take one', () => {
    const schema = buildSchema(readFileSync(new URL('../../../schema/schema.graphql', import.meta.url), 'utf8'));
    const fields = Object.values({ ...schema.getQueryType()?.getFields(), ...schema.getMutationType()?.getFields() });
    const taking = fields.filter(({ args }) =>
      args.some(({ name, type }) => {
        const input = isNonNullType(type) ? type.ofType : type;
        return (isInputObjectType(input) ? Object.keys(input.getFields()) : [name]).some((field) => guessable.includes(field));
      }),
    );
    expect(taking.map(({ name }) => name).sort()).toEqual([...Object.keys(graphqlOracles), ...bound, 'createUser', 'signUp'].sort());
  });

  test.each([
    ...Object.entries(restOracles).map(([name, oracle]) => [`REST ${name}`, oracle] as const),
    ...Object.entries(graphqlOracles).map(([name, oracle]) => [`GraphQL ${name}`, oracle] as const),
  ])('T09 %s: of 10 wrong tries the sixth and all after it are refused', async (name, oracle) => {
    const guess = await oracle(name.replace(/\W+/g, '-').toLowerCase());
    const refused: boolean[] = [];
    for (let tries = 0; tries < 10; tries += 1) refused.push(await guess());
    expect(refused.indexOf(true), 'the first refusal').toBeGreaterThanOrEqual(1);
    expect(refused.slice(5)).toEqual([true, true, true, true, true]);
  });
});
