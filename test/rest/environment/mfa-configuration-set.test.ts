import { describe, expect, test } from 'vitest';
import { maxEmailBytes, maxServiceNameBytes } from '../../../src/domain/bounds.ts';
import { notAnIssuer } from '../../../src/domain/environment/environment.ts';
import { notAMailbox } from '../../../src/domain/messaging/mailbox.ts';
import {
  asEnvironment,
  createTenant,
  createUser,
  createUserInTenant,
  identity,
  logIn,
  mailedCode,
  mfaTokenFor,
  setPolicy,
  setStrategy,
} from '../../support/builders.ts';
import { expectStrangersRefused, expectUsersRefused } from '../../support/callers.ts';
import { execute } from '../../support/database.ts';
import { decodeQrDataUri } from '../../support/qr.ts';
import { call, codeExpired, expectRefusal, faults } from '../../support/rest.ts';
import { useHarness } from '../../support/use-harness.ts';

const path = '/configurations/v1/mfa';
const harness = useHarness();

const set = async (body?: unknown) => call(harness, 'POST', path, { headers: await asEnvironment(harness), ...(body === undefined ? {} : { body }) });
const read = async () => (await call(harness, 'GET', path, { headers: await asEnvironment(harness) })).json();

describe('setting the MFA configuration', () => {
  test('replaces the objects given, keeps the others, answers 201 with all three', async () => {
    const before = await read();
    const sms = { active: true, tokenLifetimeSeconds: 400 };
    const answer = await set({ sms });
    expect(answer.statusCode).toBe(201);
    expect(answer.json()).toEqual({ ...before, sms });
    const email = { active: true, tokenLifetimeSeconds: 2_147_483_647, sender: 'Acme <mail@acme.example>' };
    expect((await set({ email, sms: null, more: 1, authenticationApp: null })).json()).toEqual({ ...before, sms, email });
    expect(await read(), 'lives above the cap are stored as given').toEqual({ ...before, sms, email });
    expect((await set({})).json()).toEqual({ ...before, sms, email });
  });

  test('the flags are stored and returned, but switch no strategy', async () => {
    const answer = await set({ authenticationApp: { active: false, serviceName: '' } });
    expect(answer.statusCode).toBe(201);
    expect(answer.json().authenticationApp).toEqual({ active: false, serviceName: '' });
    const listed = (await call(harness, 'GET', '/configurations/v1/mfa/strategies', { headers: await asEnvironment(harness) })).json();
    expect(listed.strategies).toContainEqual({ strategy: 'AuthenticatorApp', isActive: true });
  });

  test('the service name is the issuer in the QR code; an empty one falls back to the name of the environment', async () => {
    const user = await createUserInTenant(harness, 'issuer');
    await setPolicy(harness, { enforceMFAType: 'Force' }, user.tenantId);
    const uriOfNextLogin = async (): Promise<URL> => {
      const { qrCode } = (await logIn(harness, user.email)).json<{ qrCode: string }>();
      return new URL(decodeQrDataUri(qrCode));
    };
    await set({ authenticationApp: { active: true, serviceName: 'Acme & Söhne' } });
    const named = await uriOfNextLogin();
    expect(named.searchParams.get('issuer')).toBe('Acme & Söhne');
    expect(decodeURIComponent(named.pathname)).toBe(`/Acme & Söhne:${user.email}`);
    await set({ authenticationApp: { active: true, serviceName: '' } });
    expect((await uriOfNextLogin()).searchParams.get('issuer')).toBe('Sallyport');
  });

  test('the longest service name fits into the QR code beside the longest address, whatever the script', async () => {
    const label = 'd'.repeat(63);
    const longest = `${'&'.repeat(64)}@${label}.${label}.`;
    const email = `${longest}${'d'.repeat(maxEmailBytes - longest.length)}`;
    const user = await createUser(harness, await createTenant(harness, 'longest'), email);
    await setPolicy(harness, { enforceMFAType: 'Force' }, user.tenantId);
    for (const letter of ['x', 'é', '漢', '𝌆', '&']) {
      const serviceName = letter.repeat(Math.floor(maxServiceNameBytes / Buffer.byteLength(letter)));
      const given = { authenticationApp: { active: true, serviceName } };
      expect((await set(given)).json()).toMatchObject(given);
      const { qrCode } = (await logIn(harness, email)).json();
      const uri = new URL(decodeQrDataUri(qrCode));
      expect(uri.searchParams.get('issuer')).toBe(serviceName);
      expect(decodeURIComponent(uri.pathname)).toBe(`/${serviceName}:${email}`);
    }
    await set({ authenticationApp: { active: true, serviceName: '' } });
  });

  test('names that earlier releases stored, and that show nothing, give way to the next name; the issuer is never empty', async () => {
    const user = await createUserInTenant(harness, 'nameless');
    await setPolicy(harness, { enforceMFAType: 'Force' }, user.tenantId);
    const issuer = async () => {
      const { qrCode } = (await logIn(harness, user.email)).json();
      return new URL(decodeQrDataUri(qrCode)).searchParams.get('issuer');
    };
    for (const serviceName of [' ', ':', ' : : ', '\u200b', '\u3164', '\u0301', '\n']) {
      await execute(harness, 'update environments set mfa_authenticator_app = $1', [JSON.stringify({ active: true, serviceName })]);
      expect(await issuer(), JSON.stringify(serviceName)).toBe('Sallyport');
    }
    await execute(harness, 'update environments set name = $1', [': ']);
    expect(await issuer()).toBe('Sallyport');
    await execute(harness, 'update environments set name = $1', ['Sallyport']);
  });

  test('a mailed code lives as long as configured, at most 600 seconds', async () => {
    const user = await createUserInTenant(harness, 'lives');
    await setPolicy(harness, { enforceMFAType: 'Force' }, user.tenantId);
    await setStrategy(harness, 'EmailCode', true);
    const statusAfter = async (seconds: number) => {
      const mfaToken = await mfaTokenFor(harness, user.email);
      const base = '/auth/v1/user/mfa/emailcode';
      const { otcToken } = (await call(harness, 'POST', base, { body: { mfaToken } })).json<{ otcToken: string }>();
      const code = await mailedCode(harness, user.email);
      harness.clock.advance({ seconds });
      return call(harness, 'POST', `${base}/verify`, { body: { otcToken, code, mfaToken } });
    };
    await set({ email: { active: true, tokenLifetimeSeconds: 300, sender: '' } });
    expect((await statusAfter(299)).statusCode).toBe(201);
    expectRefusal(await statusAfter(300), 400, codeExpired);
    await set({ email: { active: true, tokenLifetimeSeconds: 500, sender: '' } });
    expect((await statusAfter(499)).statusCode).toBe(201);
    await set({ email: { active: true, tokenLifetimeSeconds: 86_400, sender: '' } });
    expect((await statusAfter(600)).statusCode, 'code and mfaToken end together').toBe(401);
  });
});

