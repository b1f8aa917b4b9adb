import { DeliveryFailure } from '../../domain/messaging/message.ts';
import type { Answer } from '../http-post.ts';
import { isWorthRetrying, post } from '../http-post.ts';
import type { SmsSender } from './sender.ts';

export interface TwilioSettings {
  /** Without a slash at its end. */
  baseUrl: string;
  accountSid: string;
  /** Account SID and auth token, or SID and secret of an API key. */
  credentials: { user: string; password: string };
  /** Number, alphanumeric sender or messaging service the texts come from. */
  from: { From: string } | { MessagingServiceSid: string };
  timeoutMilliseconds?: number;
}

/** Sends by Twilio's REST API, `POST /2010-04-01/Accounts/{sid}/Messages.json`. */
export function createTwilio({ baseUrl, accountSid, credentials, from, timeoutMilliseconds }: TwilioSettings): SmsSender {
  const url = `${baseUrl}/2010-04-01/Accounts/${accountSid}/Messages.json`;
  const authorization = `Basic ${Buffer.from(`${credentials.user}:${credentials.password}`).toString('base64')}`;
  return {
    async send({ to, text, lifetimeSeconds }) {
      // A text still in Twilio's queue when its code expires is dropped there; without this it might come hours later.
      const body = new URLSearchParams({ To: to, ...from, Body: text, ValidityPeriod: String(lifetimeSeconds) });
      const answer = await post({
        url,
        headers: { authorization, 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
        body: body.toString(),
        ...(timeoutMilliseconds === undefined ? {} : { timeoutMilliseconds }),
      });
      if (!isTaken(answer)) throw failureOf(answer);
    },
  };
}

/** A 2xx of something that is not Twilio, such as a proxy's page, has sent nothing. */
const isTaken = ({ status, json }: Answer): boolean => status >= 200 && status < 300 && typeof fieldOf(json, 'sid') === 'string';

/** Twilio's `code` says why; its `message` quotes the recipient and stays out of the log. https://www.twilio.com/docs/api/errors */
function failureOf({ status, json, retryAfterSeconds }: Answer): DeliveryFailure {
  const code = fieldOf(json, 'code');
  const reason = typeof code === 'number' ? `TWILIO_${code}` : `TWILIO_HTTP_${status}`;
  // Whatever is no refusal in Twilio's own form may be a fault on the way.
  const final = typeof code === 'number' && !isWorthRetrying(status);
  return new DeliveryFailure(reason, { final, retryAfterSeconds });
}

const fieldOf = (json: unknown, name: string): unknown =>
  typeof json === 'object' && json !== null ? (json as Record<string, unknown>)[name] : undefined;
