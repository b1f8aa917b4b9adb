import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { asEnvironment, expectStatus } from './builders.ts';
import type { Harness } from './harness.ts';
import { call } from './rest.ts';

/** How the provider answers from now on; `OK` as reCAPTCHA v3 does. */
export type Mood = 'OK' | 'BROKEN' | 'SILENT' | 'GARBAGE' | 'ENDLESS' | 'REDIRECT' | 'UNSCORED';

/** A provider of captchas on this machine. */
export interface CaptchaServer {
  url: string;
  settings: Record<string, string>;
  /** What the server of the application has asked, in order. */
  asked: Record<string, string>[];
  /** What browsers have asked captchas for. */
  actions: string[];
  mood: Mood;
  /** The score of captchas that are answered from now on. */
  score: number;
  /** Answers a captcha as a browser does. The token works once. */
  answer(): string;
  close(): Promise<void>;
}

export const siteKey = 'key-of-the-site';
export const secretKey = 'a-secret-of-the-provider';

/** The script of the provider, which asks its own server for a token. */
const script = (url: string): string => `
window.grecaptcha = {
  ready: (run) => run(),
  execute: (siteKey, { action }) => fetch('${url}/answer?' + new URLSearchParams({ siteKey, action })).then((answer) => answer.text()),
};`;

/** Answers by the protocol `siteverify`, and serves the script of pages. */
export async function startCaptchaServer(): Promise<CaptchaServer> {
  const open = new Map<string, number>();
  let issued = 0;
  const issue = (): string => {
    issued += 1;
    const token = `token-of-a-captcha-${issued}`;
    open.set(token, captcha.score);
    return token;
  };

  const verify = (form: Record<string, string>): object => {
    if (form.secret !== secretKey) return { success: false, 'error-codes': ['invalid-input-secret'] };
    const score = open.get(form.response ?? '');
    open.delete(form.response ?? '');
    if (score === undefined) return { success: false, 'error-codes': ['timeout-or-duplicate'] };
    const scored = captcha.mood === 'UNSCORED' ? {} : { score, action: 'login' };
    return { success: true, ...scored, challenge_ts: '2026-03-02T09:00:00Z', hostname: 'id.acme.example' };
  };

  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost');
    if (pathname === '/siteverify') {
      const form = Object.fromEntries(new URLSearchParams(await bodyOf(request)));
      captcha.asked.push(form);
      if (!answerByMood(captcha.mood, response)) response.setHeader('content-type', 'application/json').end(JSON.stringify(verify(form)));
    } else if (pathname === '/api.js' && searchParams.get('render') === siteKey) {
      response.setHeader('content-type', 'text/javascript').end(script(captcha.url));
    } else if (pathname === '/answer' && searchParams.get('siteKey') === siteKey) {
      captcha.actions.push(searchParams.get('action') ?? '');
      response.setHeader('access-control-allow-origin', '*').end(issue());
    } else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const captcha: CaptchaServer = {
    url,
    settings: { CAPTCHA_VERIFY_URL: `${url}/siteverify` },
    asked: [],
    actions: [],
    mood: 'OK',
    score: 0.9,
    answer: issue,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return captcha;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/** Answers as something between us and the provider would, or as a broken provider. False if the mood is good. */
function answerByMood(mood: Mood, response: ServerResponse): boolean {
  const quoted = 'the text of a foreign server';
  switch (mood) {
    case 'BROKEN':
      response.writeHead(500).end(quoted);
      return true;
    case 'SILENT':
      return true;
    case 'GARBAGE':
      response.end(`<html>${quoted}`);
      return true;
    case 'ENDLESS':
      response.end(`{"success":true,"padding":"${'x'.repeat(100_000)}"}`);
      return true;
    case 'REDIRECT':
      response.writeHead(302, { location: '/siteverify' }).end();
      return true;
    default:
      return false;
  }
}

/** Stores the captcha policy over REST. */
export async function setCaptcha(
  harness: Harness,
  changes: { enabled?: boolean; minScore?: number; ignoredEmails?: string[]; secretKey?: string } = {},
) {
  const send = async (method: 'POST' | 'PUT') =>
    call(harness, method, '/configurations/v1/captcha-policy', {
      headers: await asEnvironment(harness),
      body: { enabled: true, siteKey, secretKey, minScore: 0.5, ignoredEmails: [], ...changes },
    });
  const created = await send('POST');
  if (created.statusCode === 409) expectStatus(await send('PUT'), 200);
  else expectStatus(created, 201);
}
