import { readFileSync } from 'node:fs';
import type { GraphQLOutputType } from 'graphql';
import { buildSchema, getNamedType, isObjectType, isUnionType } from 'graphql';
import type { StrategyName } from '../../src/domain/strategy-name.ts';
import { stepPaths } from '../../src/pages/step-paths.ts';
import { asEnvironment, cookiesOf, identity, password, totp } from './builders.ts';
import { activationCodeFor, activationFor, loginCodeFor } from './first-factors.ts';
import { documents, mutation } from './graphql-documents.ts';
import type { Harness } from './harness.ts';
import { answerTotp, callback, enrollOverPages, exchange, newRequest } from './oauth.ts';
import type { BegunLogin } from './passkeys.ts';
import { beginLogin, withoutVerification } from './passkeys.ts';
import { magicLinkFor, setCore } from './passwordless.ts';
import { sendSmsLogin, underSmsCode } from './phones.ts';
import { deviceCookie, enrollApp, enrollVerify, verifyApp } from './requests.ts';
import { textsTo } from './sms.ts';
import type { Shown, UserAgent } from './user-agent.ts';
import { createUserAgent, formWith } from './user-agent.ts';
import type { SecurityKey, Twist } from './webauthn.ts';

/** What somebody gets who goes a way in. A challenge can be answered by an authenticator app, and leads to an access token. */
export type Got =
  | { kind: 'SESSION'; accessToken: string }
  | { kind: 'CHALLENGE'; enrolled: boolean; finish(secret: string | null): Promise<string> }
  | { kind: 'REFUSED'; text: string };

/** Somebody who wants in. */
export interface Comer {
  id: string;
  email: string;
  /** Token of a remembered device. Null if the browser has none. */
  deviceToken: string | null;
  /** The authenticator that has a passkey of the person. Null if there is none. */
  passkey: SecurityKey | null;
  /** The phone that the person logs in by. Null if there is none. */
  phone: string | null;
}

/** A way by which somebody proves a first factor. */
export interface WayIn {
  /** RFC 8176 values of the first factor. */
  amr: readonly string[];
  /** What of that is known when a challenge is completed, if it is less. */
  amrInChallenge?: readonly string[];
  /** Whether the first factor proves two at once, so that no second one is asked for, and tokens state both. */
  multiFactor?: true;
  /** Whether somebody needs a passkey to go this way. */
  byPasskey?: true;
  /** Whether somebody needs a phone to log in by to go this way. */
  byPhone?: true;
  /** What becomes of somebody whose address is not verified. */
  unverified: 'REFUSED' | 'VERIFIED';
  /** Whether the way itself ends remembered devices, as one that sets a password. */
  endsDevices?: true;
  /** Whether it makes a new account each time, so that nobody goes it who has one. */
  opensAccount?: true;
  enter(harness: Harness, comer: Comer): Promise<Got>;
}

const cookieOf = ({ deviceToken }: Comer, ...others: string[]): string =>
  [...others, ...(deviceToken === null ? [] : [`${deviceCookie}=${deviceToken}`])].join('; ');

const json = (text: string): Record<string, unknown> => JSON.parse(text) as Record<string, unknown>;
/** Finishes a challenge over REST: by an app that the person has, or by enrolling one. */
const finishing = (harness: Harness, mfaToken: string, enrolled: boolean) => async (known: string | null) => {
  if (enrolled) return String((await verifyApp(harness, mfaToken, totp(harness, known ?? ''))).json().accessToken);
  const secret = (await enrollApp(harness, mfaToken)).json<{ secret: string }>().secret;
  return String((await enrollVerify(harness, mfaToken, totp(harness, secret))).json().accessToken);
};

/** Reads the answer of a login over REST, which may stand in another one. */
function overRest(harness: Harness, answer: { statusCode: number; body: string }): Got {
  if (answer.statusCode >= 300) return { kind: 'REFUSED', text: answer.body };
  const body = json(answer.body);
  const { accessToken, mfaToken, mfaEnrolled } = (body.authResponse ?? body) as Record<string, unknown>;
  if (typeof accessToken === 'string') return { kind: 'SESSION', accessToken };
  if (typeof mfaToken !== 'string') return { kind: 'REFUSED', text: answer.body };
  return { kind: 'CHALLENGE', enrolled: mfaEnrolled === true, finish: finishing(harness, mfaToken, mfaEnrolled === true) };
}

