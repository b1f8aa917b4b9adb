import type { AuthenticatorAppShow, Enrollment, StrategySettings, StrategyUser } from '../../domain/authenticator/strategy.ts';
import { maxEmailBytes, maxServiceNameBytes } from '../../domain/bounds.ts';
import { issuerOf } from '../../domain/environment/environment.ts';
import type { Random } from '../../domain/ports.ts';
import { cutToBytes } from '../../domain/text.ts';
import { totp, verify } from './verify.ts';

/** Length of a secret in bytes: 160 bits, as RFC 4226 §4 R6 recommends. */
const secretLength = 20;

/** How long a secret that was shown can be confirmed. */
const enrollmentSeconds = 600;

/** Makes the enrollment of an app: it shows a new secret and enrolls it once the person answers with a code made from it. */
export function createEnrollment(random: Random): Enrollment<AuthenticatorAppShow, string> {
  return {
    async begin({ user, settings }) {
      const keep = random.bytes(secretLength);
      return { keep, show: await show(keep, user, settings), lifetimeSeconds: enrollmentSeconds };
    },
    show,
    async complete(kept, answer, now) {
      const verdict = await verify({ credential: kept }, answer, now);
      return verdict.ok ? { ...verdict, credential: kept } : verdict;
    },
    fromElsewhere(given) {
      const encoded = given.replace(/[\s=]/g, '').toUpperCase();
      return /^[A-Z2-7]{16,128}$/.test(encoded) ? decoded(encoded) : null;
    },
  };
}

/** Returns the bytes of a text in Base32. Null if the library cannot read it. */
function decoded(encoded: string): Uint8Array | null {
  try {
    return totp.base32.decode(encoded);
  } catch {
    return null;
  }
}

async function show(secret: Uint8Array, user: StrategyUser, settings: StrategySettings): Promise<AuthenticatorAppShow> {
  const encoded = totp.base32.encode(secret);
  const otpauthUri = buildUri(encoded, user.email, settings.serviceName);
  // It is loaded with the first enrollment, because no start needs it. As built it has nothing but its default export.
  const { default: qrCodes } = await import('qrcode');
  return { qrCode: await qrCodes.toDataURL(otpauthUri, { errorCorrectionLevel: 'M' }), otpauthUri, secret: encoded };
}

function buildUri(secret: string, account: string, serviceName: string): string {
  // An earlier release may have stored longer texts, and a login must not fail because they do not fit into the picture.
  const issuer = encode(issuerOf(cutToBytes(serviceName, maxServiceNameBytes)));
  const parameters = `secret=${secret}&issuer=${issuer}&algorithm=${totp.algorithm.toUpperCase()}&digits=${totp.digits}&period=${totp.period}`;
  return `otpauth://totp/${issuer}:${encode(cutToBytes(account, maxEmailBytes))}?${parameters}`;
}

/** Percent-encodes a text. Lone surrogates are replaced first: JSON can carry them, and encodeURIComponent throws on them. */
const encode = (text: string): string => encodeURIComponent(Buffer.from(text, 'utf8').toString('utf8'));
