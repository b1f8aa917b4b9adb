import type { TestUser } from './builders.ts';
import { enroll, expectStatus, identity } from './builders.ts';
import type { Harness } from './harness.ts';
import type { Answer } from './requests.ts';
import { createForcedUser, refresh } from './requests.ts';

export interface PlainSession extends TestUser {
  secret: string;
  recoveryCode: string;
  accessToken: string;
  refreshToken: string;
}

/** An enrolled user whose tokens were refreshed since: the session's proof ages, its access token says nothing of it. */
export async function plainSession(harness: Harness, name: string): Promise<PlainSession> {
  const user = await createForcedUser(harness, name);
  const { secret, recoveryCode, refreshToken } = await enroll(harness, user.email);
  const answer = await refresh(harness, refreshToken);
  expectStatus(answer, 200);
  const tokens = answer.json<{ accessToken: string; refreshToken: string }>();
  return { ...user, secret, recoveryCode, ...tokens };
}

export const generateStepUp = (harness: Harness, accessToken: string, body: object = {}): Promise<Answer> =>
  harness.send({ method: 'POST', url: `${identity}/auth/v1/user/step-up/generate`, headers: { authorization: `Bearer ${accessToken}` }, body });

/** The mfaToken of a new step-up. */
export async function stepUpToken(harness: Harness, accessToken: string, body: object = {}): Promise<string> {
  const answer = await generateStepUp(harness, accessToken, body);
  expectStatus(answer, 201);
  return answer.json<{ mfaToken: string }>().mfaToken;
}

export const recover = (harness: Harness, email: string, recoveryCode: string): Promise<Answer> =>
  harness.send({ method: 'POST', url: `${identity}/auth/v1/user/mfa/recover`, body: { email, recoveryCode } });