/** Reads the answer of a login over GraphQL. */
async function overGraphql(harness: Harness, document: string, input: object): Promise<Got> {
  const answer = await harness.graphql(document, { input });
  const login = Object.values(answer.data ?? {})[0] as
    | { session?: { accessToken: string }; mfaToken?: string; enrolled?: boolean }
    | null
    | undefined;
  if (login?.session) return { kind: 'SESSION', accessToken: login.session.accessToken };
  if (login?.mfaToken === undefined) return { kind: 'REFUSED', text: JSON.stringify(answer) };
  return { kind: 'CHALLENGE', enrolled: login.enrolled === true, finish: finishing(harness, login.mfaToken, login.enrolled === true) };
}

/** Reads where a browser ended that wanted a code for an application. */
async function overPages(harness: Harness, agent: UserAgent, asked: ReturnType<typeof newRequest>, page: Shown): Promise<Got> {
  const redeem = async ({ left }: Shown): Promise<string> => {
    const answer = await exchange(harness, asked, left?.searchParams.get('code') ?? '');
    return String(answer.json<{ access_token?: string }>().access_token);
  };
  if (page.left?.searchParams.has('code')) return { kind: 'SESSION', accessToken: await redeem(page) };
  const { pathname } = page.url;
  if (!pathname.startsWith(stepPaths.SECOND_FACTOR)) return { kind: 'REFUSED', text: `${page.alert} at ${pathname}` };
  const enrolled = pathname === stepPaths.SECOND_FACTOR;
  return {
    kind: 'CHALLENGE',
    enrolled,
    async finish(secret) {
      if (enrolled) return redeem(await answerTotp(harness, agent, page, secret ?? ''));
      return redeem((await enrollOverPages(harness, agent, page)).shown);
    },
  };
}

const post = (harness: Harness, comer: Comer, path: string, body: object, ...cookies: string[]) =>
  harness.send({ method: 'POST', url: `${identity}${path}`, body, cookie: cookieOf(comer, ...cookies) });
const deviceOf = ({ deviceToken }: Comer): object => (deviceToken === null ? {} : { deviceToken });

/** A browser at the sign-in page of hosted login. */
async function atSignIn(harness: Harness, comer: Comer) {
  const agent = createUserAgent(harness);
  if (comer.deviceToken !== null) agent.cookies.set(deviceCookie, comer.deviceToken);
  const asked = newRequest({ parameters: { redirect_uri: callback } });
  return { agent, asked, page: await agent.open(asked.url) };
}

/** The code of the newest message to somebody. Six digits that are no code if none was sent. */
async function codeFor(harness: Harness, { email }: Comer): Promise<string> {
  await harness.app.outbox.flush();
  const message = harness.mail.findLast((each) => each.to === email && each.template === 'LOGIN_CODE');
  return message !== undefined && 'code' in message ? message.code : '000000';
}

/** The code of the newest text to somebody. Six digits that are no code if none was sent. */
const newestText = async (harness: Harness, { phone }: Comer): Promise<string> => (await textsTo(harness, phone ?? '')).at(-1) ?? '000000';

let accounts = 0;
const newAccount = () => ({ email: `signs-up-${++accounts}@acme.example`, password, companyName: `Company ${accounts}` });
/** Signs somebody up while the environment lets people in before their address is verified. Without that a sign-up opens no session. */
async function signingUp(harness: Harness, enter: () => Promise<Got>): Promise<Got> {
  const settings = async (on: boolean) =>
    harness.graphql(
      documents.updateEnvironmentSettings,
      { input: { allowSignups: on, allowNotVerifiedUsersLogin: on } },
      await asEnvironment(harness),
    );
  await settings(true);
  try {
    return await enter();
  } finally {
    await settings(false);
  }
}

/** Goes a way that the environment offers only under another strategy than that of the others. */
async function underMagicLink(harness: Harness, enter: () => Promise<Got>): Promise<Got> {
  await setCore(harness, { authStrategy: 'MagicLink' });
  try {
    return await enter();
  } finally {
    await setCore(harness, { authStrategy: 'Code' });
  }
}

/** Logs in by the passkey of the person over REST. */
async function passkeyOverRest(harness: Harness, comer: Comer, twist: Twist = {}): Promise<Got> {
  const { options, cookie } = await beginLogin(harness);
  const answer = comer.passkey?.get(options, twist) ?? {};
  return overRest(harness, await post(harness, comer, '/auth/v1/webauthn/postlogin', answer, cookie));
}

