import { DeliveryFailure } from '../domain/messaging/message.ts';
import type { CaptchaVerifier } from '../domain/ports.ts';
import { post } from './http-post.ts';

/** How long the provider may take. Somebody waits for it at a login. */
const defaultTimeoutMilliseconds = 5_000;

/**
 * Error codes by which a provider says that it did not look at the answer, because of the secret or of a fault of its own. They are in the
 * documentation of reCAPTCHA, hCaptcha and Turnstile. All other codes are about the answer.
 */
const notTheAnswer: ReadonlySet<unknown> = new Set([
  'missing-input-secret',
  'invalid-input-secret',
  'sitekey-secret-mismatch',
  'bad-request',
  'internal-error',
]);

/**
 * Makes the port that asks a provider of captchas by the protocol `siteverify`, which reCAPTCHA, hCaptcha and Turnstile share
 * (https://developers.google.com/recaptcha/docs/verify). What the provider writes is never passed on, but for codes that are known here.
 */
export function createCaptchaVerifier({
  url,
  timeoutMilliseconds = defaultTimeoutMilliseconds,
}: {
  url: string;
  timeoutMilliseconds?: number;
}): CaptchaVerifier {
  return {
    async verify({ secretKey, response, remoteAddress }) {
      const { status, json } = await post({
        url,
        headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
        body: new URLSearchParams({ secret: secretKey, response, remoteip: remoteAddress }).toString(),
        timeoutMilliseconds,
      });
      if (typeof json !== 'object' || json === null || !('success' in json)) {
        throw new DeliveryFailure(status === 200 ? 'CAPTCHA_ANSWER_UNREADABLE' : `CAPTCHA_HTTP_${status}`, { final: false });
      }
      const { success, score, 'error-codes': codes } = json as { success: unknown; score?: unknown; 'error-codes'?: unknown };
      const fault = success === true || !Array.isArray(codes) ? undefined : codes.find((code) => notTheAnswer.has(code));
      if (fault !== undefined) throw new DeliveryFailure(`CAPTCHA_REFUSED ${fault}`, { final: true });
      return { passed: status === 200 && success === true, score: typeof score === 'number' ? score : null };
    },
  };
}
