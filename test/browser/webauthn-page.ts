import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import type { AssertionJson, RegistrationJson } from '../support/webauthn.ts';
import { launchChromium } from './chromium.ts';

/** What the page knows: to ask the API, and to ask the browser for a credential. */
const html = `<!doctype html><meta charset="utf-8"><title>Login</title><script>
  const json = (credential) => credential.toJSON();
  const { parseCreationOptionsFromJSON, parseRequestOptionsFromJSON } = PublicKeyCredential;
  window.create = async (options) => json(await navigator.credentials.create({ publicKey: parseCreationOptionsFromJSON.call(PublicKeyCredential, options) }));
  window.get = async (options) => json(await navigator.credentials.get({ publicKey: parseRequestOptionsFromJSON.call(PublicKeyCredential, options) }));
  // As clients do that are older than toJSON: they decode the bytes they know of, and copy the whole credential field by field.
  const decode = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (character) => character.charCodeAt(0));
  const encode = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\\+/g, '-').replace(/\\//g, '_').replace(/=+$/, '');
  const decoded = ({ challenge, user, allowCredentials, excludeCredentials, ...options }) => {
    const listed = (list) => list.map((one) => ({ ...one, id: decode(one.id) }));
    return {
      ...options,
      challenge: decode(challenge),
      ...(user ? { user: { ...user, id: decode(user.id) } } : {}),
      ...(allowCredentials ? { allowCredentials: listed(allowCredentials) } : {}),
      ...(excludeCredentials ? { excludeCredentials: listed(excludeCredentials) } : {}),
    };
  };
  const copied = (value) => {
    if (value instanceof ArrayBuffer) return encode(value);
    if (typeof value === 'function') return {};
    if (typeof value !== 'object' || value === null) return value;
    const copy = {};
    for (const key in value) copy[key] = copied(value[key]);
    return copy;
  };
  window.createCopied = async (options) => copied(await navigator.credentials.create({ publicKey: decoded(options) }));
  window.getCopied = async (options) => copied(await navigator.credentials.get({ publicKey: decoded(options) }));
  window.ask = async (url, body, headers) => {
    const init = { method: 'POST', credentials: 'include', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
    const answer = await fetch(url, init);
    return { status: answer.status, body: await answer.json().catch(() => null) };
  };
</script>`;

interface Window {
  create(options: object): Promise<RegistrationJson>;
  get(options: object): Promise<AssertionJson>;
  createCopied(options: object): Promise<RegistrationJson>;
  getCopied(options: object): Promise<AssertionJson>;
  ask(url: string, body: object, headers: Record<string, string>): Promise<Answer>;
}

// biome-ignore lint/suspicious/noExplicitAny: assertions say what is in it
export type Answer = { status: number; body: any };

/** Where an authenticator sits: in the device, or on a cable. */
export type Transport = 'internal' | 'usb';

export interface LoginPage {
  /** Of the page, which is not where the API is. */
  origin: string;
  create(options: object): Promise<RegistrationJson>;
  get(options: object): Promise<AssertionJson>;
  /** As `create` and `get`, in the way of clients that are older than `toJSON`. */
  createCopied(options: object): Promise<RegistrationJson>;
  getCopied(options: object): Promise<AssertionJson>;
  ask(url: string, body: object, headers?: Record<string, string>): Promise<Answer>;
  /** Plugs another authenticator in; answers what takes it out again. */
  plugIn(transport: Transport, options?: AuthenticatorOptions): Promise<Authenticator>;
  close(): Promise<void>;
}

export interface AuthenticatorOptions {
  /** Whether it can verify its user. The default is that it can, and does. */
  userVerification?: boolean;
}

export interface Authenticator {
  /** Leaves the verification of its user out of its answers from now on. */
  stopVerifying(): Promise<void>;
  /** How often each of its credentials has signed. */
  signCounts(): Promise<number[]>;
  /** Exchanges it for a copy of an earlier state. */
  setSignCount(count: number): Promise<void>;
  unplug(): Promise<void>;
}

/** A login page in a real Chromium, served from localhost: a secure context, with virtual authenticators. */
export async function openLoginPage(): Promise<LoginPage> {
  const server = createServer((_request, response) => response.setHeader('content-type', 'text/html').end(html));
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  const browser: Browser = await launchChromium();
  const page: Page = await browser.newPage();
  await page.goto(origin);
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('WebAuthn.enable', { enableUI: false });
  return {
    origin,
    create: (options) => page.evaluate((given) => (globalThis as unknown as Window).create(given), options),
    get: (options) => page.evaluate((given) => (globalThis as unknown as Window).get(given), options),
    createCopied: (options) => page.evaluate((given) => (globalThis as unknown as Window).createCopied(given), options),
    getCopied: (options) => page.evaluate((given) => (globalThis as unknown as Window).getCopied(given), options),
    ask: (url, body, headers = {}) =>
      page.evaluate(([url, body, headers]) => (globalThis as unknown as Window).ask(url, body, headers), [url, body, headers] as const),
    async plugIn(transport, { userVerification = true } = {}) {
      const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
        options: {
          protocol: 'ctap2',
          transport,
          hasResidentKey: true,
          hasUserVerification: userVerification,
          isUserVerified: userVerification,
          automaticPresenceSimulation: true,
        },
      });
      const credentials = async () => (await cdp.send('WebAuthn.getCredentials', { authenticatorId })).credentials;
      return {
        stopVerifying: async () => void (await cdp.send('WebAuthn.setResponseOverrideBits', { authenticatorId, isBadUV: true })),
        signCounts: async () => (await credentials()).map(({ signCount }) => signCount),
        async setSignCount(signCount) {
          for (const credential of await credentials()) {
            await cdp.send('WebAuthn.removeCredential', { authenticatorId, credentialId: credential.credentialId });
            // Newer browsers list a credential without its relying party, and want it all the same.
            const rpId = credential.rpId ?? new URL(origin).hostname;
            await cdp.send('WebAuthn.addCredential', { authenticatorId, credential: { ...credential, rpId, signCount } });
          }
        },
        unplug: async () => void (await cdp.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId })),
      };
    },
    async close() {
      await browser.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