/** Logs in by the passkey of the person over GraphQL. */
async function passkeyOverGraphql(harness: Harness, comer: Comer, twist: Twist = {}): Promise<Got> {
  const begun = (await harness.graphql(documents.beginPasskeyLogin, { input: {} })).data?.beginPasskeyLogin;
  const { options, ceremonyToken } = begun as { options: BegunLogin['options']; ceremonyToken: string };
  const credential = comer.passkey?.get(options, twist) ?? {};
  return overGraphql(harness, documents.logInWithPasskey, { ceremonyToken, credential, ...deviceOf(comer) });
}

const byVerifiedPasskey = { amr: ['hwk', 'user', 'mfa'], multiFactor: true, byPasskey: true, unverified: 'REFUSED' } as const;
const byTouchedPasskey = { amr: ['hwk'], amrInChallenge: [], byPasskey: true, unverified: 'REFUSED' } as const;
const activation = { amr: ['otp'], unverified: 'VERIFIED' } as const;
const byCode = { amr: ['otp'], unverified: 'REFUSED' } as const;
const byText = { amr: ['sms'], byPhone: true, unverified: 'REFUSED' } as const;
const byPassword = { amr: ['pwd'], unverified: 'REFUSED' } as const;
const signUp = mutation('signUp', 'session { accessToken }').replace(
  '... on InvalidInputError',
  '... on MfaChallenge { mfaToken enrolled } ... on InvalidInputError',
);

