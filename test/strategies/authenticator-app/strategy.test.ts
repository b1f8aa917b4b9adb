import { base32 } from '@otplib/plugin-base32-scure';
import { generateSync } from '@otplib/totp';
import { describe, expect, it } from 'vitest';
import type { AuthenticatorAppShow, Enrollment } from '../../../src/domain/authenticator/strategy.ts';
import { nodeRandom } from '../../../src/platform/random.ts';
import { createAuthenticatorApp } from '../../../src/strategies/authenticator-app/strategy.ts';
import { matchStep, totp } from '../../../src/strategies/authenticator-app/verify.ts';
import { decodeQrDataUri } from '../../support/qr.ts';

const strategy = createAuthenticatorApp({ random: nodeRandom });
const user = { id: 'u1', email: 'dana@acme.example' };
const settings = { serviceName: 'Acme', codeLifetimeSeconds: 300 };
const request = { user, settings, enrolled: [], phoneNumber: null };
const now = new Date('2026-03-02T09:14:07.000Z');
/** Fixed, because codes of random secrets match a neighboring step by chance three times in a million. */
const fixedSecret = Uint8Array.from({ length: 20 }, (_, index) => index * 11);

const codeAt = (secret: Uint8Array, at: Date): string => generateSync({ ...totp, secret, epoch: at.getTime() / 1000 });
const shifted = (seconds: number): Date => new Date(now.getTime() + seconds * 1000);

function enrollment(): Enrollment<AuthenticatorAppShow, string> {
  if (strategy.enrollment === null) throw new Error('an authenticator app has to be enrolled');
  return strategy.enrollment;
}

/** What an app makes of the URI: decodes the label, then splits it at its first colon. */
function readUri(uri: string): { label: string; issuerInLabel: string; account: string; parameters: Record<string, string> } {
  const url = new URL(uri);
  const label = decodeURIComponent(url.pathname.replace(/^\/+(totp\/)?/, ''));
  const colon = label.indexOf(':');
  return { label, issuerInLabel: label.slice(0, colon), account: label.slice(colon + 1), parameters: Object.fromEntries(url.searchParams) };
}

describe('the window (T04)', () => {
  const secret = fixedSecret;
  it.each([
    [-60, false],
    [-30, true],
    [0, true],
    [30, true],
    [60, false],
  ])('a code of t%+d s is accepted: %s', async (seconds, accepted) => {
    const step = Math.floor(shifted(seconds).getTime() / 30_000);
    const verdict = await strategy.verify({ credential: secret, started: null }, codeAt(secret, shifted(seconds)), now);
    expect(verdict).toEqual(accepted ? { ok: true, advance: { step } } : { ok: false, reason: 'wrong' });
  });

  it('holds from the first to the last second of a step', () => {
    for (const edge of [new Date('2026-03-02T09:14:00.000Z'), new Date('2026-03-02T09:14:29.999Z')]) {
      const at = (steps: number): string => codeAt(secret, new Date(Math.floor(edge.getTime() / 1000 + steps * 30) * 1000));
      expect([-2, -1, 0, 1, 2].map((steps) => matchStep(secret, at(steps), edge) !== null)).toEqual([false, true, true, true, false]);
    }
  });

  it('a code of another secret opens nothing', () => {
    const other = fixedSecret.toReversed();
    expect([-30, 0, 30].map((seconds) => matchStep(secret, codeAt(other, shifted(seconds)), now))).toEqual([null, null, null]);
  });
});

describe('matchStep never throws', () => {
  it.each(['', '12345', '1234567', 'abcdef', '12 456', '１２３４５６', '٠١٢٣٤٥', '12345\n', '-12345', '1e5000'])(
    'a malformed code %j matches nothing',
    (code) => {
      expect(matchStep(fixedSecret, code, now)).toBeNull();
    },
  );

  it('an unusable secret or time matches nothing', () => {
    expect(matchStep(new Uint8Array(0), '123456', now)).toBeNull();
    expect(matchStep(fixedSecret, '123456', new Date(Number.NaN))).toBeNull();
    expect(matchStep(fixedSecret, '123456', new Date(-1e12))).toBeNull();
  });
});

