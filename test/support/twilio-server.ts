import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One text Twilio took. */
export interface SentText {
  to: string;
  from: string;
  body: string;
  validityPeriod: string | null;
}

/** How the server answers from now on; `OK` as Twilio does, refusing the numbers it would refuse. */
export type Mood = 'OK' | 'BUSY' | 'BROKEN' | 'SILENT' | 'GARBAGE' | 'PORTAL' | 'REDIRECT';

export interface TwilioServer {
  url: string;
  received: SentText[];
  /** Requests of any kind. */
  requests: number;
  mood: Mood;
  close(): Promise<void>;
}

export const accountSid = `AC${'1'.repeat(32)}`;
export const authToken = 'token-of-the-account';
export const fromNumber = '+14155550199';

/** Numbers this account cannot reach, with the codes Twilio gives (https://www.twilio.com/docs/api/errors). */
export const refusals: Readonly<Record<string, { code: number; message: string }>> = {
  '+14155552601': { code: 21211, message: "Invalid 'To' Phone Number: +1415555XXXX" },
  '+14155552614': { code: 21614, message: "'To' number is not a valid mobile number" },
  '+14155552610': { code: 21610, message: 'Attempt to send to unsubscribed recipient' },
};

/** Settings that make the app send by this server. */
export const twilioSettings = (server: TwilioServer) => ({
  SMS_PROVIDER: 'twilio',
  SMS_COUNTRIES: 'US,DE,GB',
  TWILIO_ACCOUNT_SID: accountSid,
  TWILIO_AUTH_TOKEN: authToken,
  TWILIO_FROM: fromNumber,
  TWILIO_BASE_URL: server.url,
});

/** Answers on this machine as Twilio's Messages resource does, errors included, and keeps what it takes. */
export async function startTwilioServer(): Promise<TwilioServer> {
  const received: SentText[] = [];
  const server = createServer(async (request, response) => {
    twilio.requests += 1;
    const form = new URLSearchParams(await bodyOf(request));
    if (!answerByMood(twilio.mood, response)) answer(response, outcomeOf(request, form, received));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const twilio: TwilioServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    requests: 0,
    mood: 'OK',
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return twilio;
}

interface Outcome {
  status: number;
  body: object;
}
const refusal = (status: number, code: number, message: string): Outcome => ({
  status,
  body: { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status },
});

function outcomeOf(request: IncomingMessage, form: URLSearchParams, received: SentText[]): Outcome {
  const [to, body] = [form.get('To') ?? '', form.get('Body') ?? ''];
  const credentials = Buffer.from(`${accountSid}:${authToken}`).toString('base64');
  const path = `/2010-04-01/Accounts/${accountSid}/Messages.json`;
  if (request.headers.authorization !== `Basic ${credentials}`) return refusal(401, 20003, 'Authenticate');
  if (request.method !== 'POST' || request.url !== path) return refusal(404, 20404, `The requested resource ${request.url} was not found`);
  if (request.headers['content-type'] !== 'application/x-www-form-urlencoded') return refusal(400, 21604, "A 'To' phone number is required.");
  const unreachable = refusals[to];
  if (unreachable !== undefined) return refusal(400, unreachable.code, unreachable.message);
  const from = form.get('From') ?? form.get('MessagingServiceSid') ?? '';
  if (from === '') return refusal(400, 21603, "A 'From' phone number is required.");
  received.push({ to, from, body, validityPeriod: form.get('ValidityPeriod') });
  const sid = `SM${String(received.length).padStart(32, '0')}`;
  return { status: 201, body: { sid, account_sid: accountSid, to, from, body, status: 'queued', error_code: null, direction: 'outbound-api' } };
}

/** True when the mood has answered, or decided never to. */
function answerByMood(mood: Mood, response: ServerResponse): boolean {
  switch (mood) {
    case 'OK':
      return false;
    case 'BUSY':
      response.setHeader('retry-after', '20');
      answer(response, refusal(429, 20429, 'Too Many Requests'));
      return true;
    case 'BROKEN':
      answer(response, refusal(500, 20500, 'Internal Server Error'));
      return true;
    case 'SILENT':
      return true;
    case 'GARBAGE':
      response.writeHead(400, { 'content-type': 'application/json' }).end('<html>\u0000');
      return true;
    case 'PORTAL':
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Welcome to our WLAN</html>');
      return true;
    case 'REDIRECT':
      response.writeHead(307, { location: '/elsewhere' }).end();
      return true;
  }
}

function answer(response: ServerResponse, { status, body }: Outcome): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

export async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
