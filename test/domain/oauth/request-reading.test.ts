import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { answerLocation } from '../../../src/domain/oauth/answer-location.ts';
import { OAuthRefusal } from '../../../src/domain/oauth/refusal.ts';
import type { Parameters } from '../../../src/domain/oauth/request-reading.ts';
import { readAuthorizationRequest, readState, readTarget } from '../../../src/domain/oauth/request-reading.ts';
import { multiFactorAcr } from '../../../src/domain/session/session.ts';

const own = 'https://id.acme.example';
const target = { clientId: 'c', redirectUri: 'https://app.acme.example/oauth/callback' };
const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
const read = (parameters: Record<string, string>) => readAuthorizationRequest(Object.entries({ response_type: 'code', ...parameters }), target, own);
const refusal = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof OAuthRefusal) return error.reason;
    throw error;
  }
  return 'taken';
};
const base64 = (value: unknown): string => btoa(typeof value === 'string' ? value : JSON.stringify(value));
const mfaToken = 'Qm3v9Zk1tYx7uJ0cN5sR2aWfE8hLdPgB6oKiTqVnXyM';
const factorPage = (origin: string, state: string): string => `${origin}/oauth/account/mfa-mobile-authenticator?state=${encodeURIComponent(state)}`;

describe('a request is read', () => {
  test('with what it leaves out', () => {
    expect(read({})).toEqual({
      ...target,
      scope: 'openid',
      ...{ state: null, nonce: null, codeChallenge: null, prompt: null, asksForFactor: false, maxAgeSeconds: null },
      ...{ tenant: null, loginHint: null, locales: null, isOwn: false, mfaToken: null, namesOtherWay: false },
    });
  });

  test('with state and nonce byte for byte, and nothing unknown', () => {
    const state = ' a+b%20\u00e9\u{1F511}&=#"<';
    expect(read({ state, nonce: state, unknown: 'x', form_action: 'y' })).toMatchObject({ state, nonce: state });
  });

  test.each([
    ['openId offline_access profile', 'openid profile offline_access'],
    ['unknown', 'openid'],
    ['email', 'email'],
  ])('the scope %s grants %s', (scope, granted) => {
    expect(read({ scope }).scope).toBe(granted);
  });

  test.each([
    ['0', 0],
    ['60', 60],
    ['60.0', 60],
  ])('max_age %s is %s seconds', (max_age, seconds) => {
    expect(read({ max_age }).maxAgeSeconds).toBe(seconds);
  });

  test.each(['-1', '1.5', '1e3', 'soon', '12345678901'])('max_age %s is refused', (max_age) => {
    expect(refusal(() => read({ max_age }))).toBe('invalid_request');
  });

  test('a second factor is asked for by the one value of acr that means it, among others', () => {
    expect(read({ acr_values: `urn:x ${multiFactorAcr}` }).asksForFactor).toBe(true);
    expect(read({ acr_values: `${multiFactorAcr}/other` }).asksForFactor).toBe(false);
  });

  test.each([
    [{ prompt: 'login' }, 'LOGIN'],
    [{ prompt: 'select_account login' }, 'LOGIN'],
    [{ prompt: 'consent' }, null],
    [{ prompt: 'none' }, 'NONE'],
  ])('%o', (parameters, prompt) => {
    expect(read(parameters).prompt).toBe(prompt);
  });

  test.each([
    [{ tenantId: 't' }, 't'],
    [{ organization: 't' }, 't'],
    [{ tenantId: 't', organization: 't' }, 't'],
    [{ tenantId: '' }, null],
  ])('%o names the tenant %s', (parameters, tenant) => {
    expect(read(parameters).tenant).toBe(tenant);
  });
});

