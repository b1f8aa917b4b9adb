import { PhoneNumber } from '../../domain/authenticator/phone-number.ts';
import type { SmsShow, Started, Strategy, StrategySettings } from '../../domain/authenticator/strategy.ts';
import type { Keyring, Random } from '../../domain/ports.ts';
import { makeOneTimeCode, matchesOneTimeCode } from '../shared/one-time-code.ts';

/** Keeps digests of these codes apart from all others under the same key. */
const purpose = 'sms';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** A number as it is stored with its factor. */
export const credentialOf = (number: PhoneNumber): Uint8Array => encode(number.e164);
/** Null for bytes that `credentialOf` never made. */
export const numberIn = (credential: Uint8Array): PhoneNumber | null => PhoneNumber.read(decode(credential));

/** A code on its way to a number. What is kept names the number too: a code proves the phone it was sent to and no other. */
export function begin(number: PhoneNumber, settings: StrategySettings, needs: { random: Random; keyring: Keyring }): Started<SmsShow> {
  const { code, keep } = makeOneTimeCode(purpose, needs);
  return {
    keep: encode(`${number.e164} ${decode(keep)}`),
    show: { phoneNumber: number.masked },
    deliver: { template: 'SMS_CODE', to: number.e164, code, lifetimeSeconds: settings.codeLifetimeSeconds, product: settings.serviceName },
  };
}

/** The two parts of what `begin` kept. */
function readKept(kept: Uint8Array): { number: PhoneNumber | null; code: Uint8Array } {
  const [number = '', code = ''] = decode(kept).split(' ');
  return { number: PhoneNumber.read(number), code: encode(code) };
}

/** Whether `answer` is the code that went to the number; answers the number. */
export function provenNumber(kept: Uint8Array, answer: string, keyring: Keyring): PhoneNumber | null {
  const { number, code } = readKept(kept);
  return matchesOneTimeCode(purpose, code, answer, keyring) ? number : null;
}

/** Compares with the kept digest. How long the code lives and whether it was spent is the row's to say, not the code's. */
export const createVerify =
  (keyring: Keyring): Strategy<object, string>['verify'] =>
  async ({ credential, begun }, answer) => {
    const number = begun === null ? null : provenNumber(begun, answer, keyring);
    // A code of another phone of the same person is a code for another factor (ASVS 6.6.2).
    if (number === null || credential === null || number.e164 !== numberIn(credential)?.e164) return { ok: false, reason: 'wrong' };
    return { ok: true, advance: { consume: true } };
  };
