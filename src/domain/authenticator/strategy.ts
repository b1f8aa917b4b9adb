import type { Channel, CodeMessage, TextMessage } from '../messaging/message.ts';
import type { StrategyName } from '../strategy-name.ts';
import type { Authenticator } from './authenticator.ts';

/** Tells whether this deployment can offer a strategy. `reason` tells the operator why not. */
export type Availability = { available: true } | { available: false; reason: string };

/** The data of a user that strategies get. */
export interface StrategyUser {
  id: string;
  email: string;
}

/** Settings of the strategies. They are read at each use, because an operator can change them at run time. */
export interface StrategySettings {
  /** Issuer shown by authenticator apps. */
  serviceName: string;
  /** Lifetime of a one-time code in seconds, at most 600 (NIST 800-63B-4 §3.1.3.2). */
  codeLifetimeSeconds: number;
}

/** A started enrollment or ceremony. The service seals and stores `keep`, shows `show` to the client and sends `deliver`. */
export interface Started<Show extends object = object> {
  keep: Uint8Array;
  show: Show;
  /** Sent by the strategy's own `channel`. */
  deliver?: CodeMessage | TextMessage;
  /** How long an answer is accepted. */
  lifetimeSeconds: number;
}

/**
 * What accepting an answer changes: the last time step, the signature counter, or the one-time code that is used up. The
 * service applies it by one guarded statement. If that fails, the answer is a replay and is refused.
 */
export type Advance = { step: number } | { counter: number } | { consume: true };

/** The result of checking an answer. */
export type Verdict<T> = ({ ok: true } & T) | { ok: false; reason: 'wrong' };

/** The fields of an authenticator that clients may see. */
export interface PublicAuthenticator {
  id: string;
  strategy: StrategyName;
  /** Name by which the user recognizes the authenticator. */
  label: string;
  /** The masked number; only for phones. */
  phoneNumber?: string;
  createdAt: Date;
  lastUsedAt: Date | null;
}

/** What a strategy gets to start an enrollment. */
export interface EnrollmentRequest {
  user: StrategyUser;
  settings: StrategySettings;
  /** Opened credentials of the user's authenticators, which must not be enrolled a second time. */
  enrolled: readonly Uint8Array[];
  /** The phone number to enroll. Null for strategies without one. */
  phoneNumber: string | null;
  /** True if the user may use the other kind of WebAuthn authenticator as well. The default is false. */
  anyAttachment?: boolean;
}

/** A confirmed enrollment, ready to be stored as an authenticator. */
export interface Confirmed {
  credential: Uint8Array;
  advance: Advance;
  /** Value that no two authenticators may share, even of different users. Absent if the strategy has none. */
  identity?: string;
  /** RFC 8176 values of this authenticator, if they differ from those of its strategy. */
  amr?: readonly string[];
}

/** How a factor is enrolled. */
export interface Enrollment<Show extends object = object, Answer = unknown> {
  /** Starts an enrollment. */
  begin(request: EnrollmentRequest): Promise<Started<Show>>;
  /**
   * Rebuilds what `begin` showed from the bytes it kept, so that a repeated request shows the same secret. Null if every
   * request starts a new enrollment with a token of its own, as it does for every strategy with a `ceremony`.
   */
  show: ((kept: Uint8Array, user: StrategyUser, settings: StrategySettings) => Promise<Show>) | null;
  /** Checks the answer against the bytes that `begin` kept. */
  complete(kept: Uint8Array, answer: Answer, now: Date): Promise<Verdict<Confirmed>>;
  /**
   * Returns the credential of what came with a user from another system: the secret of an app, or a phone number. Absent if none can come.
   * Null if the text is none.
   */
  fromElsewhere?(given: string): Uint8Array | null;
}

/** What a strategy gets to start a ceremony. */
export interface CeremonyRequest {
  user: StrategyUser;
  settings: StrategySettings;
  /** Opened credential of the authenticator to be proven. Null for a strategy without enrollment. */
  credential: Uint8Array | null;
  /** True if the authenticator has to verify its user, where it can. The default leaves it to the settings. */
  requiresUser?: boolean;
}

/** What happens before an authenticator is proven, for example that a code is sent. */
export interface Ceremony<Show extends object = object> {
  begin(request: CeremonyRequest): Promise<Started<Show>>;
}

/** The stored bytes that an answer is checked against. */
export interface Kept {
  /** The credential that `Enrollment.complete` returned. Null for a strategy without enrollment. */
  credential: Uint8Array | null;
  /** The bytes that `Ceremony.begin` kept. Null for a strategy without ceremony. */
  started: Uint8Array | null;
}

