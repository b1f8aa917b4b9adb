import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { createUserInTenant } from '../../support/builders.ts';
import { clientId, secret } from '../../support/harness.ts';
import type { TokenBody } from '../../support/oauth.ts';
import {
  exchange,
  expectNoTokens,
  expectRefusedAs,
  hostedLogin,
  newCode,
  openHostedLogin,
  refreshGrant,
  signedInBrowser,
  tokenRequest,
  tokensIn,
} from '../../support/oauth.ts';
import { refreshCookie } from '../../support/requests.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness();
beforeAll(() => openHostedLogin(harness));

const person = async (name: string) => (await createUserInTenant(harness, name)).email;
const form = (fields: [string, string][] | Record<string, string>) => new URLSearchParams(fields).toString();
const asForm = { 'content-type': 'application/x-www-form-urlencoded' };
const basic = (user: string, key: string) => ({ authorization: `Basic ${Buffer.from(`${user}:${key}`).toString('base64')}` });

describe('a page of another site cannot put a session into a browser', () => {
  test('a form that navigates to the endpoint gets neither cookie nor tokens, and does not spend the code', async () => {
    const { asked, code } = await newCode(harness, await person('navigated'));
    const body = form({ grant_type: 'authorization_code', code, redirect_uri: asked.redirectUri, code_verifier: asked.verifier });
    const navigation = {
      ...asForm,
      'sec-fetch-mode': 'navigate',
      'sec-fetch-dest': 'document',
      'sec-fetch-site': 'cross-site',
      origin: 'https://evil.example',
    };
    expectRefusedAs(await tokenRequest(harness, body, navigation), 400, 'invalid_request');
    tokensIn(await exchange(harness, asked, code));
  });

  test.each([
    ['a form', asForm, 'https://evil.example'],
    ['JSON from a foreign origin', {}, 'https://evil.example'],
    ['JSON from an opaque origin', {}, 'null'],
    ['a form without an origin', asForm, undefined],
  ])('%s sets no cookie', async (about, type, origin) => {
    const { asked, code } = await newCode(harness, await person(`no-cookie-${about.replaceAll(' ', '-')}`));
    const fields = { grant_type: 'authorization_code', code, redirect_uri: asked.redirectUri, code_verifier: asked.verifier };
    const body = 'content-type' in type ? form(fields) : fields;
    const answer = await tokenRequest(harness, body, { ...type, ...(origin === undefined ? {} : { origin }) });
    expect(answer.cookies.filter(({ name }) => name === refreshCookie)).toEqual([]);
    expect(answer.headers['access-control-allow-origin'] ?? null).not.toBe('https://evil.example');
  });

  test('a form that brings the cookie token of somebody else leaves no cookie of that session', async () => {
    const attacker = await signedInBrowser(harness, await person('planted'));
    const body = form({ grant_type: 'refresh_token', refresh_token: attacker.cookies.get(refreshCookie) ?? '' });
    for (const headers of [{ ...asForm, origin: 'https://evil.example' }, asForm]) {
      expect((await tokenRequest(harness, body, headers)).cookies).toEqual([]);
    }
  });

  test('JSON with another type is not taken for JSON', async () => {
    const { asked, code } = await newCode(harness, await person('plain'));
    const body = JSON.stringify({ grant_type: 'authorization_code', code, redirect_uri: asked.redirectUri, code_verifier: asked.verifier });
    for (const type of ['text/plain', 'multipart/form-data; boundary=x', 'application/xml']) {
      const answer = await tokenRequest(harness, body, { 'content-type': type });
      expect([400, 415], type).toContain(answer.statusCode);
      expect(answer.cookies).toEqual([]);
    }
  });
});

