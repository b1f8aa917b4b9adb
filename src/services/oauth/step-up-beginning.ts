import type { Caller } from '../../domain/access/actor.ts';
import { fail } from '../../domain/errors.ts';
import type { StepUp } from '../login/step-up.ts';
import type { BrowserSession, BrowserSessions } from './browser-sessions.ts';

interface Needs {
  browserSessions: Pick<BrowserSessions, 'actorOf'>;
  stepUp: Pick<StepUp, 'generate'>;
}

/** Returns the mfaToken by which the person of a session proves a factor again. Errors: `ACCOUNT_LOCKED`, `NOT_ENROLLED`. */
export type BeginStepUp = (caller: Caller, browser: BrowserSession, maxAgeSeconds: number | null) => Promise<string>;

/** Creates `BeginStepUp`. A browser has no access token that could state a proof, so there is always something to prove. */
export const createStepUpBeginning =
  ({ browserSessions, stepUp }: Needs): BeginStepUp =>
  async (caller, browser, maxAgeSeconds) => {
    const result = await stepUp.generate({ ...caller, actor: await browserSessions.actorOf(browser) }, { maxAgeSeconds });
    return result.kind === 'CHALLENGE' ? result.challenge.mfaToken : fail('INTERNAL', 'a session without an access token was stepped up');
  };