describe('a request is refused', () => {
  test.each([
    [{ prompt: 'none login' }, 'invalid_request'],
    [{ response_type: 'token' }, 'unsupported_response_type'],
    [{ response_type: '' }, 'invalid_request'],
    [{ response_mode: 'fragment' }, 'invalid_request'],
    [{ request: 'x' }, 'request_not_supported'],
    [{ request_uri: 'x' }, 'request_uri_not_supported'],
    [{ registration: 'x' }, 'registration_not_supported'],
    [{ code_challenge: challenge, code_challenge_method: 'plain' }, 'invalid_request'],
    [{ code_challenge_method: 'S256' }, 'invalid_request'],
    [{ code_challenge: `${challenge}=` }, 'invalid_request'],
    [{ code_challenge: challenge.slice(1) }, 'invalid_request'],
    [{ state: 'x'.repeat(2_049) }, 'invalid_request'],
    [{ nonce: 'x'.repeat(2_049) }, 'invalid_request'],
    [{ tenantId: 'a', organization: 'b' }, 'invalid_request'],
    [{ login_direct_action: 'x'.repeat(8_193) }, 'invalid_request'],
  ])('%o: %s', (parameters, reason) => {
    expect(refusal(() => read(parameters))).toBe(reason);
  });

  test('with a parameter that stands twice, also an unknown one', () => {
    const twice = (name: string): Parameters => [
      ['response_type', 'code'],
      [name, 'a'],
      [name, 'a'],
    ];
    for (const name of ['scope', 'unknown']) expect(refusal(() => readAuthorizationRequest(twice(name), target, own))).toBe('invalid_request');
    for (const name of ['client_id', 'redirect_uri']) expect(refusal(() => readTarget([...twice(name)]))).toBe('invalid_request');
    expect(readState(twice('state'))).toBeNull();
  });
});

describe('the login of a phone', () => {
  test('is completed with the mfaToken, and with nothing else of what the phone sends', () => {
    const state = base64({ mfaToken, accessToken: 'x', userId: 'y' });
    const action = base64({ type: 'direct', data: factorPage(own, state), extra: 1 });
    expect(read({ login_direct_action: action }).mfaToken).toBe(mfaToken);
    expect(JSON.stringify(read({ login_direct_action: action }))).not.toContain('"y"');
  });

  test.each([
    ['a foreign origin', base64({ type: 'direct', data: factorPage('https://evil.example', base64({ mfaToken })) })],
    ['a look-alike of our origin', base64({ type: 'direct', data: factorPage(`${own}.evil.example`, base64({ mfaToken })) })],
    ['another page', base64({ type: 'direct', data: `${own}/oauth/account/login?state=${base64({ mfaToken })}` })],
    ['a social login', base64({ type: 'social-login', data: 'google' })],
    ['what is no base64', '%%%'],
    ['what is no JSON', base64('x')],
    ['a token of another shape', base64({ type: 'direct', data: factorPage(own, base64({ mfaToken: 'short' })) })],
  ])('is not begun by %s', (_name, login_direct_action) => {
    expect(read({ login_direct_action }).mfaToken).toBeNull();
  });
});

describe('the answer', () => {
  test.each([
    ['https://a.example/cb', 'https://a.example/cb?code=c'],
    ['https://a.example/cb?x=1', 'https://a.example/cb?x=1&code=c'],
    ['https://a.example/cb?', 'https://a.example/cb?code=c'],
    ['https://a.example#/oauth/callback', 'https://a.example?code=c#/oauth/callback'],
    ['https://a.example/?y=2#/oauth/callback?z=3', 'https://a.example/?y=2&code=c#/oauth/callback?z=3'],
    ['com.acme.app://id.acme.example/ios/oauth/callback', 'com.acme.app://id.acme.example/ios/oauth/callback?code=c'],
  ])('to %s is %s', (uri, location) => {
    expect(answerLocation(uri, { code: 'c', state: null })).toBe(location);
  });

  test('brings every state back as it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (state) => {
        expect(new URL(answerLocation('https://a.example/cb?x=1#/y', { code: 'c', state })).searchParams.get('state')).toBe(state);
      }),
    );
  });
});

test('whatever is sent, a request is read or refused in the words of OAuth', () => {
  const names = [
    'response_type',
    'code_challenge',
    'code_challenge_method',
    'prompt',
    'max_age',
    'acr_values',
    'login_direct_action',
    'scope',
    'state',
  ];
  const values = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('code', 'none', 'login', '', challenge, 'S256', '5'), fc.base64String());
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.oneof(fc.constantFrom(...names), fc.string()), values)), (parameters) => {
      refusal(() => readTarget(parameters));
      refusal(() => readAuthorizationRequest(parameters, target, own));
      readState(parameters);
    }),
  );
});
