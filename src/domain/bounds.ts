/** Most characters of a text that has no narrower bound of its own. */
export const maxTextCharacters = 4096;

/**
 * Most bytes of an e-mail address. RFC 5321 §4.5.3.1.3 allows 254, but there are mail servers that refuse more than 253, and an
 * address that is accepted has to be one that can be mailed.
 */
export const maxEmailBytes = 253;

/** Most bytes of what stands before the @ of an e-mail address (RFC 5321 §4.5.3.1.1). */
export const maxLocalPartBytes = 64;

/** Most bytes of the name of a sender. It stands in a header of every message, where base64 makes it a third longer. */
export const maxSenderNameBytes = 128;

/**
 * Most bytes of the issuer name that authenticator apps show. The QR code contains it twice, and each byte may need three
 * characters there. Together with the longest address this stays far from the 2331 bytes of the largest code, so phones can read it.
 */
export const maxServiceNameBytes = 120;

/** Most bytes of each name that a WebAuthn authenticator stores. It may cut longer ones, even within a character (WebAuthn §6.4.1). */
export const maxWebAuthnNameBytes = 64;

/**
 * Most bytes of the fields of a user that every access token carries. With them, a token fits into the 8 KiB that common proxies
 * allow for one header. `metadata` is measured as JSON without blanks.
 */
export const profileBounds = { name: 256, phoneNumber: 64, profilePictureUrl: 1024, externalId: 256, metadata: 2048 } as const;

/** Most bytes of metadata that no token carries, as JSON text. */
export const maxMetadataBytes = 65_536;

/**
 * Most bytes of the claims of an access token. In base64 and with its signature the token then has at most 7.5 KiB, so a header with
 * it stays below 8 KiB.
 */
export const maxClaimsBytes = 5_400;

/** Most characters of the name that a person gives an authenticator. */
export const maxAuthenticatorNameCharacters = 100;

/** The largest integer that the `Int` of GraphQL and an integer column of the databases can hold. */
export const maxInteger = 2_147_483_647;

/** Bounds of the configured lifetime of a one-time code in seconds. Codes also have a cap of their own, which may be lower. */
export const codeLifetimeBounds = { minSeconds: 300, maxSeconds: maxInteger } as const;

/** Longest lifetime of a one-time code in seconds, whatever is configured (NIST 800-63B-4 §3.1.3.2). */
export const maxCodeLifetimeSeconds = 600;

/** Digits of every code: of an authenticator app, of a text message and of an e-mail. */
export const codeDigits = 6;

/** How many seconds the answer of a browser to WebAuthn options is accepted. Browsers wait less; a page that was left open has to start again. */
export const webAuthnAnswerSeconds = 300;

/** How many seconds the clocks of two instances may differ. What was made later than that from now was made by a clock that ran ahead. */
export const clockLeewaySeconds = 60;

/**
 * Returns the latest time at which something that exists now can have been made.
 * Anything later is not honored, because its end would be too late as well.
 */
export const newestPossible = (now: Date): Date => new Date(now.getTime() + clockLeewaySeconds * 1000);
