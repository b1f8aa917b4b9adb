import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { multiFactorAcr } from '../../../src/domain/session/session.ts';
import type { StrategyName } from '../../../src/domain/strategy-name.ts';
import { createSigner } from '../../../src/platform/signer.ts';
import { asEnvironment, createTenant, createUserInTenant, logIn, setPolicy } from '../../support/builders.ts';
import { giveAuthenticator, hashToken } from '../../support/built-world.ts';
import { execute } from '../../support/database.ts';
import { setEmailCodeLogin } from '../../support/first-factors.ts';
import { documents, run } from '../../support/graphql-documents.ts';
import type { Harness } from '../../support/harness.ts';
import { openHarness } from '../../support/harness.ts';
import { openHostedLogin } from '../../support/oauth.ts';
import { addPasskey, setPasskeys } from '../../support/passkeys.ts';
import { givePhone } from '../../support/phones.ts';
import { refresh } from '../../support/requests.ts';
import { call, joinTenant } from '../../support/rest.ts';
import type { Comer, Got, WayIn } from '../../support/ways-in.ts';
import {
  answeringOverGraphql,
  answeringOverRest,
  continuations,
  invitations,
  links,
  machines,
  secondFactors,
  waysIn,
} from '../../support/ways-in.ts';
import type { SecurityKey } from '../../support/webauthn.ts';

/**
 * Every way in × every policy × everybody who may come: which token comes out, and that none comes out where a second factor is due. The ways
 * are found in the published contracts, so a new operation that answers a token fails here until it has a row in `ways-in.ts`.
 */
const policies = { 'nothing enforces it': 'DontForce', 'it is enforced': 'Force', 'it is enforced except for SAML': 'ForceExceptSAML' } as const;

interface Person extends Comer {
  /** Secret of the authenticator app, in Base32. Null if there is none. */
  secret: string | null;
}

/** What is special about somebody, beside the first factor, which everybody has. */
interface Traits {
  factor?: StrategyName;
  locked?: true;
  unverified?: true;
  bypass?: true;
  /** Whether the browser is remembered. */
  remembered?: true | 'BY_ANOTHER';
  /** Whether the only membership is disabled. */
  disabled?: true;
}

const people: Readonly<Record<string, Traits>> = {
  'nobody special': {},
  'who has an authenticator app': { factor: 'AUTHENTICATOR_APP' },
  'who has a phone': { factor: 'SMS' },
  'who has a security key': { factor: 'WEBAUTHN_CROSS_PLATFORM' },
  'who has a platform authenticator': { factor: 'WEBAUTHN_PLATFORM' },
  'who is locked': { locked: true },
  'who is locked and has an app': { locked: true, factor: 'AUTHENTICATOR_APP' },
  'whose address is not verified': { unverified: true },
  'whose address is not verified and who has an app': { unverified: true, factor: 'AUTHENTICATOR_APP' },
  'whom the operator exempts': { bypass: true },
  'whom the operator exempts and who has an app': { bypass: true, factor: 'AUTHENTICATOR_APP' },
  'whose browser is remembered': { remembered: true, factor: 'AUTHENTICATOR_APP' },
  'whose browser is remembered for somebody else': { remembered: 'BY_ANOTHER', factor: 'AUTHENTICATOR_APP' },
  'whose membership is disabled': { disabled: true },
};

interface Expected {
  kind: Got['kind'];
  enrolled?: boolean;
  amr?: readonly string[];
}

/** What has to come out, in the words of the rules and not of the code. */
function expected(policy: keyof typeof policies, way: WayIn, traits: Traits): Expected {
  if (traits.locked || traits.disabled) return { kind: 'REFUSED' };
  if (traits.unverified && way.unverified === 'REFUSED') return { kind: 'REFUSED' };
  if (traits.bypass || way.multiFactor) return { kind: 'SESSION', amr: way.amr };
  if (traits.remembered === true && !way.endsDevices) return { kind: 'SESSION', amr: [...way.amr, 'rba'] };
  if (traits.factor !== undefined) return { kind: 'CHALLENGE', enrolled: true };
  return policy === 'nothing enforces it' ? { kind: 'SESSION', amr: way.amr } : { kind: 'CHALLENGE', enrolled: false };
}

const base32 = (bytes: Buffer): string => {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{5}/g) ?? []).map((five) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[Number.parseInt(five, 2)]).join('');
};

let harness: Harness;
/** The claims of every token that this server has signed. */
const signed: Record<string, unknown>[] = [];
const ofUsers = () => signed.filter(({ type }) => type === 'userToken');

