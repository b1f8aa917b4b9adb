/** Most characters of a text that has no narrower bound of its own. */
export const maxTextCharacters = 4096;

/** Most characters of an e-mail address (RFC 5321 §4.5.3.1.3: 256 octets with the angle brackets around it). */
export const maxEmailCharacters = 254;

/**
 * Most characters of the issuer name that authenticator apps show. The QR code contains it twice, percent-encoded, and names
 * in Chinese or Japanese that are much longer would not fit into the largest code.
 */
export const maxServiceNameCharacters = 100;

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

/** Returns the latest time at which something that exists now can have been made. Anything later is not honored, because its end would be too late as well. */
export const newestPossible = (now: Date): Date => new Date(now.getTime() + clockLeewaySeconds * 1000);
