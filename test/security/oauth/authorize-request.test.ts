import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { createUserInTenant } from '../../support/builders.ts';
import { clientId } from '../../support/harness.ts';
import type { Parameters } from '../../support/oauth.ts';
import {
  answerOf,
  authorize,
  callback,
  challengeOf,
  codeOf,
  hostedLogin,
  newRequest,
  openHostedLogin,
  signInOverPages,
} from '../../support/oauth.ts';
import { useHarness } from '../../support/use-harness.ts';
import type { Shown } from '../../support/user-agent.ts';
import { createUserAgent } from '../../support/user-agent.ts';

const harness = useHarness();
beforeAll(() => openHostedLogin(harness));

const ask = (parameters: Parameters, more = ''): Promise<Shown> => {
  const { url } = newRequest({ parameters });
  return createUserAgent(harness).open(`${url}${more}`);
};

/** The person is told, and nobody else: nothing of the request is repeated, and the browser stays. */
function expectErrorPage(shown: Shown, echo: string): void {
  expect({ left: shown.left, status: shown.status }, echo).toEqual({ left: null, status: 400 });
  expect(shown.headers.location, echo).toBeUndefined();
  expect(shown.headers['set-cookie'], echo).toBeUndefined();
  expect(shown.headers['content-type'], echo).toMatch(/^text\/html/);
  if (echo.length > 3) expect(shown.html).not.toContain(echo);
  expect(shown.html).not.toMatch(/href="[^"]*evil/);
}

const issuer = 'https://id.acme.example';
function expectErrorAtApplication(shown: Shown, error: string, about: string): void {
  const answer = answerOf(shown);
  expect({ error: answer.get('error'), iss: answer.get('iss'), state: answer.get('state'), code: answer.get('code') }, about).toEqual({
    error,
    iss: issuer,
    state: 'kept',
    code: null,
  });
  expect(answer.get('error_description'), about).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/);
}

describe('an answer goes to no address that was not registered', () => {
  const near = {
    'another case of the path': 'https://app.acme.example/OAuth/callback',
    'another case of the scheme': 'HTTPS://app.acme.example/oauth/callback',
    'another case of the host': 'https://APP.acme.example/oauth/callback',
    'a slash at the end': `${callback}/`,
    'a dot segment': 'https://app.acme.example/x/../oauth/callback',
    'an escaped dot segment': 'https://app.acme.example/x/%2e%2e/oauth/callback',
    'a segment after it': `${callback}/evil`,
    'a dot segment after it': `${callback}/../../evil`,
    'a backslash': 'https://app.acme.example\\@evil.example/oauth/callback',
    'user info': 'https://app.acme.example@evil.example/oauth/callback',
    'user info before the right host': 'https://evil@app.acme.example/oauth/callback',
    'the usual port': 'https://app.acme.example:443/oauth/callback',
    'another port': 'https://app.acme.example:8443/oauth/callback',
    'a subdomain': 'https://evil.app.acme.example/oauth/callback',
    'the host as a prefix': 'https://app.acme.example.evil.example/oauth/callback',
    'an ideographic full stop': 'https://app。acme.example/oauth/callback',
    'a letter of another alphabet': 'https://аpp.acme.example/oauth/callback',
    'a query': `${callback}?next=https://evil.example`,
    'an empty query': `${callback}?`,
    'a fragment': `${callback}#/evil`,
    'an empty fragment': `${callback}#`,
    'another scheme': 'http://app.acme.example/oauth/callback',
    'a script': 'javascript:alert(1)//app.acme.example/oauth/callback',
    'a blank before it': ` ${callback}`,
    'a line feed after it': `${callback}\n`,
    'no scheme': '//app.acme.example/oauth/callback',
    'a path': '/oauth/callback',
    'an escaped letter': 'https://app.acme.example/oauth/c%61llback',
    'a percent sign of a percent sign': 'https://app.acme.example/oauth/callback%2500',
    nothing: '',
  };
  test.each(Object.entries(near))('%s is another address', async (_, redirect_uri) => expectErrorPage(await ask({ redirect_uri }), redirect_uri));

  test('any address but the registered one is refused, whatever was added to it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.webUrl({ withFragments: true, withQueryParameters: true }), fc.string({ maxLength: 8 }), async (other, added) => {
        for (const uri of [other, callback + added, added + callback]) if (uri !== callback) expectErrorPage(await ask({ redirect_uri: uri }), '');
      }),
      { numRuns: 30 },
    );
  });

  test('an absent, repeated or unknown client or address gets the page, whatever else is wrong', async () => {
    expectErrorPage(await ask({ redirect_uri: null }), '');
    expectErrorPage(await ask({ client_id: null }), '');
    expectErrorPage(await ask({ client_id: 'evil-client' }), 'evil-client');
    expectErrorPage(await ask({ client_id: `${clientId}0` }), '');
    expectErrorPage(await ask({}, `&redirect_uri=${encodeURIComponent(callback)}`), '');
    expectErrorPage(await ask({}, '&redirect_uri=https://evil.example'), 'https://evil.example');
    expectErrorPage(await ask({}, `&client_id=${clientId}`), '');
    expectErrorPage(await ask({ client_id: 'evil-client', response_type: 'token', prompt: 'none' }), 'evil-client');
  });

  test('markup in any parameter is not repeated', async () => {
    const markup = '"><script>alert(1)</script>';
    const names = ['client_id', 'redirect_uri', 'state', 'scope', 'login_hint', 'ui_locales', 'tenantId', 'organization', 'nonce', 'acr_values'];
    for (const name of names) {
      const shown = await ask({ [name]: markup });
      expect(shown.html, name).not.toContain('<script>alert');
    }
  });
});