/**
 * One way to prove a second factor. A strategy stores and sends nothing itself, and has no clock. The service seals and
 * stores what it keeps, sends what it delivers, and applies what it advances.
 */
export interface Strategy<Show extends object = object, Answer = unknown> {
  readonly name: StrategyName;
  /** The name of a new authenticator until its user chooses another. */
  readonly defaultName: string;
  /** RFC 8176 values that this strategy proves. */
  readonly amr: readonly string[];
  /** True if a proof makes the session multi-factor (`acr`). NIST 800-63B-4 §3.1.3.1 excludes e-mail. */
  readonly satisfiesMfa: boolean;
  /** Whether this deployment can serve it: whether it has the provider or the settings that the strategy needs. */
  readonly availability: Availability;
  /** The channel by which it sends its messages. Null for a strategy that sends none. */
  readonly channel: Channel | null;
  /** True if the first answer, right or wrong, uses up what was started, so that no second answer is compared with it. */
  readonly answerOnce: boolean;
  /** The input fields that its errors point at: the answer, and the token that came with it. */
  readonly errorFields: { readonly answer: string; readonly token: string };
  /** Null for a strategy that needs no enrollment. */
  readonly enrollment: Enrollment<Show, Answer> | null;
  /** Null if nothing happens before the answer, because the authenticator makes the codes itself. */
  readonly ceremony: Ceremony | null;
  /** Reads the user's answer. Throws `malformedCode` if the input cannot be one. What it returns has one spelling. */
  readAnswer(input: unknown): Answer;
  /** Checks an answer. The result has `amr` only if it depends on the authenticator and not just on the strategy. */
  verify(kept: Kept, answer: Answer, now: Date): Promise<Verdict<{ advance: Advance; amr?: readonly string[] }>>;
  /** Returns what clients may see of an authenticator. `credential` opens its credential, for strategies that show a part of it. */
  describe(enrolled: Authenticator, credential: () => Uint8Array): PublicAuthenticator;
}

/** Every strategy by its name. */
export type StrategyRegistry = Readonly<Record<StrategyName, Strategy>>;

/** What decides whether a strategy can be used, without what it does. */
export interface StrategyTraits {
  /** Whether this deployment can serve it. */
  available: boolean;
  /** Whether it is enrolled before it is proven. */
  enrollable: boolean;
}

/** The traits of every strategy by its name. */
export type TraitsOfStrategies = Readonly<Record<StrategyName, StrategyTraits>>;

/** Returns the traits of all strategies. They stay as they are while the server runs. */
export const traitsOf = (registry: StrategyRegistry): TraitsOfStrategies =>
  // `Object.fromEntries` loses that the registry has exactly these names.
  Object.fromEntries(
    Object.values(registry).map(({ name, availability, enrollment }) => [
      name,
      { available: availability.available, enrollable: enrollment !== null },
    ]),
  ) as Record<StrategyName, StrategyTraits>;

/** What the client gets when an authenticator app is enrolled. */
export interface AuthenticatorAppShow {
  /** PNG image of `otpauthUri` as a data URI. */
  qrCode: string;
  otpauthUri: string;
  /** The secret in base32 without padding, for typing it by hand. */
  secret: string;
}

/** What the client gets when a code is sent to a phone. */
export interface SmsShow {
  /** The masked number. */
  phoneNumber: string;
}

/**
 * What the client gets when an enrollment starts, by strategy.
 * `token` comes back with the answer; it is null if the mfaToken or the user is enough.
 */
export interface StartedEnrollments {
  AUTHENTICATOR_APP: { token: null; show: AuthenticatorAppShow };
  SMS: { token: string; show: SmsShow };
  /** Options for `navigator.credentials.create`, in the JSON form of WebAuthn §5.1. */
  WEBAUTHN_PLATFORM: { token: string; show: object };
  WEBAUTHN_CROSS_PLATFORM: { token: string; show: object };
}

/** What the client gets when a ceremony starts, by strategy. `token` comes back with the answer. */
export interface StartedProofs {
  SMS: { token: string; show: SmsShow };
  EMAIL_CODE: { token: string; show: object };
  /** Options for `navigator.credentials.get`, in the JSON form of WebAuthn §5.1. */
  WEBAUTHN_PLATFORM: { token: string; show: object };
  WEBAUTHN_CROSS_PLATFORM: { token: string; show: object };
}