beforeAll(async () => {
  const signer = createSigner();
  const recording = {
    ...signer,
    sign: (claims: Parameters<typeof signer.sign>[0], key: Parameters<typeof signer.sign>[1]) => {
      signed.push(claims);
      return signer.sign(claims, key);
    },
  };
  harness = await openHarness({ sms: true, settings: { LIMIT_SMS_ADDRESS_PER_HOUR: '1000' }, ports: { signer: recording } });
  await setEmailCodeLogin(harness, true);
  await setPasskeys(harness, true);
  await openHostedLogin(harness);
});
afterAll(() => harness.close());

/** Gives somebody a passkey, whatever the policy says. */
async function passkeyOf(id: string, email: string, headers: Record<string, string>): Promise<SecurityKey> {
  const exempt = (mfaBypass: boolean) => call(harness, 'PUT', `/users/v1/${id}`, { headers, body: { mfaBypass } });
  await exempt(true);
  const { accessToken } = (await logIn(harness, email)).json<{ accessToken: string }>();
  const { key } = await addPasskey(harness, { authorization: `Bearer ${accessToken}` });
  await exempt(false);
  return key;
}

let born = 0;
/** Makes somebody with these traits, in a tenant of their own. */
async function person(traits: Traits, { byPasskey, byPhone }: Pick<WayIn, 'byPasskey' | 'byPhone'> = {}): Promise<Person> {
  born += 1;
  const { id, email, tenantId } = await createUserInTenant(harness, `comer-${born}`);
  const { store } = harness.app;
  const headers = await asEnvironment(harness);
  const passkey = byPasskey ? await passkeyOf(id, email, headers) : null;
  const phone = byPhone ? (await givePhone(harness, id)).number : null;
  const bytes = randomBytes(20);
  if (traits.factor !== undefined)
    await giveAuthenticator(harness, id, traits.factor, traits.factor === 'AUTHENTICATOR_APP' ? new Uint8Array(bytes) : undefined);
  let deviceToken: string | null = null;
  if (traits.remembered !== undefined) {
    deviceToken = randomBytes(32).toString('base64url');
    const owner = traits.remembered === true ? id : (await createUserInTenant(harness, `owner-${born}`)).id;
    const now = harness.clock.now();
    await store.rememberedDevices.add({
      id: crypto.randomUUID(),
      userId: owner,
      tokenHash: hashToken(deviceToken),
      name: '',
      createdAt: now,
      lastUsedAt: now,
    });
  }
  if (traits.bypass) await call(harness, 'PUT', `/users/v1/${id}`, { headers, body: { mfaBypass: true } });
  if (traits.unverified) await execute(harness, `update users set verified = false where id = '${id}'`);
  if (traits.disabled) await call(harness, 'POST', `/tenants/users/v1/${id}/disable`, { headers: await asEnvironment(harness, tenantId) });
  if (traits.locked) await call(harness, 'POST', `/users/v1/${id}/lock`, { headers });
  return { id, email, deviceToken, passkey, phone, secret: traits.factor === 'AUTHENTICATOR_APP' ? base32(bytes) : null };
}

test('every operation that can answer a token is a way in, a second factor or a continuation, or answers no token of a user', () => {
  const rows = [...Object.keys(waysIn), ...Object.keys(secondFactors), ...continuations, ...machines, ...links, ...invitations];
  const published = rows.filter((row) => !row.startsWith('page ') && !row.includes(' with '));
  expect([...answeringOverRest(), ...answeringOverGraphql()].sort()).toEqual(published.sort());
});

describe.each(Object.keys(policies) as (keyof typeof policies)[])('where %s', (policy) => {
  beforeAll(async () => {
    await setPolicy(harness, { enforceMFAType: policies[policy], allowRememberMyDevice: true, mfaDeviceExpiration: 86_400 });
  });

  describe.each(Object.entries(waysIn))('%s', (_name, way) => {
    const comers = Object.entries(people).filter(([, traits]) => !way.opensAccount || Object.keys(traits).length === 0);
    test.each(comers)('somebody %s gets what the rules say, and no other token is made', async (_who, traits) => {
      const comer = await person(traits, way);
      signed.length = 0;
      const got = await way.enter(harness, comer).catch((error: unknown): Got => ({ kind: 'REFUSED', text: String(error) }));
      const { kind, enrolled, amr } = expected(policy, way, traits);
      expect(got.kind, JSON.stringify(got)).toBe(kind);
      if (got.kind === 'SESSION') {
        const claims = decodeJwt(got.accessToken);
        // A single factor states nothing in a token, because whoever reads `acr` takes it for two.
        const stated = way.multiFactor ? [multiFactorAcr, amr, expect.any(Number)] : [undefined, undefined, undefined];
        expect([claims.acr, claims.amr, claims.auth_time]).toEqual(stated);
        const session = await harness.app.store.sessions.find(String(claims.sid), harness.clock.now());
        expect([session?.amr, session?.secondFactorAt]).toEqual([amr, way.multiFactor ? harness.clock.now() : null]);
        expect(new Set(ofUsers().map(({ sid }) => sid))).toEqual(new Set([claims.sid]));
        return;
      }
      expect(ofUsers(), 'no token before the second factor').toEqual([]);
      if (got.kind === 'REFUSED') return;
      expect(got.enrolled).toBe(enrolled);
      if (got.enrolled && comer.secret === null) return;
      const claims = decodeJwt(await got.finish(comer.secret));
      expect(claims).toMatchObject({ acr: multiFactorAcr, auth_time: expect.any(Number) });
      expect([...(claims.amr as string[])].sort()).toEqual([...new Set([...(way.amrInChallenge ?? way.amr), 'otp', 'mfa'])].sort());
      expect(new Set(ofUsers().map(({ sid }) => sid))).toEqual(new Set([claims.sid]));
    });
  });
});