describe('a request is read strictly', () => {
  test('a field that is repeated in a form is refused', async () => {
    const { asked, code } = await newCode(harness, await person('repeated'));
    const fields: [string, string][] = [
      ['grant_type', 'authorization_code'],
      ['code', code],
      ['redirect_uri', asked.redirectUri],
      ['code_verifier', asked.verifier],
    ];
    for (const [name, value] of fields) {
      expectRefusedAs(await tokenRequest(harness, form([...fields, [name, value]]), asForm), 400, 'invalid_request', name);
    }
    tokensIn(await tokenRequest(harness, form(fields), asForm));
  });

  test('another grant, or none, is refused', async () => {
    for (const grant_type of ['client_credentials', 'password', 'implicit', 'urn:ietf:params:oauth:grant-type:device_code', 'AUTHORIZATION_CODE']) {
      expectRefusedAs(await tokenRequest(harness, { grant_type, username: 'x', password: 'x' }), 400, 'unsupported_grant_type', grant_type);
    }
    expectRefusedAs(await tokenRequest(harness, { code: 'x' }), 400, 'invalid_request');
    expectRefusedAs(await refreshGrant(harness, ''), 400, 'invalid_request');
  });

  test('a body that is too long is refused', async () => {
    expect([400, 413]).toContain((await tokenRequest(harness, { grant_type: 'refresh_token', refresh_token: 'x'.repeat(20_000) })).statusCode);
    expect([400, 413]).toContain(
      (await tokenRequest(harness, form({ grant_type: 'refresh_token', refresh_token: 'x'.repeat(20_000) }), asForm)).statusCode,
    );
  });

  test('whatever the body holds, there is no fault and no token', async () => {
    const field = fc.constantFrom(
      'grant_type',
      'code',
      'redirect_uri',
      'code_verifier',
      'client_id',
      'client_secret',
      'refresh_token',
      'tenantId',
      '__proto__',
    );
    const value = fc.oneof(
      fc.constantFrom<unknown>('authorization_code', 'refresh_token', null, true, 0, [], {}),
      fc.string({ unit: 'binary' }),
      fc.json(),
    );
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.dictionary(field, value), fc.jsonValue()), async (body) => {
        const answers = [
          await tokenRequest(harness, JSON.stringify(body)),
          await tokenRequest(harness, form(Object.entries(body ?? {}).map(([name, given]) => [name, String(given)])), asForm),
        ];
        for (const answer of answers) {
          expect(answer.statusCode, answer.body).toBeGreaterThanOrEqual(400);
          expect(answer.statusCode, answer.body).toBeLessThan(500);
          expect(answer.json()).toMatchObject({ error: expect.any(String), errors: [expect.any(String)] });
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('an application that names itself is believed only with the secret', () => {
  const refresh = async (name: string) => (await hostedLogin(harness, await person(name))).tokens.refresh_token;
  const grant = (refresh_token: string, more: TokenBody = {}) => ({ grant_type: 'refresh_token', refresh_token, ...more });

  test('a wrong secret is refused, by either way, also where none was needed', async () => {
    const token = await refresh('wrong-secret');
    const byBasic = await tokenRequest(harness, grant(token), basic(clientId, 'wrong'));
    expectRefusedAs(byBasic, 401, 'invalid_client');
    expect(byBasic.headers['www-authenticate']).toMatch(/^Basic\b/);
    expectRefusedAs(await tokenRequest(harness, grant(token, { client_id: clientId, client_secret: 'wrong' })), 401, 'invalid_client');
    expectRefusedAs(await tokenRequest(harness, grant(token), basic('somebody-else', secret)), 401, 'invalid_client');
    tokensIn(await tokenRequest(harness, grant(token), basic(clientId, secret)));
  });

  test('both ways at once are refused', async () => {
    const token = await refresh('both-ways');
    const body = grant(token, { client_id: clientId, client_secret: secret });
    expectRefusedAs(await tokenRequest(harness, body, basic(clientId, secret)), 400, 'invalid_request');
    tokensIn(await tokenRequest(harness, body));
  });

  test('an id with a colon or escapes, and broken headers, are refused and no fault', async () => {
    const token = await refresh('broken-basic');
    for (const authorization of ['Basic', 'Basic ', 'Basic !!!', `Basic ${Buffer.from('nocolon').toString('base64')}`, 'Digest x', 'basic%20x']) {
      const answer = await tokenRequest(harness, grant(token), { authorization });
      expect(answer.statusCode, authorization).toBeLessThan(500);
    }
  });

  test('a bearer token beside the request is not its credential, whoever it is of', async () => {
    const { tokens } = await hostedLogin(harness, await person('with-bearer'));
    const other = await hostedLogin(harness, await person('other-bearer'));
    harness.clock.advance({ seconds: 1000 });
    let next = tokens.refresh_token;
    for (const bearer of [tokens.id_token, other.tokens.id_token, 'garbage', await harness.environmentToken()]) {
      const answer = tokensIn(await tokenRequest(harness, grant(next), { authorization: `Bearer ${bearer}` }));
      next = answer.refresh_token;
    }
  });
});

describe('what is answered', () => {
  test('is not kept by anybody, and is in the form that clients read', async () => {
    const { asked, code } = await newCode(harness, await person('form'));
    const answer = await exchange(harness, asked, code);
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', 'content-type': 'application/json; charset=utf-8' });
    const jwt = expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    expect(answer.json()).toEqual({
      token_type: 'Bearer',
      access_token: jwt,
      id_token: jwt,
      refresh_token: expect.stringMatching(/^[\w-]{43}$/),
      expires_in: 900,
      refresh_expires_in: expect.any(Number),
      scope: expect.stringMatching(/^(?=.*\bopenid\b)(?=.*\bprofile\b)(?=.*\bemail\b)[a-z ]{20}$/),
    });
    for (const refused of [await exchange(harness, asked, code), await refreshGrant(harness, 'x')]) {
      expect(refused.headers).toMatchObject({ 'cache-control': 'no-store', 'content-type': 'application/json; charset=utf-8' });
      expect(refused.headers['www-authenticate']).toBeUndefined();
    }
  });

  test('an origin that is not listed cannot read it', async () => {
    const answer = await tokenRequest(harness, { grant_type: 'refresh_token', refresh_token: 'x' }, { origin: 'https://app.acme.example' });
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    expectNoTokens(answer);
  });
});