/** The ways in, by the name of what serves them: an operation over REST, a mutation, or a page of hosted login. */
export const waysIn: Readonly<Record<string, WayIn>> = {
  'REST logIn': {
    ...byPassword,
    enter: async (harness, comer) => overRest(harness, await post(harness, comer, '/auth/v1/user', { email: comer.email, password })),
  },
  'GraphQL logIn': {
    ...byPassword,
    enter: (harness, comer) => overGraphql(harness, documents.logIn, { email: comer.email, password, ...deviceOf(comer) }),
  },
  'page sign in by password': {
    ...byPassword,
    async enter(harness, comer) {
      const { agent, asked, page } = await atSignIn(harness, comer);
      const filled = { email: comer.email, password, action: 'signIn' };
      return overPages(harness, agent, asked, await agent.submit(page, formWith(page, 'password'), filled));
    },
  },
  'REST logInWithEmailCode': {
    ...byCode,
    async enter(harness, comer) {
      const { code, cookie } = await loginCodeFor(harness, comer.email);
      return overRest(harness, await post(harness, comer, '/auth/v1/passwordless/code/postlogin', { token: code || '000000' }, cookie));
    },
  },
  'GraphQL logInWithEmailCode': {
    ...byCode,
    async enter(harness, comer) {
      const sent = await harness.graphql(documents.sendLoginCode, { input: { email: comer.email } });
      const { loginToken } = Object.values(sent.data ?? {})[0] as { loginToken: string };
      const code = await codeFor(harness, comer);
      return overGraphql(harness, documents.logInWithEmailCode, { loginToken, code, ...deviceOf(comer) });
    },
  },
  'page sign in by code': {
    ...byCode,
    async enter(harness, comer) {
      const { agent, asked, page } = await atSignIn(harness, comer);
      const sent = await agent.submit(page, formWith(page, 'action', 'sendCode'), { email: comer.email, action: 'sendCode' });
      const code = await codeFor(harness, comer);
      return overPages(harness, agent, asked, await agent.submit(sent, formWith(sent, 'code'), { code, action: 'code' }));
    },
  },
  'REST logInWithMagicLink': {
    ...byCode,
    enter: (harness, comer) =>
      underMagicLink(harness, async () => {
        const { token, cookie } = await magicLinkFor(harness, comer.email);
        return overRest(harness, await post(harness, comer, '/auth/v1/passwordless/magiclink/postlogin', { token }, cookie));
      }),
  },
  'GraphQL logInWithMagicLink': {
    ...byCode,
    enter: (harness, comer) =>
      underMagicLink(harness, async () => {
        const { token } = await magicLinkFor(harness, comer.email);
        return overGraphql(harness, documents.logInWithMagicLink, { token, ...deviceOf(comer) });
      }),
  },
  'REST logInWithSmsCode': {
    ...byText,
    enter: (harness, comer) =>
      underSmsCode(harness, async () => {
        const sent = await sendSmsLogin(harness, { email: comer.email });
        const body = { token: await newestText(harness, comer) };
        return overRest(harness, await post(harness, comer, '/auth/v1/passwordless/smscode/postlogin', body, cookiesOf(sent)));
      }),
  },
  'GraphQL logInWithSmsCode': {
    ...byText,
    enter: (harness, comer) =>
      underSmsCode(harness, async () => {
        const sent = await harness.graphql(documents.sendLoginSmsCode, { input: { email: comer.email } });
        const { loginToken } = Object.values(sent.data ?? {})[0] as { loginToken: string };
        const code = await newestText(harness, comer);
        return overGraphql(harness, documents.logInWithSmsCode, { loginToken, code, ...deviceOf(comer) });
      }),
  },
  'page sign in by text message': {
    ...byText,
    enter: (harness, comer) =>
      underSmsCode(harness, async () => {
        const { agent, asked, page } = await atSignIn(harness, comer);
        const sent = await agent.submit(page, formWith(page, 'action', 'sendText'), { email: comer.email, action: 'sendText' });
        const code = await newestText(harness, comer);
        return overPages(harness, agent, asked, await agent.submit(sent, formWith(sent, 'code'), { code, action: 'text' }));
      }),
  },
  'REST logInWithPasskey': { ...byVerifiedPasskey, enter: passkeyOverRest },
  'GraphQL logInWithPasskey': { ...byVerifiedPasskey, enter: passkeyOverGraphql },
  'REST logInWithPasskey with a touch alone': {
    ...byTouchedPasskey,
    enter: (harness, comer) => passkeyOverRest(harness, comer, withoutVerification),
  },
  'GraphQL logInWithPasskey with a touch alone': {
    ...byTouchedPasskey,
    enter: (harness, comer) => passkeyOverGraphql(harness, comer, withoutVerification),
  },
  'REST activateUser': {
    ...activation,
    enter: async (harness, comer) => overRest(harness, await post(harness, comer, '/users/v1/activate', await activationFor(harness, comer.id))),
  },
  'REST activateUser with a password': {
    ...activation,
    endsDevices: true,
    async enter(harness, comer) {
      const body = { ...(await activationFor(harness, comer.id)), password: 'an entirely new password' };
      return overRest(harness, await post(harness, comer, '/users/v1/activate', body));
    },
  },
  'REST activateUserByCode': {
    ...activation,
    enter: async (harness, comer) =>
      overRest(harness, await post(harness, comer, '/users/v1/activate/code', await activationCodeFor(harness, comer))),
  },
  'GraphQL activateUser': {
    ...activation,
    async enter(harness, comer) {
      const { userId, token } = await activationFor(harness, comer.id);
      return overGraphql(harness, documents.activateUser, { userId, token, ...deviceOf(comer) });
    },
  },
  'REST signUp': {
    ...{ amr: ['pwd'], unverified: 'VERIFIED', opensAccount: true },
    enter: (harness, comer) => signingUp(harness, async () => overRest(harness, await post(harness, comer, '/users/v1/signUp', newAccount()))),
  },
  'REST signUpWithUsername': {
    ...{ amr: ['pwd'], unverified: 'VERIFIED', opensAccount: true },
    enter: (harness, comer) =>
      signingUp(harness, async () =>
        overRest(harness, await post(harness, comer, '/users/v1/signUp/username', { ...newAccount(), username: `comer-${accounts}` })),
      ),
  },
  'GraphQL signUp': {
    ...{ amr: ['pwd'], unverified: 'VERIFIED', opensAccount: true },
    enter: (harness) => signingUp(harness, () => overGraphql(harness, signUp, newAccount())),
  },
};

/** The strategies by which each operation completes a challenge. */
export const secondFactors: Readonly<Record<string, StrategyName>> = {
  'REST verifyMfa': 'AUTHENTICATOR_APP',
  'REST verifyAuthenticator': 'AUTHENTICATOR_APP',
  'REST verifyAuthenticatorEnrollment': 'AUTHENTICATOR_APP',
  'REST verifyEmailCode': 'EMAIL_CODE',
  'REST verifyWebAuthnEnrollment': 'WEBAUTHN_CROSS_PLATFORM',
  'REST verifyWebAuthn': 'WEBAUTHN_CROSS_PLATFORM',
  'REST verifySmsEnrollment': 'SMS',
  'REST verifySms': 'SMS',
  'GraphQL verifyAuthenticatorApp': 'AUTHENTICATOR_APP',
  'GraphQL verifyAuthenticatorAppEnrollment': 'AUTHENTICATOR_APP',
  'GraphQL verifyEmailCode': 'EMAIL_CODE',
  'GraphQL verifyWebAuthn': 'WEBAUTHN_CROSS_PLATFORM',
  'GraphQL verifyWebAuthnEnrollment': 'WEBAUTHN_CROSS_PLATFORM',
  'GraphQL verifySms': 'SMS',
  'GraphQL verifySmsEnrollment': 'SMS',
};

