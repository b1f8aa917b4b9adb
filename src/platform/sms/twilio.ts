import { DeliveryFailure } from '../../domain/messaging/message.ts';
import type { Answer } from '../http-post.ts';
import { isWorthRetrying, post } from '../http-post.ts';
import type { SmsSender } from './sender.ts';

/** How to reach Twilio, and what the messages come from. */
export interface TwilioSettings {
  /** Address of the API, without a slash at its end. */
  baseUrl: string;
  accountSid: string;
  /** Account SID and auth token, or SID and secret of an API key. */
  credentials: { user: string; password: string };
  /** A number, short code or alphanumeric name, or the id of a messaging service that chooses one. */
  sender: { from: string } | { messagingServiceSid: string };
  timeoutMilliseconds?: number;
}

/** Makes a sender that uses Twilio's REST API, `POST /2010-04-01/Accounts/{sid}/Messages.json`. */
export function createTwilio({ baseUrl, accountSid, credentials, sender, timeoutMilliseconds }: TwilioSettings): SmsSender {
  const url = `${baseUrl}/2010-04-01/Accounts/${accountSid}/Messages.json`;
  const authorization = `Basic ${Buffer.from(`${credentials.user}:${credentials.password}`).toString('base64')}`;
  const origin = 'from' in sender ? { From: sender.from } : { MessagingServiceSid: sender.messagingServiceSid };
  return {
    async send({ to, text, lifetimeSeconds }) {
      // Twilio drops a message that is still in its queue after ValidityPeriod. Otherwise an expired code could arrive hours later.
      const body = new URLSearchParams({ To: to, ...origin, Body: text, ValidityPeriod: String(lifetimeSeconds) });
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

/** Tells whether Twilio accepted the message. A 2xx without `sid` did not come from Twilio, but for example from a proxy. */
const isTaken = ({ status, json }: Answer): boolean => status >= 200 && status < 300 && typeof fieldOf(json, 'sid') === 'string';

/**
 * Returns the failure that an answer of Twilio means. Its `code` is the reason; its `message` contains the recipient and
 * must not be logged. See https://www.twilio.com/docs/api/errors.
 */
function failureOf({ status, json, retryAfterSeconds }: Answer): DeliveryFailure {
  const code = fieldOf(json, 'code');
  const reason = typeof code === 'number' ? `TWILIO_${code}` : `TWILIO_HTTP_${status}`;
  // Only an answer with a code comes from Twilio itself. Any other answer may be a passing fault on the way.
  const final = typeof code === 'number' && !isWorthRetrying(status);
  return new DeliveryFailure(reason, { final, retryAfterSeconds });
}

const fieldOf = (json: unknown, name: string): unknown =>
  typeof json === 'object' && json !== null ? (json as Record<string, unknown>)[name] : undefined;
