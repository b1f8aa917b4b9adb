import { createOneTimeCodes } from '../authenticator/one-time-codes.ts';
import { createPendingEnrollments } from '../authenticator/pending-enrollments.ts';
import { createCodeSending } from '../messaging/send-code.ts';
import { createAnswerCheck } from './answer-check.ts';
import { createCeremonies } from './ceremony.ts';
import { createEnrollment } from './enrollment.ts';
import { createEnrollmentRules } from './enrollment-rules.ts';
import { createFactorManagement } from './manage.ts';
import { createRemoval } from './removal.ts';
import { createVerification } from './verification.ts';

/** What is created here, and what one of the services needs of it. */
type Made = 'oneTimeCodes' | 'pendingEnrollments' | 'codeSending' | 'ceremonies' | 'answerCheck' | 'enrollmentRules';

/** What each of the services needs, all of it together. */
type Needs = Parameters<typeof createOneTimeCodes>[0] &
  Parameters<typeof createPendingEnrollments>[0] &
  Parameters<typeof createCodeSending>[0] &
  Omit<Parameters<typeof createCeremonies>[0], Made> &
  Omit<Parameters<typeof createAnswerCheck>[0], Made> &
  Parameters<typeof createEnrollmentRules>[0] &
  Omit<Parameters<typeof createEnrollment>[0], Made> &
  Omit<Parameters<typeof createVerification>[0], Made> &
  Omit<Parameters<typeof createRemoval>[0], Made> &
  Parameters<typeof createFactorManagement>[0];

/** Creates the services by which second factors are enrolled, proven, removed and named. */
export function createMfaServices(needs: Needs) {
  const oneTimeCodes = createOneTimeCodes(needs);
  const pendingEnrollments = createPendingEnrollments(needs);
  const codeSending = createCodeSending(needs);
  const ceremonies = createCeremonies({ ...needs, oneTimeCodes, pendingEnrollments, codeSending });
  const answerCheck = createAnswerCheck({ ...needs, ceremonies });
  const enrollmentRules = createEnrollmentRules(needs);
  return {
    enrollment: createEnrollment({ ...needs, enrollmentRules, ceremonies, answerCheck }),
    verification: createVerification({ ...needs, ceremonies, answerCheck }),
    removal: createRemoval({ ...needs, ceremonies, answerCheck }),
    factors: createFactorManagement(needs),
  };
}
