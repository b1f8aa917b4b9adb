import { afterAll, beforeAll, expect, test } from 'vitest';
import { createUserInTenant, password } from '../../support/builders.ts';
import type { CaptchaServer } from '../../support/captcha-server.ts';
import { setCaptcha, siteKey, startCaptchaServer } from '../../support/captcha-server.ts';
import { setCore } from '../../support/passwordless.ts';
import type { Call, UserInterface } from './user-interface.ts';
import { openUserInterface } from './user-interface.ts';

/** The login box of `@frontegg/react` 4.0.30, unmodified, where a captcha is asked for. It loads the script of reCAPTCHA v3, which is played here. */
let provider: CaptchaServer;
let ui: UserInterface;
const scripts: string[] = [];
beforeAll(async () => {
  provider = await startCaptchaServer();
  ui = await openUserInterface(provider.settings);
  await setCaptcha(ui.harness);
  await ui.page.exposeFunction('answerCaptcha', (key: string, action: string) => {
    provider.actions.push(`${key} ${action}`);
    return provider.answer();
  });
  await ui.page.route('https://www.recaptcha.net/**', (route) => {
    scripts.push(route.request().url());
    const body = `window.grecaptcha = { ready: (run) => run(), execute: (key, { action }) => window.answerCaptcha(key, action) };
window.onLoadCaptchaV3Callback?.();`;
    return route.fulfill({ contentType: 'text/javascript', body });
  });
});
afterAll(async () => {
  await ui?.close();
  await provider?.close();
});

const to = (calls: readonly Call[], path: string) =>
  calls.find(({ request }) => request.endsWith(path)) ?? expect.fail(`nothing was sent to ${path}`);
const tokenIn = ({ sent }: Call): unknown => (JSON.parse(sent ?? '{}') as Record<string, unknown>).recaptchaToken;

/** Opens the login box, and waits until the captcha is answered, which takes it up to a second. */
async function openBox(): Promise<void> {
  const before = provider.actions.length;
  await ui.page.context().clearCookies();
  await ui.visit(() => ui.page.goto(`${ui.origin}/account/login`));
  await expect.poll(() => provider.actions.length, { timeout: 10_000 }).toBeGreaterThan(before);
}

/** Sends an address, and a password where the box asks for one. */
async function send(email: string): Promise<Call[]> {
  await ui.part('input-email').fill(email);
  if (await ui.part('input-password').isVisible()) await ui.part('input-password').fill(password);
  return ui.visit(() => ui.part('submit-btn').click());
}

test('it reads the policy, answers the captcha with the site key, and its token lets the person in', async () => {
  const { email } = await createUserInTenant(ui.harness, 'boxed');
  await openBox();
  const login = to(await send(email), '/auth/v1/user');
  expect(login.status).toBe(200);
  expect(scripts[0]).toBe(`https://www.recaptcha.net/recaptcha/api.js?onload=onLoadCaptchaV3Callback&render=${siteKey}`);
  expect(provider.actions[0]).toBe(`${siteKey} login`);
  expect(provider.asked.map(({ response }) => response)).toEqual([tokenIn(login)]);
});

test('it shows why a captcha was not accepted', async () => {
  const { email } = await createUserInTenant(ui.harness, 'unlike-a-person');
  provider.score = 0.1;
  await openBox();
  expect(to(await send(email), '/auth/v1/user').status).toBe(400);
  await ui.page.getByText('Captcha is invalid').waitFor();
  provider.score = 0.9;
});

test('it sends a token for a login code as well', async () => {
  const { email } = await createUserInTenant(ui.harness, 'by-code');
  await setCore(ui.harness, { authStrategy: 'Code' });
  await openBox();
  const sent = to(await send(email), '/passwordless/code/prelogin');
  expect([sent.status, tokenIn(sent)]).toEqual([201, provider.asked.at(-1)?.response]);
});
