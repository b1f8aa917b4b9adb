import type { MfaProof } from '../access/actor.ts';
import type { AuthorizationRequest } from './authorization-request.ts';

/** What a person has to do next in an interaction. Each has one page. */
export const interactionSteps = ['SIGN_IN', 'SECOND_FACTOR', 'ENROLLMENT', 'RECOVERY_CODE', 'TENANT', 'STEP_UP'] as const;
/** One of `interactionSteps`. */
export type InteractionStep = (typeof interactionSteps)[number];

/** How many seconds a person has from the request of the application to its answer. */
export const interactionLifetimeSeconds = 3_600;

/** What was started to prove or enroll a factor, as far as the page of the step needs it again. */
export interface StartedFactor {
  /** Id of the authenticator, or the name of a strategy that needs none or is being enrolled. */
  factor: string;
  /** What has to come back with the answer. Null if nothing has. */
  token: string | null;
  /** What the page shows, such as the number that a code was sent to or the options for a browser. */
  shown: unknown;
  /** When it was started, in milliseconds since 1970. */
  at: number;
}

/** A login by e-mail code that a person has begun on the pages. */
export interface SentLoginCode {
  loginToken: string;
  /** As the person typed it. */
  email: string;
}

/** What the pages have to remember between two requests. It is sealed in the database, because it holds tokens and codes. */
export interface InteractionSecrets {
  /** The mfaToken of the login or the step-up. */
  mfaToken?: string;
  started?: StartedFactor;
  /** A login by e-mail code that was begun: the token that comes back with the code, and the address. */
  sentCode?: SentLoginCode;
  /** Token of the invitation link that the person came by. */
  invitationToken?: string;
  /** Recovery code of a first enrollment. It is removed when it has been shown. */
  recoveryCode?: string;
}

/** A request of an application that waits for its person. Only the browser that has the token of the cookie can go on with it. */
export interface Interaction {
  id: string;
  tokenHash: string;
  request: AuthorizationRequest;
  step: InteractionStep;
  /** The user who has signed in, or whose session is to be stepped up. Null before the first factor. */
  userId: string | null;
  /** The session that a step-up belongs to, or that the login has opened. Null before. */
  sessionId: string | null;
  /** The second factor that was proven in the interaction, for the tokens of the application. */
  proof: MfaProof | null;
  sealed: Uint8Array | null;
  createdAt: Date;
  expiresAt: Date;
}

/** What a step changes of an interaction. The request changes by the tenant that the person chooses. */
export type InteractionChange = Partial<Pick<Interaction, 'tokenHash' | 'request' | 'step' | 'userId' | 'sessionId' | 'proof' | 'sealed'>>;

/** Stores interactions. */
export interface InteractionRepository {
  add(interaction: Interaction): Promise<void>;
  /** Returns the interaction if it has neither ended nor expired. */
  find(tokenHash: string, now: Date): Promise<Interaction | null>;
  /**
   * Changes the interaction if its token and its step are still these. False if another request of the browser was faster, so that two tabs
   * or a form that is sent twice go on once.
   */
  advance(from: Pick<Interaction, 'tokenHash' | 'step'>, change: InteractionChange, now: Date): Promise<boolean>;
  /** Ends the interaction. False if it had ended before or has expired. */
  end(tokenHash: string, now: Date): Promise<boolean>;
}