/** What continues a session, and answers a token for it. */
export const continuations: readonly string[] = [
  ...['REST refreshSession', 'REST generateStepUp', 'REST issueTenantToken', 'GraphQL refreshSession', 'GraphQL generateStepUp'],
];

/** What answers tokens of programs. They state no second factor, and no session stands behind them. */
export const machines: readonly string[] = [
  ...['REST authenticateEnvironment', 'GraphQL authenticateEnvironment'],
  ...['REST authenticateApiToken', 'REST refreshApiToken', 'REST authenticateApiTokenOlder', 'REST refreshApiTokenOlder'],
  ...['GraphQL authenticateApiToken', 'GraphQL refreshApiToken'],
];

/** What answers the token of a mailed link to the environment. Such a token opens a way in, and that has a row. */
export const links: readonly string[] = [
  ...['REST generateActivationToken', 'REST generatePasswordResetToken', 'REST resendInvitation', 'REST verifyPasswordResetSms'],
  'GraphQL verifyPasswordResetSms',
  ...['GraphQL generateActivationToken', 'GraphQL generatePasswordResetToken'],
];

/** What answers the token of a link by which people join a tenant. It opens no way in: whoever brings it proves a first factor as well. */
export const invitations: readonly string[] = [
  ...['REST readOwnInvitationLink', 'REST createOwnInvitationLink', 'REST createOwnInvitationLinkWithRoles', 'REST updateOwnInvitationLink'],
  ...['REST createInvitationLink', 'REST readInvitationLinks', 'REST checkInvitationLink'],
  ...['GraphQL createInvitation', 'GraphQL updateInvitation', 'GraphQL invitations'],
];

interface Schema {
  $ref?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
}
interface Contract {
  paths: Record<string, Record<string, { operationId: string; responses: Record<string, { content?: Record<string, { schema: Schema }> }> }>>;
}

const read = (name: string): string => readFileSync(new URL(`../../schema/${name}`, import.meta.url), 'utf8');
/** Names of fields that hold a token which this server takes as a bearer token. */
const isToken = (name: string): boolean => /^(access_?token|token|id_token)$/i.test(name);

/** The operations whose answers can hold a token, as the published contract of REST says. */
export function answeringOverRest(): string[] {
  const contract = JSON.parse(read('openapi.json')) as Contract;
  const resolve = (reference: string): Schema =>
    reference
      .split('/')
      .slice(1)
      .reduce((at: unknown, key) => (at as Record<string, unknown>)[key], contract) as Schema;
  const holds = (schema: Schema, seen: ReadonlySet<string>): boolean => {
    if (schema.$ref !== undefined) return !seen.has(schema.$ref) && holds(resolve(schema.$ref), new Set([...seen, schema.$ref]));
    const properties = Object.entries(schema.properties ?? {});
    const inner = [...(schema.items ? [schema.items] : []), ...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])];
    return properties.some(([name, property]) => isToken(name) || holds(property, seen)) || inner.some((each) => holds(each, seen));
  };
  return Object.values(contract.paths)
    .flatMap((methods) => Object.values(methods))
    .filter(({ responses }) =>
      Object.entries(responses).some(
        ([status, { content }]) => status.startsWith('2') && Object.values(content ?? {}).some(({ schema }) => holds(schema, new Set())),
      ),
    )
    .map(({ operationId }) => `REST ${operationId}`);
}

/** The operations whose answers can hold a token, as the published schema of GraphQL says. */
export function answeringOverGraphql(): string[] {
  const schema = buildSchema(read('schema.graphql'));
  const holds = (type: GraphQLOutputType, seen: Set<string>): boolean => {
    const named = getNamedType(type);
    if (seen.has(named.name)) return false;
    seen.add(named.name);
    if (isUnionType(named)) return named.getTypes().some((each) => holds(each, seen));
    return isObjectType(named) && Object.values(named.getFields()).some((field) => isToken(field.name) || holds(field.type, seen));
  };
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  return roots.flatMap((root) =>
    Object.values(root?.getFields() ?? {})
      .filter(({ type }) => holds(type, new Set()))
      .map(({ name }) => `GraphQL ${name}`),
  );
}