describe('refusals', () => {
  test('inside a given object every field is required; texts name the last field alone', async () => {
    const active = 'active must be a boolean value';
    const life = 'tokenLifetimeSeconds must be an integer number';
    const tooShort = 'tokenLifetimeSeconds must not be less than 300';
    const cases: [unknown, string[]][] = [
      [undefined, ['Request body is required']],
      ['nonsense', ['Invalid request body']],
      [{ authenticationApp: {} }, [active, 'serviceName should not be empty']],
      [{ authenticationApp: { active: 'yes', serviceName: 5 } }, [active, 'serviceName must be a string']],
      [{ authenticationApp: [] }, ['authenticationApp must be an object']],
      [{ authenticationApp: 'on' }, ['authenticationApp must be an object']],
      [{ sms: { active: true } }, [life]],
      [{ sms: { active: true, tokenLifetimeSeconds: 299 } }, [tooShort]],
      [{ sms: { active: true, tokenLifetimeSeconds: 300.5 } }, [life]],
      [{ sms: { active: true, tokenLifetimeSeconds: '300' } }, [life]],
      [{ email: { active: true, tokenLifetimeSeconds: 300 } }, ['sender should not be empty']],
      [{ email: { active: true, tokenLifetimeSeconds: -1, sender: null } }, [tooShort, 'sender should not be empty']],
      [{ email: { active: true, tokenLifetimeSeconds: 300, sender: 'Acme Support' } }, [`sender ${notAMailbox}`]],
      [{ email: { active: true, tokenLifetimeSeconds: 300, sender: 'a\0b' } }, ['sender must be a string']],
      [{ authenticationApp: { active: true, serviceName: 'x'.repeat(maxServiceNameBytes + 1) } }, [`serviceName ${notAnIssuer}`]],
      [{ authenticationApp: { active: true, serviceName: 'é'.repeat(maxServiceNameBytes / 2 + 1) } }, [`serviceName ${notAnIssuer}`]],
      [{ authenticationApp: { active: true, serviceName: '\0' } }, ['serviceName must be a string']],
      [{ authenticationApp: { serviceName: 'x' }, sms: {} }, [active, active, life]],
    ];
    const issuer = `serviceName ${notAnIssuer}`;
    for (const serviceName of [' ', '\u00a0\u3000', ':', ': :', '\u200b', '\u2066\u2069', '\u3164', '\u0301', '\t', 'A\nB', 'A\0', 'A\u202eB']) {
      cases.push([{ authenticationApp: { active: true, serviceName } }, [serviceName.includes('\0') ? 'serviceName must be a string' : issuer]]);
    }
    const before = await read();
    for (const [body, texts] of cases) expectRefusal(await set(body), 400, faults(...texts), JSON.stringify(body));
    expect(await read()).toEqual(before);
    expect((await set({ sms: { active: true, tokenLifetimeSeconds: 1 } })).json()).toMatchObject({ errorCode: 'ER-df6e9e8eca' });
  });

  test('strangers get 401, users 403', async () => {
    const request = { method: 'POST', url: `${identity}${path}`, body: {} } as const;
    await expectStrangersRefused(harness, request);
    await expectUsersRefused(harness, request);
  });
});
