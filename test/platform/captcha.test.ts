import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createCaptchaVerifier } from '../../src/platform/captcha.ts';
import type { CaptchaServer, Mood } from '../support/captcha-server.ts';
import { secretKey, startCaptchaServer } from '../support/captcha-server.ts';

let server: CaptchaServer;
beforeAll(async () => {
  server = await startCaptchaServer();
});
afterAll(() => server.close());
beforeEach(() => Object.assign(server, { mood: 'OK', score: 0.9, asked: [] }));

const ask = (response: string, secret = secretKey) =>
  createCaptchaVerifier({ url: `${server.url}/siteverify`, timeoutMilliseconds: 300 }).verify({
    ...{ secretKey: secret, response, remoteAddress: '203.0.113.7' },
  });

it('posts the secret, the answer and the address of the person as a form, and returns what the provider says', async () => {
  const token = server.answer();
  expect(await ask(token)).toEqual({ passed: true, score: 0.9 });
  expect(server.asked).toEqual([{ secret: secretKey, response: token, remoteip: '203.0.113.7' }]);
  expect(await ask(token)).toEqual({ passed: false, score: null });
});

it('a provider without scores says nothing about one', async () => {
  server.mood = 'UNSCORED';
  expect(await ask(server.answer())).toEqual({ passed: true, score: null });
});

it('a refused secret is a fault of the settings, and no captcha that failed', async () => {
  await expect(ask(server.answer(), 'another')).rejects.toMatchObject({ name: 'DeliveryFailure', message: 'CAPTCHA_REFUSED invalid-input-secret' });
});

it.each<[Mood, string]>([
  ['BROKEN', 'CAPTCHA_HTTP_500'],
  ['SILENT', 'PROVIDER_SILENT'],
  ['GARBAGE', 'CAPTCHA_ANSWER_UNREADABLE'],
  ['ENDLESS', 'CAPTCHA_ANSWER_UNREADABLE'],
  ['REDIRECT', 'PROVIDER_UNREACHABLE'],
])('a provider that is %s has not answered, and what it wrote is not passed on', async (mood, message) => {
  server.mood = mood;
  await expect(ask(server.answer())).rejects.toMatchObject({ name: 'DeliveryFailure', message });
});
