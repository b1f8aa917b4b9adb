import type { CodeMessage, TextMessage } from '../messaging/message.ts';
import type { StrategyName } from '../strategy-name.ts';
import type { Authenticator } from './authenticator.ts';

/** Whether this deployment can serve a strategy at all, and if not, why, in words for the operator. */
export type Availability = { available: true } | { available: false; reason: string };
export type StrategyAvailability = Readonly<Record<StrategyName, Availability>>;

/** What a strategy may know of the user it serves. */
export interface StrategyUser {
  id: string;
  email: string;
}

/** Settings a strategy reads at each use, because an operator changes them at run time. */
export interface StrategySettings {
  /** Issuer shown by authenticator apps. */
  serviceName: string;
  /** Life of a one-time code in seconds, already capped at 600 (NIST 800-63B-4 §3.1.3.2). */
  codeLifetimeSeconds: number;
}

/** `keep` is sealed and stored, `show` goes to the client once, `deliver` becomes an outbox row. */
export interface Started<Show extends object = object> {
  keep: Uint8Array;
  show: Show;
  deliver?: CodeMessage | TextMessage;
}

/** What must move forward for a proof to count; the service applies it by one guarded statement. */
export type Advance = { step: number } | { counter: number } | { consume: true };

export type Verdict<T> = ({ ok: true } & T) | { ok: false; reason: 'wrong' };

/** Everything a client may ever see of an authenticator. */
export interface PublicAuthenticator {
  id: string;
  strategy: StrategyName;
  /** Text a person recognizes the factor by. */
  label: string;
  /** Masked; of a phone alone. */
  phoneNumber?: string;
  createdAt: Date;
  lastUsedAt: Date | null;
}

/** What an enrollment is begun with. */
export interface EnrollmentRequest {
  user: StrategyUser;
  settings: StrategySettings;
  /** Opened credentials of the user's factors: what is bound already must not be bound again. */
  enrolled: readonly Uint8Array[];
  /** The number to enroll, E.164; null for every strategy without one. */
  phoneNumber: string | null;
  /** Whether the person may still take the other kind of WebAuthn authenticator; absent: no. */
  anyAttachment?: boolean;
}

/** A factor about to be enrolled. */
export interface Confirmed {
  credential: Uint8Array;
  advance: Advance;
  /** What no two factors may share, whosever they are; absent where there is no such thing. */
  identity?: string;
  amr?: readonly string[];
}

/** How a factor is enrolled. A strategy with a `challenge` enrolls by a token of its own; `show` is for the others. */
export interface Enrollment<Show extends object = object, Answer = unknown> {
  begin(request: EnrollmentRequest): Promise<Started<Show>>;
  /** Rebuilds what `begin` showed from what it kept, so that a repeated call shows the same secret. Null: every call begins anew. */
  show: ((kept: Uint8Array, user: StrategyUser, settings: StrategySettings) => Promise<Show>) | null;
  complete(kept: Uint8Array, answer: Answer, now: Date): Promise<Verdict<Confirmed>>;
}

/** What a challenge is begun with. */
export interface ChallengeRequest {
  user: StrategyUser;
  settings: StrategySettings;
  /** Opened credential of the factor to be proven; null for a strategy without enrollment. */
  credential: Uint8Array | null;
}

export interface Challenge<Show extends object = object> {
  begin(request: ChallengeRequest): Promise<Started<Show>>;
}

/** What a proof is checked against. */
export interface Kept {
  /** What `Enrollment.complete` answered; null for a strategy without enrollment. */
  credential: Uint8Array | null;
  /** What `Challenge.begin` kept; null for a strategy without challenge. */
  begun: Uint8Array | null;
}

/**
 * One way to prove a second factor. A strategy never writes: it has no repository, no clock and no delivery.
 * The service seals and stores what it keeps, sends what it delivers and applies what it advances.
 */
export interface Strategy<Show extends object = object, Answer = unknown> {
  readonly name: StrategyName;
  /** RFC 8176 values proven by this strategy alone. */
  readonly amr: readonly string[];
  /** True when the proof raises a session to multi-factor (`acr`); NIST 800-63B-4 §3.1.3.1 excludes e-mail. */
  readonly satisfiesMfa: boolean;
  /** Null for a strategy that needs no enrollment. */
  readonly enrollment: Enrollment<Show, Answer> | null;
  /** Null for a strategy whose code exists without a message. */
  readonly challenge: Challenge | null;
  /** Reads the person's answer; throws `InvalidCode` on anything that could never be one. Nothing is trimmed or normalized. */
  readAnswer(input: unknown): Answer;
  /** `amr` is there where it depends on the factor and not on the strategy alone. */
  verify(kept: Kept, answer: Answer, now: Date): Promise<Verdict<{ advance: Advance; amr?: readonly string[] }>>;
  /** `credential` opens what was enrolled, for a strategy that shows a part of it. */
  describe(enrolled: Authenticator, credential: () => Uint8Array): PublicAuthenticator;
}

/** What enrolling an authenticator app shows, once. */
export interface AuthenticatorAppShow {
  /** PNG picture of `otpauthUri` as a data URI. */
  qrCode: string;
  otpauthUri: string;
  /** Base32 without padding, for typing by hand. */
  secret: string;
}

/** What sending a code to a phone shows. */
export interface SmsShow {
  /** Masked. */
  phoneNumber: string;
}

/** What beginning an enrollment shows, by strategy. */
export interface EnrollmentShows {
  AUTHENTICATOR_APP: AuthenticatorAppShow;
}
