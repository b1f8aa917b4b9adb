/** The kinds of pictures that a logo may be. All of them are only pixels; an SVG could hold scripts and links. */
export const logoTypes = ['image/png', 'image/jpeg', 'image/webp'] as const;
/** One of `logoTypes`. */
export type LogoType = (typeof logoTypes)[number];

/** Most bytes of a logo. */
export const maxLogoBytes = 200_000;

/** A logo without its bytes. */
export interface LogoName {
  /** Another logo has another id, so browsers may keep what they have for good. */
  id: string;
  type: LogoType;
}

/** A logo that the pages show. */
export interface Logo extends LogoName {
  bytes: Uint8Array;
}

/** The path at which the logo is served. */
export const logoPath = ({ id }: Pick<LogoName, 'id'>): string => `/oauth/account/logo/${id}`;

/** What a picture that cannot be a logo is refused with. */
export const notALogo = `must be a PNG, JPEG or WebP picture of at most ${maxLogoBytes / 1000} kB`;

/** What files of each kind begin with, as numbers. The length of a WebP file stands between its two marks, so any byte may. */
const beginnings: Readonly<Record<LogoType, readonly (number | null)[]>> = {
  // The signature and the first chunk, which always is IHDR with 13 bytes (PNG §5.2, §11.2.1).
  'image/png': [0x89, ...codes('PNG\r\n'), 0x1a, ...codes('\n'), 0, 0, 0, 13, ...codes('IHDR')],
  // Start of image, and the first byte of the next marker (ITU-T T.81 §B.1.1).
  'image/jpeg': [0xff, 0xd8, 0xff],
  // RIFF, the length, WEBP and the beginning of the name of each first chunk (RFC 9649 §2.4).
  'image/webp': [...codes('RIFF'), null, null, null, null, ...codes('WEBPVP8')],
};

function codes(text: string): number[] {
  return [...text].map((character) => character.charCodeAt(0));
}

/**
 * Returns what kind of picture the bytes are. Null if they are none that may be a logo, or too many. Only the bytes count, and not what the
 * sender calls them, because browsers go by the bytes as well.
 */
export function logoTypeOf(bytes: Uint8Array): LogoType | null {
  if (bytes.length > maxLogoBytes) return null;
  return logoTypes.find((type) => beginnings[type].every((code, place) => bytes.length > place && (code === null || bytes[place] === code))) ?? null;
}
