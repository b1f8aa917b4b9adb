import { describe, expect, test } from 'vitest';
import { enroll, mfaTokenFor, totp } from '../../support/builders.ts';
import { countOf, wrongCodes } from '../../support/database.ts';
import { openInstances } from '../../support/instances.ts';
import { createForcedUser, enrollVerify, loggedIn, verifyApp, verifyDevice } from '../../support/requests.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness(openInstances);

const refused = { errors: ['Invalid code'], errorCode: 'ER-01011' };

describe('T01 a code that was accepted is never accepted again', () => {
  test('T01 the code that confirmed the enrollment does not log in, on either path', async () => {
    const { email } = await createForcedUser(harness, 'replay-enroll');
    const { mfaToken, secret } = await loggedIn(harness, email);
    const code = totp(harness, secret);
    expect((await enrollVerify(harness, mfaToken, code)).statusCode).toBe(201);
    const next = await loggedIn(harness, email);
    const [device] = next.mfaDevices.authenticators;
    for (const answer of [await verifyApp(harness, next.mfaToken, code), await verifyDevice(harness, device?.id ?? '', next.mfaToken, code)]) {
      expect(answer.statusCode).toBe(400);
      expect(answer.json()).toEqual(refused);
    }
  });

  test('T01 the same code works once, whichever of the twin paths is asked first', async () => {
    const { email } = await createForcedUser(harness, 'replay-twin');
    const { secret } = await enroll(harness, email);
    for (const first of ['verify', 'device'] as const) {
      const code = totp(harness, secret);
      const by = async (path: 'verify' | 'device') => {
        const { mfaToken, mfaDevices } = await loggedIn(harness, email);
        return path === 'verify' ? verifyApp(harness, mfaToken, code) : verifyDevice(harness, mfaDevices.authenticators[0]?.id ?? '', mfaToken, code);
      };
      expect((await by(first)).statusCode).toBe(201);
      for (const path of ['verify', 'device'] as const) expect((await by(path)).json()).toEqual(refused);
      harness.clock.advance({ seconds: 60 });
    }
  });

  test('T01 after a newer code the previous one is dead, although its step is still in the window', async () => {
    const { email } = await createForcedUser(harness, 'replay-previous');
    const { secret } = await enroll(harness, email);
    const previous = totp(harness, secret, -30);
    expect((await verifyApp(harness, await mfaTokenFor(harness, email), totp(harness, secret))).statusCode).toBe(201);
    expect((await verifyApp(harness, await mfaTokenFor(harness, email), previous)).json()).toEqual(refused);
    harness.clock.advance({ seconds: 30 });
    expect((await verifyApp(harness, await mfaTokenFor(harness, email), totp(harness, secret))).statusCode).toBe(201);
  });

  test('T01 a code accepted early, from a clock that runs ahead, does not work in its own step', async () => {
    const { email } = await createForcedUser(harness, 'replay-early');
    const { secret } = await enroll(harness, email);
    const early = totp(harness, secret, 30);
    expect((await verifyApp(harness, await mfaTokenFor(harness, email), early)).statusCode).toBe(201);
    harness.clock.advance({ seconds: 30 });
    expect((await verifyApp(harness, await mfaTokenFor(harness, email), early)).json()).toEqual(refused);
  });
});

/** The code as people copy it: with blanks in it and round it, and with characters that nobody sees. */
const pasted = (code: string): Record<string, string> => ({
  'a space before': ` ${code}`,
  'a space after': `${code} `,
  'a space within': `${code.slice(0, 3)} ${code.slice(3)}`,
  'a no-break space within': `${code.slice(0, 3)}\u00a0${code.slice(3)}`,
  'a thin space within': `${code.slice(0, 3)}\u2009${code.slice(3)}`,
  'an ideographic space after': `${code}\u3000`,
  'a tab before': `\t${code}`,
  'a zero-width space': `\u200b${code}`,
  'a byte order mark': `\ufeff${code}`,
  'blanks everywhere': ` ${[...code].join(' ')} `,
});