/** Whatever continues a session, into a tenant. The answer of each, as text. */
const continuing: Readonly<Record<string, (login: Continued, tenantId: string) => Promise<{ body: string }>>> = {
  'REST refreshSession': ({ refreshToken }, tenantId) => refresh(harness, refreshToken, { body: { tenantId } }),
  'GraphQL refreshSession': async ({ refreshToken }, tenantId) => ({
    body: JSON.stringify(await run(harness, documents.refreshSession, { refreshToken, tenantId })),
  }),
  'REST issueTenantToken': ({ headers }, tenantId) => call(harness, 'POST', '/users/v3/me/token', { headers, body: { tenantId } }),
  'REST generateStepUp': ({ headers }) => call(harness, 'POST', '/auth/v1/user/step-up/generate', { headers, body: { maxAge: 300 } }),
  'GraphQL generateStepUp': async ({ headers }) => ({
    body: JSON.stringify(await run(harness, documents.generateStepUp, { maxAgeSeconds: 300 }, headers)),
  }),
};
interface Continued {
  headers: Record<string, string>;
  refreshToken: string;
}

describe.each(continuations)('%s', (name) => {
  const next = continuing[name];
  const strictTenant = async (email: string): Promise<string> => {
    const tenantId = await createTenant(harness, `strict-${++born}`);
    await joinTenant(harness, email, tenantId);
    return tenantId;
  };
  const login = async (email: string): Promise<Continued> => {
    const { accessToken, refreshToken } = (await logIn(harness, email)).json<{ accessToken: string; refreshToken: string }>();
    return { headers: { authorization: `Bearer ${accessToken}` }, refreshToken };
  };

  test('makes no token for a session of one factor where two are asked for', async () => {
    await setPolicy(harness, { enforceMFAType: 'DontForce' });
    const { email } = await person({});
    const tenantId = await strictTenant(email);
    const session = await login(email);
    await setPolicy(harness, { enforceMFAType: 'Force' }, tenantId);
    signed.length = 0;
    const { body } = (await next?.(session, tenantId)) ?? { body: 'accessToken' };
    expect(body).not.toMatch(/"accessToken"/);
    expect(ofUsers()).toEqual([]);
  });

  test('states no second factor that it has not asked for', async () => {
    await setPolicy(harness, { enforceMFAType: 'DontForce' });
    const { email } = await person({});
    const tenantId = await strictTenant(email);
    const session = await login(email);
    signed.length = 0;
    await next?.(session, tenantId);
    for (const claims of ofUsers()) expect([claims.acr, claims.amr, claims.auth_time]).toEqual([undefined, undefined, undefined]);
  });
});

test('sessions are opened by the gate and by the completion of a challenge, and tokens of users are signed for sessions alone', () => {
  const sources = readdirSync(new URL('../../../src', import.meta.url), { recursive: true, encoding: 'utf8' }).filter((name) => /\.tsx?$/.test(name));
  const callersOf = (pattern: RegExp): string[] =>
    sources.filter((name) => pattern.test(readFileSync(new URL(`../../../src/${name}`, import.meta.url), 'utf8'))).sort();
  expect(callersOf(/\bsessions\.open\(/)).toEqual(['services/login/opening.ts']);
  expect(callersOf(/\bopenSession\(/)).toEqual(['services/login/completion.ts', 'services/login/gate.ts']);
  expect(callersOf(/\bissueApiToken\(/)).toEqual(['services/session/tokens.ts', 'services/token/creation.ts', 'services/token/exchange.ts']);
  expect(callersOf(/\bissueUserToken\(/)).toEqual(['services/session/sessions.ts', 'services/session/tokens.ts']);
  expect(callersOf(/\bsigner\.sign\(/)).toEqual(['services/session/tokens.ts']);
});
