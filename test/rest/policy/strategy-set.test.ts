import { describe, expect, test } from 'vitest';
import type { Delivery } from '../../../src/domain/ports.ts';
import { asEnvironment, createTenant, identity } from '../../support/builders.ts';
import { expectOlderHeaderServes, expectStrangersRefused, expectTenantHeaderChecked, expectUsersRefused } from '../../support/callers.ts';
import { openHarness } from '../../support/harness.ts';
import { call, expectEmpty, expectRefusal, faults, refusal } from '../../support/rest.ts';
import { useHarness } from '../../support/use-harness.ts';

const path = '/configurations/v1/mfa/strategies';
const names = 'strategy must be one of the following values: AuthenticatorApp, WebAuthnPlatform, WebAuthnCrossPlatform, SMS, EmailCode';
const flag = 'isActive must be a boolean value';
const harness = useHarness();

const set = async (tenantId: string | undefined, body?: unknown) =>
  call(harness, 'POST', path, { headers: await asEnvironment(harness, tenantId), ...(body === undefined ? {} : { body }) });
const activeIn = async (tenantId?: string): Promise<string[]> => {
  const answer = await call(harness, 'GET', path, { headers: await asEnvironment(harness, tenantId) });
  const { strategies } = answer.json<{ strategies: { strategy: string; isActive: boolean }[] }>();
  return strategies.filter((entry) => entry.isActive).map((entry) => entry.strategy);
};

describe('switching a strategy', () => {
  test('answers 201 with an empty body, and again when repeated', async () => {
    for (let round = 0; round < 2; round += 1) {
      expectEmpty(await set(undefined, { isActive: true, strategy: 'EmailCode' }), 201);
      expect(await activeIn()).toEqual(['AuthenticatorApp', 'EmailCode']);
    }
    expectEmpty(await set(undefined, { strategy: 'EmailCode', isActive: false, extra: 'ignored' }), 201);
    expect(await activeIn()).toEqual(['AuthenticatorApp']);
  });

  test('a strategy this deployment cannot serve may be switched off, not on', async () => {
    expectEmpty(await set(undefined, { isActive: false, strategy: 'SMS' }), 201);
    expectEmpty(await set(undefined, { isActive: false, strategy: 'WebAuthnPlatform' }), 201);
    const sms = refusal('Strategy cannot be switched on: SMS needs a provider');
    expectRefusal(await set(undefined, { isActive: true, strategy: 'SMS' }), 400, sms);
    const nameless = await openHarness({ settings: { PUBLIC_URL: 'http://10.0.0.1:4000' } });
    try {
      const headers = await asEnvironment(nameless);
      for (const strategy of ['WebAuthnPlatform', 'WebAuthnCrossPlatform']) {
        const answer = await call(nameless, 'POST', path, { headers, body: { isActive: true, strategy } });
        expect([answer.statusCode, answer.body], strategy).toEqual([
          400,
          expect.stringMatching(/cannot be switched on: WebAuthn cannot work with PUBLIC_URL/),
        ]);
      }
    } finally {
      await nameless.close();
    }
    expect(await activeIn()).toEqual(['AuthenticatorApp']);
  });

  test('a tenant may only narrow', async () => {
    const tenantId = await createTenant(harness, 'narrow');
    expectRefusal(await set(tenantId, { isActive: true, strategy: 'EmailCode' }), 400, refusal('Strategy is not active in the environment'));
    expectEmpty(await set(tenantId, { isActive: false, strategy: 'EmailCode' }), 201);
    expectEmpty(await set(tenantId, { isActive: false, strategy: 'AuthenticatorApp' }), 201);
    expect(await activeIn(tenantId)).toEqual([]);
    expect(await activeIn()).toEqual(['AuthenticatorApp']);
    expectEmpty(await set(tenantId, { isActive: true, strategy: 'AuthenticatorApp' }), 201);
    expect(await activeIn(tenantId)).toEqual(['AuthenticatorApp']);
  });

  test('without a mail server e-mail codes cannot be switched on, and the answer says why', async () => {
    const reason = 'set SMTP_URL to send e-mail';
    const delivery: Delivery = { email: { available: false, reason }, sms: { available: false, reason: 'no provider' }, send: async () => undefined };
    const settings = { NODE_ENV: 'production', SALLYPORT_KEYS: Buffer.alloc(32, 7).toString('base64') };
    const production = await openHarness({ settings, ports: { delivery } });
    try {
      const headers = await asEnvironment(production);
      const set = (isActive: boolean) => call(production, 'POST', path, { headers, body: { isActive, strategy: 'EmailCode' } });
      expectRefusal(await set(true), 400, refusal(`Strategy cannot be switched on: ${reason}`));
      expectEmpty(await set(false), 201);
      const listed = (await call(production, 'GET', path, { headers })).json<{ strategies: object[] }>();
      expect(listed.strategies).toContainEqual({ strategy: 'EmailCode', isActive: false });
    } finally {
      await production.close();
    }
  });
});

describe('refusals', () => {
  test('every fault has its text and code, in the order of the fields', async () => {
    const cases: [unknown, string[]][] = [
      [undefined, ['Request body is required']],
      [[], ['Invalid request body']],
      [{}, [flag, names]],
      [{ isActive: null, strategy: null }, [flag, names]],
      [{ isActive: 'true', strategy: 'SMS' }, [flag]],
      [{ isActive: 1, strategy: 'sms' }, [flag, names]],
      [{ strategy: 'Totp', isActive: true }, [names]],
      [{ strategy: ['SMS'], isActive: true }, [names]],
    ];
    for (const [body, texts] of cases) expectRefusal(await set(undefined, body), 400, faults(...texts), JSON.stringify(body));
    expect((await set(undefined, { strategy: 'SMS' })).json()).toMatchObject({ errorCode: 'ER-764f64c49a' });
  });

  test('strangers get 401, users 403, and the tenant header has to name one known tenant', async () => {
    const request = { method: 'POST', url: `${identity}${path}`, body: { isActive: true, strategy: 'AuthenticatorApp' } } as const;
    await expectStrangersRefused(harness, request);
    await expectUsersRefused(harness, request);
    await expectTenantHeaderChecked(harness, request);
    await expectOlderHeaderServes(harness, request, 201);
  });
});