/** Spellings a folding or coercing validator would read as the code. */
const spellings = (code: string): Record<string, unknown> => ({
  'a hyphen within': `${code.slice(0, 3)}-${code.slice(3)}`,
  'a line feed after': `${code}\n`,
  'a carriage return after': `${code}\r`,
  'a plus sign': `+${code}`,
  'full-width digits': [...code].map((digit) => String.fromCharCode(0xff10 + Number(digit))).join(''),
  'Arabic-Indic digits': [...code].map((digit) => String.fromCharCode(0x0660 + Number(digit))).join(''),
  'a NUL after': `${code}\u0000`,
  'a leading zero': `0${code}`,
  'the last digit lost': code.slice(0, 5),
  'the first digit lost': code.slice(1),
  'an exponent': `${code}e0`,
  'a hexadecimal prefix': `0x${code.slice(2)}`,
  'a decimal point': `${code}.0`,
  'a JSON number': Number(code),
  'an array': [code],
  'two codes in an array': [code, code],
  'an object': { value: code },
  nothing: null,
  true: true,
  'an empty text': '',
  'a very long text': code.repeat(1000),
});

describe('T03 one code has one spelling', () => {
  test('T03 no other spelling of an accepted code is accepted or charged', async () => {
    const user = await createForcedUser(harness, 'spelling-used');
    const { secret } = await enroll(harness, user.email);
    const code = totp(harness, secret);
    expect((await verifyApp(harness, await mfaTokenFor(harness, user.email), code)).statusCode).toBe(201);
    const mfaToken = await mfaTokenFor(harness, user.email);
    for (const [name, value] of Object.entries(spellings(code))) {
      const answer = await verifyApp(harness, mfaToken, value);
      expect(answer.statusCode, name).toBe(400);
    }
    expect(await wrongCodes(harness, user.id)).toBe(0);
    expect((await verifyApp(harness, mfaToken, code)).json()).toEqual(refused);
    expect(await wrongCodes(harness, user.id)).toBe(1);
  });

  test('T03 no other spelling of a fresh code is accepted, and the code itself still works after all of them', async () => {
    const user = await createForcedUser(harness, 'spelling-fresh');
    const { secret } = await enroll(harness, user.email);
    const code = totp(harness, secret);
    const { mfaToken, mfaDevices } = await loggedIn(harness, user.email);
    for (const [name, value] of Object.entries(spellings(code))) {
      for (const answer of [
        await verifyApp(harness, mfaToken, value),
        await verifyDevice(harness, mfaDevices.authenticators[0]?.id ?? '', mfaToken, value),
      ]) {
        expect(answer.statusCode, name).toBe(400);
      }
    }
    expect(await countOf(harness, 'sessions', user.id)).toBe(1);
    expect((await verifyApp(harness, mfaToken, code)).statusCode).toBe(201);
  });

  test('T03 blanks in a code and round it are dropped: a fresh code is accepted so, and is then used in every spelling', async () => {
    const user = await createForcedUser(harness, 'spelling-pasted');
    const { secret } = await enroll(harness, user.email);
    for (const [name, value] of Object.entries(pasted(totp(harness, secret)))) {
      harness.clock.advance({ seconds: 30 });
      const code = totp(harness, secret);
      const spelled = pasted(code)[name] ?? value;
      expect((await verifyApp(harness, await mfaTokenFor(harness, user.email), spelled)).statusCode, name).toBe(201);
      const mfaToken = await mfaTokenFor(harness, user.email);
      const before = await wrongCodes(harness, user.id);
      expect((await verifyApp(harness, mfaToken, spelled)).json(), name).toEqual(refused);
      expect((await verifyApp(harness, mfaToken, code)).json(), name).toEqual(refused);
      expect(await wrongCodes(harness, user.id), name).toBe(before + 2);
      harness.clock.advance({ seconds: 900 });
    }
  });

  test('T03 enrollment reads codes as strictly', async () => {
    const user = await createForcedUser(harness, 'spelling-enroll');
    const { mfaToken, secret } = await loggedIn(harness, user.email);
    const code = totp(harness, secret);
    for (const [name, value] of Object.entries(spellings(code))) {
      expect((await enrollVerify(harness, mfaToken, value)).statusCode, name).toBe(400);
    }
    expect(await wrongCodes(harness, user.id)).toBe(0);
    expect((await enrollVerify(harness, mfaToken, code)).statusCode).toBe(201);
  });

  test('T03 a code with leading zeros is accepted as shown, and not without them', async () => {
    const user = await createForcedUser(harness, 'spelling-zeros');
    const { secret } = await enroll(harness, user.email);
    for (let tries = 0; tries < 2000 && !totp(harness, secret).startsWith('0'); tries += 1) harness.clock.advance({ seconds: 30 });
    const code = totp(harness, secret);
    expect(code).toMatch(/^0/);
    const mfaToken = await mfaTokenFor(harness, user.email);
    expect((await verifyApp(harness, mfaToken, code.replace(/^0+/, ''))).statusCode).toBe(400);
    expect((await verifyApp(harness, mfaToken, code)).statusCode).toBe(201);
  });
});
