import { PhoneNumber } from '../../domain/authenticator/phone-number.ts';
import type { SmsShow, Started, Strategy, StrategySettings } from '../../domain/authenticator/strategy.ts';
import type { Keyring, Random } from '../../domain/ports.ts';
import { makeOneTimeCode, matchesOneTimeCode } from '../shared/one-time-code.ts';

/** Separates the digests of these codes from all other digests made with the same key. */
const purpose = 'sms';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** Encodes a phone number as the credential of its authenticator. */
export const credentialOf = (number: PhoneNumber): Uint8Array => encode(number.e164);
/** Reads the phone number from a credential. Null if `credentialOf` did not make the bytes. */
export const numberIn = (credential: Uint8Array): PhoneNumber | null => PhoneNumber.read(decode(credential));

/** Makes a code for a number and the message that delivers it. The number is kept with the code, because a code proves only that phone. */
export function begin(number: PhoneNumber, settings: StrategySettings, needs: { random: Random; keyring: Keyring }): Started<SmsShow> {
  const { code, keep } = makeOneTimeCode(purpose, needs);
  return {
    keep: encode(`${number.e164} ${decode(keep)}`),
    show: { phoneNumber: number.masked },
    deliver: { template: 'SMS_CODE', to: number.e164, code, lifetimeSeconds: settings.codeLifetimeSeconds, product: settings.serviceName },
    lifetimeSeconds: settings.codeLifetimeSeconds,
  };
}

/** Splits the bytes that `begin` kept into the number and the code. */
function readKept(kept: Uint8Array): { number: PhoneNumber | null; code: Uint8Array } {
  const [number = '', code = ''] = decode(kept).split(' ');
  return { number: PhoneNumber.read(number), code: encode(code) };
}

/** Returns the number if `answer` is the code that was sent to it, and null otherwise. */
export function provenNumber(kept: Uint8Array, answer: string, keyring: Keyring): PhoneNumber | null {
  const { number, code } = readKept(kept);
  return matchesOneTimeCode(purpose, code, answer, keyring) ? number : null;
}

/** Makes the check of a code against its digest. The service checks the expiry of the stored code and lets it be used once. */
export const createVerify =
  (keyring: Keyring): Strategy<object, string>['verify'] =>
  async ({ credential, started }, answer) => {
    const number = started === null ? null : provenNumber(started, answer, keyring);
    // A code sent to another phone of the same user belongs to another authenticator (ASVS 6.6.2).
    if (number === null || credential === null || number.e164 !== numberIn(credential)?.e164) return { ok: false, reason: 'wrong' };
    return { ok: true, advance: { consume: true } };
  };
