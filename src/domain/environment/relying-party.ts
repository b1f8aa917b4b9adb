/** Whether an authenticator has to check a PIN or a fingerprint, in addition to the touch that is always needed (WebAuthn §5.8.6). */
export const userVerifications = ['required', 'preferred', 'discouraged'] as const;
/** One of `userVerifications`. */
export type UserVerification = (typeof userVerifications)[number];

/** The relying party that WebAuthn credentials are bound to (WebAuthn §4). A credential for another id or page is refused. */
export interface RelyingParty {
  /** A domain. Credentials work on it and on its subdomains only. */
  id: string;
  /** Name that browsers show when a credential is created. */
  name: string;
  /** Pages that may use WebAuthn, such as `https://app.acme.example`, and Android apps by `isAppOrigin`. There is at least one. */
  origins: readonly string[];
  userVerification: UserVerification;
  /** True if the `amr` of a synced credential contains `hwk` as well as `swk`, for clients that know only `hwk`. */
  syncedAsHardware: boolean;
}

/**
 * Tells whether the origin is that of an Android app: the SHA-256 hash of the certificate that signs it, in base64url. Android checks by
 * the asset links of the relying party which apps may use its credentials. Apps on iOS have the origin of its domain instead.
 */
export const isAppOrigin = (origin: string): boolean => /^android:apk-key-hash:[\w-]{42}[AEIMQUYcgkosw048]$/.test(origin);

/** Returns why browsers would refuse WebAuthn on these pages under this id, in words for the operator. Null if they would not. */
export function problemOfRelyingParty({ id, origins }: Pick<RelyingParty, 'id' | 'origins'>): string | null {
  if (!isDomain(id)) return 'the id must be a domain such as acme.example, or localhost';
  const pages = origins.filter((origin) => !isAppOrigin(origin)).map((origin) => new URL(origin));
  if (!pages.every(({ hostname }) => hostname === id || hostname.endsWith(`.${id}`))) {
    return 'the id must be the domain of every origin, or one above it';
  }
  if (!pages.every(({ protocol, hostname }) => protocol === 'https:' || isLocal(hostname))) return 'every origin must be https, or on localhost';
  return null;
}

const isLocal = (host: string): boolean => host === 'localhost' || host.endsWith('.localhost');

/** Tells whether browsers accept the text as an id. They refuse IP addresses and single labels such as `com` (WebAuthn §5.1.3 step 8). */
function isDomain(text: string): boolean {
  if (isLocal(text)) return true;
  const labels = text.split('.');
  return labels.length >= 2 && labels.every((label) => /^(?!-)[a-z0-9-]{1,63}(?<!-)$/.test(label)) && !/^\d+$/.test(labels.at(-1) ?? '');
}
