import { mfa } from '../views/mfa.tsx';
import { stepUp } from '../views/step-up.tsx';
import type { Fields } from './fields.ts';
import { actOnProof, challengeOf, proofModel } from './prove.ts';
import { pageOf } from './send.ts';
import type { StepPage } from './step-page.ts';
import { addressOf } from './visit.ts';

/** After an error the page asks for the same factor again. */
const keep = (fields: Fields) => (fields.has('factor') ? { choice: { factor: fields.text('factor') } } : {});

/** The page of the second factor of a sign-in. */
export const secondFactorPage: StepPage = {
  step: 'SECOND_FACTOR',
  show: async (visit, needs) => pageOf(mfa, { ...proofModel(visit, needs), recoverHref: addressOf(visit, '/oauth/account/recover') }),
  act: actOnProof,
  keep,
};

/** The page of another proof in a session that stands. The person is the one of the session. */
export const stepUpPage: StepPage = {
  step: 'STEP_UP',
  show: async (visit, needs) => pageOf(stepUp, { ...proofModel(visit, needs), user: challengeOf(visit).challenge.email }),
  act: actOnProof,
  keep,
};