describe('a request that is wrong otherwise is answered to the application, with its state and the issuer', () => {
  const wrong: Record<string, [Parameters, string, string?]> = {
    'another response type': [{ response_type: 'token' }, 'unsupported_response_type'],
    'a hybrid response type': [{ response_type: 'code id_token' }, 'unsupported_response_type'],
    'no response type': [{ response_type: null }, 'invalid_request'],
    'a plain challenge': [{ code_challenge_method: 'plain' }, 'invalid_request'],
    'an unknown challenge method': [{ code_challenge_method: 's256' }, 'invalid_request'],
    'a short challenge': [{ code_challenge: 'abc' }, 'invalid_request'],
    'a long challenge': [{ code_challenge: `${challengeOf('x')}A` }, 'invalid_request'],
    'a challenge of other letters': [{ code_challenge: challengeOf('x').replace(/^./, '+') }, 'invalid_request'],
    'a request object': [{ request: 'e30.e30.' }, 'request_not_supported'],
    'a request object by reference': [{ request_uri: 'https://evil.example/request.jwt' }, 'request_uri_not_supported'],
    'a registration': [{ registration: '{}' }, 'registration_not_supported'],
    'a response mode that posts': [{ response_mode: 'form_post' }, 'invalid_request'],
    'a response mode in the fragment': [{ response_mode: 'fragment' }, 'invalid_request'],
    'a prompt of none and another': [{ prompt: 'none login' }, 'invalid_request'],
    'a negative age': [{ max_age: '-1' }, 'invalid_request'],
    'an age that is no number': [{ max_age: '1e3' }, 'invalid_request'],
    'a nonce that is too long': [{ nonce: 'n'.repeat(2049) }, 'invalid_request'],
    'two names for two tenants': [{ tenantId: 'one', organization: 'two' }, 'invalid_request'],
    'a nonce twice': [{}, 'invalid_request', '&nonce=x'],
    'a scope twice': [{}, 'invalid_request', '&scope=openid'],
    'a challenge twice': [{}, 'invalid_request', `&code_challenge=${challengeOf('y')}`],
    'a prompt twice': [{ prompt: 'login' }, 'invalid_request', '&prompt=none'],
  };
  test.each(Object.entries(wrong))('%s', async (about, [parameters, error, more = '']) => {
    expectErrorAtApplication(await ask({ state: 'kept', ...parameters }, more), error, about);
  });

  test('a state twice is refused without one', async () => {
    const answer = answerOf(await ask({ state: 'one' }, '&state=two'));
    expect([answer.get('error'), answer.get('iss'), answer.getAll('state').length]).toEqual([
      'invalid_request',
      issuer,
      expect.toSatisfy((n: number) => n <= 1),
    ]);
  });
});

