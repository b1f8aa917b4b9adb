import type { LightMyRequestResponse } from 'fastify';
import { asEnvironment, cookiesOf, expectStatus } from './builders.ts';
import { documents, run } from './graphql-documents.ts';
import type { Harness } from './harness.ts';
import { call } from './rest.ts';
import type { OwnUser } from './self-service.ts';
import { ownUser } from './self-service.ts';
import type { AssertionJson, KeyOptions, SecurityKey, Twist } from './webauthn.ts';
import { createSecurityKey, flags } from './webauthn.ts';

type Headers = Record<string, string>;
type Options = object & { challenge: string };

/** Switches passkeys on or off in the environment. */
export async function setPasskeys(harness: Harness, passkeysEnabled: boolean): Promise<void> {
  const changed = await run(harness, documents.updateEnvironmentSettings, { passkeysEnabled }, await asEnvironment(harness));
  if (changed.__typename !== 'UpdateEnvironmentSettingsSuccess') throw new Error(JSON.stringify(changed));
}

const devices = '/users/webauthn/v1/devices';
const login = '/auth/v1/webauthn';

/** The operations over REST. */
export const rest = {
  list: (harness: Harness, headers: Headers) => call(harness, 'GET', devices, { headers }),
  begin: (harness: Harness, headers: Headers) => call(harness, 'POST', devices, { headers }),
  register: (harness: Harness, headers: Headers, body: unknown) => call(harness, 'POST', `${devices}/verify`, { headers, body }),
  remove: (harness: Harness, headers: Headers, id: string) => call(harness, 'DELETE', `${devices}/${id}`, { headers }),
  prelogin: (harness: Harness, body: unknown = {}) => call(harness, 'POST', `${login}/prelogin`, { body }),
  postlogin: (harness: Harness, body: unknown, cookie?: string) =>
    call(harness, 'POST', `${login}/postlogin`, { body, ...(cookie === undefined ? {} : { cookie }) }),
};

/** A login that was begun over REST: the options, and the cookie of the browser. */
export interface BegunLogin {
  options: Options & { allowCredentials: { id: string }[]; rpId: string; userVerification: string };
  cookie: string;
}

export async function beginLogin(harness: Harness, body: object = {}): Promise<BegunLogin> {
  const answer = await rest.prelogin(harness, body);
  expectStatus(answer, 201);
  return { ...answer.json<{ options: BegunLogin['options'] }>(), cookie: cookiesOf(answer) };
}

/** The options of a registration that was begun over REST. */
export async function beginRegistration(harness: Harness, headers: Headers): Promise<Options> {
  const answer = await rest.begin(harness, headers);
  expectStatus(answer, 201);
  return answer.json<{ options: Options }>().options;
}

/** Registers a key as passkey of the session. */
export async function addPasskey(
  harness: Harness,
  headers: Headers,
  key: SecurityKey = createSecurityKey(),
): Promise<{ key: SecurityKey; id: string }> {
  // Lists are in the order of time, which stands still in a test.
  harness.clock.advance({ seconds: 1 });
  expectStatus(await rest.register(harness, headers, key.create(await beginRegistration(harness, headers))), 201);
  const { devices: held } = (await rest.list(harness, headers)).json<{ devices: { id: string }[] }>();
  return { key, id: held.at(-1)?.id ?? '' };
}

export interface PasskeyUser extends OwnUser {
  key: SecurityKey;
  passkeyId: string;
}

/** A logged-in user of an own tenant, with a passkey. Passkeys have to be on. */
export async function passkeyUser(harness: Harness, name: string, options: KeyOptions = {}): Promise<PasskeyUser> {
  const user = await ownUser(harness, name);
  const { key, id } = await addPasskey(harness, user.headers, createSecurityKey(options));
  return { ...user, key, passkeyId: id };
}

/** How an authenticator answers that has not verified its user. */
export const withoutVerification: Twist = { clearFlags: flags.verified };

/** A whole login over REST, whose answer may be twisted or exchanged. `about` names the user; nothing lets the authenticator choose. */
export async function logInByPasskey(
  harness: Harness,
  { key }: { key: SecurityKey },
  { about = {}, twist = {}, change = (answer) => answer }: { about?: object; twist?: Twist; change?: (answer: AssertionJson) => AssertionJson } = {},
): Promise<LightMyRequestResponse> {
  const { options, cookie } = await beginLogin(harness, about);
  return rest.postlogin(harness, change(key.get(options, twist)), cookie);
}
