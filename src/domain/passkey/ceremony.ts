import type { Availability, StrategyUser, Verdict } from '../authenticator/strategy.ts';

/** A ceremony of WebAuthn that waits for the answer of a browser. It is used up by the first answer, right or wrong. */
export interface PasskeyCeremony {
  id: string;
  /** Hash of what has to bring the answer: the token of a login, or the session of a registration, which has one ceremony at a time. */
  ownerHash: string;
  sealed: Uint8Array;
  createdAt: Date;
  expiresAt: Date;
}

/** Stores open ceremonies. */
export interface PasskeyCeremonyRepository {
  /** Keeps the ceremony in place of the one that its owner had. */
  keep(ceremony: PasskeyCeremony): Promise<void>;
  /** Removes the ceremony of the owner and returns it. Null if there is none that is unexpired, so that of several answers one gets it. */
  take(ownerHash: string, now: Date): Promise<PasskeyCeremony | null>;
}

/** A started ceremony. The service seals and keeps `keep`, and the browser gets `options`, in the JSON form of WebAuthn §5.1. */
export interface StartedPasskeyCeremony {
  keep: Uint8Array;
  options: object;
}

/** A new passkey that was checked. */
export interface NewPasskey {
  credential: Uint8Array;
  /** The credential id. */
  identity: string;
  signCount: number;
  /** Whether its authenticator is built into a device, as far as the browser tells. */
  builtIn: boolean;
}

/** What a right answer to a login proves. */
export interface ProvenPasskey {
  signCount: number;
  /** Whether the authenticator verified its user, by a PIN or a fingerprint (WebAuthn §6.1, flag UV). */
  userVerified: boolean;
  /** RFC 8176 values of the key. */
  amr: readonly string[];
}

/** Makes and checks the ceremonies of WebAuthn for passkeys. It stores nothing. */
export interface PasskeyVerifier {
  /** Whether browsers serve WebAuthn to the pages of this deployment. */
  readonly availability: Availability;
  /** Starts a registration. `enrolled` are opened credentials that the authenticator must not register again. */
  beginRegistration(user: StrategyUser, enrolled: readonly Uint8Array[]): Promise<StartedPasskeyCeremony>;
  /** Checks the answer to a registration. Throws `malformedCode` if the input cannot be one. */
  register(started: Uint8Array, answer: unknown): Promise<Verdict<NewPasskey>>;
  /** Starts a login by one of the credentials with these ids, or with none by any passkey that the authenticator has for this relying party. */
  beginLogin(credentialIds: readonly string[]): Promise<StartedPasskeyCeremony>;
  /** Returns the id of an opened credential. */
  credentialIdOf(credential: Uint8Array): string;
  /** Returns the credential id that an answer to a login names. Throws `malformedCode` if the input cannot be an answer. */
  namedCredential(answer: unknown): string;
  /**
   * Checks the answer to a login. Null stands for a credential that is unknown: it takes as long and is always wrong. The counter is not
   * compared: the caller advances it by one statement, so that parallel answers cannot both pass.
   */
  verify(started: Uint8Array, passkey: { userId: string; credential: Uint8Array } | null, answer: unknown): Promise<Verdict<ProvenPasskey>>;
}
