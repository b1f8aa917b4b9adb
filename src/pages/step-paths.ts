import type { InteractionStep } from '../domain/oauth/interaction.ts';

/** The page of each step of an interaction. */
export const stepPaths: Readonly<Record<InteractionStep, string>> = {
  SIGN_IN: '/oauth/account/login',
  SECOND_FACTOR: '/oauth/account/mfa',
  ENROLLMENT: '/oauth/account/mfa/enroll',
  RECOVERY_CODE: '/oauth/account/mfa/recovery',
  TENANT: '/oauth/account/tenant',
  STEP_UP: '/oauth/account/step-up',
};
