import { generateSync } from '@otplib/totp';
import { describe, expect, it } from 'vitest';
import { matchStep, totp } from '../../../src/strategies/authenticator-app/verify.ts';
import rfc4226 from '../../vectors/rfc4226.json' with { type: 'json' };
import rfc6238 from '../../vectors/rfc6238.json' with { type: 'json' };

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);
const secrets: Record<string, string> = rfc6238.secrets;
const isAlgorithm = (name: string): name is 'sha1' | 'sha256' | 'sha512' => name in secrets;

describe('the published test values hold for the set-up in use', () => {
  it.each(rfc6238.rows)('RFC 6238: $algorithm at $timeSeconds s gives $code', ({ algorithm, timeSeconds, code }) => {
    if (!isAlgorithm(algorithm)) throw new Error(algorithm);
    expect(generateSync({ ...totp, algorithm, digits: 8, secret: ascii(secrets[algorithm] ?? ''), epoch: timeSeconds })).toBe(code);
  });

  const sha1Rows = rfc6238.rows.filter((row) => row.algorithm === 'sha1');
  it.each(sha1Rows)('RFC 6238: at $timeSeconds s the last six digits of $code match step 0x$step', (row) => {
    const now = new Date(row.timeSeconds * 1000);
    expect(matchStep(ascii(rfc6238.secrets.sha1), row.code.slice(-6), now)).toBe(Number.parseInt(row.step, 16));
  });

  it.each(rfc4226.rows)('RFC 4226: counter $counter gives $code', ({ counter, hmac, code }) => {
    const message = new Uint8Array(8);
    new DataView(message.buffer).setBigUint64(0, BigInt(counter));
    expect(Buffer.from(totp.crypto.hmac(totp.algorithm, ascii(rfc4226.secret), message) as Uint8Array).toString('hex')).toBe(hmac);
    // RFC 6238 §4.2: a TOTP is the HOTP of its time step.
    expect(generateSync({ ...totp, secret: ascii(rfc4226.secret), epoch: counter * totp.period })).toBe(code);
    expect(matchStep(ascii(rfc4226.secret), code, new Date(counter * totp.period * 1000))).toBe(counter);
  });

  it('every row of both appendices is there', () => {
    expect(rfc6238.rows).toHaveLength(18);
    expect(rfc4226.rows).toHaveLength(10);
  });
});
