/** How much the authenticator must know its person: a PIN or a fingerprint, besides the touch that is always needed (WebAuthn §5.8.6). */
export const userVerifications = ['required', 'preferred', 'discouraged'] as const;
export type UserVerification = (typeof userVerifications)[number];

/** What WebAuthn credentials are bound to (WebAuthn §4). One made for another id or on another page never verifies here. */
export interface RelyingParty {
  /** A domain: credentials work on it and below it, nowhere else. */
  id: string;
  /** Shown by browsers while a credential is made. */
  name: string;
  /** Pages that may ask for a credential, e.g. `https://app.acme.example`; at least one. */
  origins: readonly string[];
  userVerification: UserVerification;
  /** Whether the `amr` of a synced credential says `hwk` beside `swk`, for clients that know only the former. */
  syncedAsHardware: boolean;
}

/** Why no browser would serve WebAuthn to these pages under this id, in words for the operator; null where one would. */
export function problemOfRelyingParty({ id, origins }: Pick<RelyingParty, 'id' | 'origins'>): string | null {
  if (!isDomain(id)) return 'the id must be a domain such as acme.example, or localhost';
  const pages = origins.map((origin) => new URL(origin));
  if (!pages.every(({ hostname }) => hostname === id || hostname.endsWith(`.${id}`))) {
    return 'the id must be the domain of every origin, or one above it';
  }
  if (!pages.every(({ protocol, hostname }) => protocol === 'https:' || isLocal(hostname))) return 'every origin must be https, or on localhost';
  return null;
}

const isLocal = (host: string): boolean => host === 'localhost' || host.endsWith('.localhost');

/** At least two labels, and no address: browsers refuse those and bare suffixes such as `com` (WebAuthn §5.1.3 step 8). */
function isDomain(text: string): boolean {
  if (isLocal(text)) return true;
  const labels = text.split('.');
  return labels.length >= 2 && labels.every((label) => /^(?!-)[a-z0-9-]{1,63}(?<!-)$/.test(label)) && !/^\d+$/.test(labels.at(-1) ?? '');
}