describe('enrollment', () => {
  it('keeps 160 bits from the injected source and shows them in three equal forms', async () => {
    const bytes = fixedSecret;
    const fixed = createAuthenticatorApp({ random: { ...nodeRandom, bytes: (length) => bytes.slice(0, length) } });
    const begun = await fixed.enrollment?.begin(request);
    expect(begun?.keep).toEqual(bytes);
    expect(begun?.show.secret).toMatch(/^[A-Z2-7]{32}$/);
    expect(base32.decode(begun?.show.secret ?? '')).toEqual(bytes);
    expect(readUri(begun?.show.otpauthUri ?? '').parameters.secret).toBe(begun?.show.secret);
    expect(begun).not.toHaveProperty('deliver');
  });

  it('the picture decodes to the URI, and the URI to issuer, account and secret', async () => {
    const { show } = await enrollment().begin({
      ...request,
      user: { ...user, email: 'dana+work@acmé.example' },
      settings: { ...settings, serviceName: 'Acme & Söhne / 2?#%' },
    });
    expect(decodeQrDataUri(show.qrCode)).toBe(show.otpauthUri);
    expect(show.otpauthUri).toMatch(/^otpauth:\/\/totp\//);
    expect(readUri(show.otpauthUri)).toEqual({
      label: 'Acme & Söhne / 2?#%:dana+work@acmé.example',
      issuerInLabel: 'Acme & Söhne / 2?#%',
      account: 'dana+work@acmé.example',
      parameters: { secret: show.secret, issuer: 'Acme & Söhne / 2?#%', algorithm: 'SHA1', digits: '6', period: '30' },
    });
  });

  it('a colon in the issuer does not move the border between issuer and account', async () => {
    const { show } = await enrollment().begin({ ...request, settings: { ...settings, serviceName: 'Acme: Production:EU' } });
    const { issuerInLabel, account, parameters } = readUri(show.otpauthUri);
    expect([issuerInLabel, account, parameters.issuer]).toEqual(['Acme Production EU', user.email, 'Acme Production EU']);
  });

  it('no text that an earlier release may have stored is too long for the picture', async () => {
    for (const letter of ['x', 'é', '漢', '𝌆', '%', ':', ' ']) {
      const long = { user: { ...user, email: `${letter.repeat(254)}@acme.example` }, settings: { ...settings, serviceName: letter.repeat(4096) } };
      const { show } = await enrollment().begin({ ...request, ...long });
      expect(show.qrCode, letter).toMatch(/^data:image\/png;base64,/);
    }
  });

  it('half a surrogate pair in the issuer is no fault', async () => {
    await expect(enrollment().begin({ ...request, settings: { ...settings, serviceName: 'Acme \ud83d' } })).resolves.toBeDefined();
  });

  it('a repeated call shows the same secret', async () => {
    const begun = await enrollment().begin(request);
    expect(await enrollment().show?.(begun.keep, user, settings)).toEqual(begun.show);
  });

  it('two enrollments have two secrets', async () => {
    const [one, two] = [await enrollment().begin(request), await enrollment().begin(request)];
    expect(one.show.secret).not.toBe(two.show.secret);
  });

  it('completes with a current code only, and names the step that code has used up', async () => {
    const keep = fixedSecret;
    expect(await enrollment().complete(keep, codeAt(keep, now), now)).toEqual({
      ok: true,
      credential: keep,
      advance: { step: Math.floor(now.getTime() / 30_000) },
    });
    expect(await enrollment().complete(keep, codeAt(keep, shifted(-60)), now)).toEqual({ ok: false, reason: 'wrong' });
  });
});

it('proves possession by a one-time password and raises a session', () => {
  expect(strategy).toMatchObject({ name: 'AUTHENTICATOR_APP', amr: ['otp'], satisfiesMfa: true, ceremony: null });
});