describe('a request that is only unusual is answered', () => {
  test('unknown scopes, parameters and languages, a missing scope and a missing nonce do no harm', async () => {
    const { agent } = await hostedLogin(harness, (await createUserInTenant(harness, 'unusual')).email);
    const unusual: Parameters[] = [
      { scope: 'openid shoe_size https://evil.example/scope' },
      { scope: 'openId' },
      { scope: null },
      { nonce: null },
      { ui_locales: 'tlh x-klingon "; drop' },
      { form_action: 'login', audience: 'x' },
      { prompt: 'consent' },
      { prompt: 'select_account' },
      { prompt: 'shout' },
      { response_mode: 'query' },
      { code_challenge_method: null },
      { acr_values: 'urn:example:bronze' },
      { max_age: '3600.0' },
    ];
    for (const parameters of unusual)
      expect(codeOf(await authorize(agent, newRequest({ parameters }))), JSON.stringify(parameters)).toMatch(/^[\w-]{43}$/);
  });

  test('a state comes back byte for byte, in an answer and in an error', async () => {
    const { agent } = await hostedLogin(harness, (await createUserInTenant(harness, 'state')).email);
    const states = [
      'a b',
      'a+b',
      'a%20b',
      '%',
      '&code=evil&iss=evil',
      '#evil',
      'ünïcödé ☃ 💥',
      '"<>\\',
      '=',
      'https://evil.example/?a=b',
      'x'.repeat(2048),
    ];
    for (const state of states) {
      expect(answerOf(await authorize(agent, newRequest({ parameters: { state } }))).get('state')).toBe(state);
      expect(answerOf(await ask({ state, prompt: 'none' })).get('state')).toBe(state);
    }
    expect(answerOf(await authorize(agent, newRequest())).has('state')).toBe(false);
  });

  test('the request may be posted as a form', async () => {
    const { email } = await createUserInTenant(harness, 'posted');
    const agent = createUserAgent(harness);
    const asked = newRequest({ parameters: { state: 'posted' } });
    const [path = '', query = ''] = asked.url.split('?');
    const controls = [...new URLSearchParams(query)].map(([name, value]) => ({ name, value, kind: 'hidden', checked: false }));
    const blank = await agent.open('/oauth/account/logout');
    const page = await agent.submit(
      blank,
      { method: 'post', action: path, controls, html: '' },
      {},
      { origin: 'https://app.acme.example', 'sec-fetch-site': 'cross-site' },
    );
    const answer = answerOf(await signInOverPages(agent, page, email));
    expect([answer.get('state'), answer.get('code')]).toEqual(['posted', expect.stringMatching(/^[\w-]{43}$/)]);
  });

  test('whatever the parameters hold, the answer is a page or a redirect to the application, and never a fault', async () => {
    const names = [
      'client_id',
      'redirect_uri',
      'response_type',
      'scope',
      'state',
      'nonce',
      'prompt',
      'max_age',
      'login_direct_action',
      'organization',
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.constantFrom(...names, '', '__proto__', 'request'), fc.string({ unit: 'binary', maxLength: 40 })),
        async (given) => {
          const query = new URLSearchParams(given);
          const { headers, statusCode } = await createUserAgent(harness).fetch({ url: `/oauth/authorize?${query}` });
          expect([302, 303, 400]).toContain(statusCode);
          if (statusCode === 302) expect(String(headers.location)).toMatch(new RegExp(`^${callback}\\?`));
        },
      ),
      { numRuns: 100 },
    );
  });
});
