import { z } from 'zod';
import type { SessionPolicy, SessionPolicyFields } from '../../domain/session/session-policy.ts';
import { absoluteTimeoutBounds, idleTimeoutBounds, maxSessionsBounds } from '../../domain/session/session-policy.ts';

const idle = z.object({ isActive: z.boolean(), timeout: z.int().min(idleTimeoutBounds.minSeconds).max(idleTimeoutBounds.maxSeconds) });
const absolute = z.object({ isActive: z.boolean(), timeout: z.int().min(absoluteTimeoutBounds.minSeconds).max(absoluteTimeoutBounds.maxSeconds) });
const concurrent = z.object({ isActive: z.boolean(), maxSessions: z.int().min(maxSessionsBounds.min).max(maxSessionsBounds.max) });

/** The body of the write. Null counts as absent. */
export const sessionPolicyBody = z.object({
  sessionIdleTimeoutConfiguration: idle.nullish().describe('After how many seconds without a refresh a session ends.'),
  sessionTimeoutConfiguration: absolute.nullish().describe('How many seconds after its login a session ends, however often it is refreshed.'),
  sessionConcurrentConfiguration: concurrent.nullish().describe('How many sessions a user may have in a tenant. The oldest end.'),
});

const time = z.object({ isActive: z.boolean(), timeout: z.int() });
const number = z.object({ isActive: z.boolean(), maxSessions: z.int() });

/** The limits of a tenant as a client reads them, without those that were never set. */
export const sessionPolicyShape = z
  .object({
    sessionIdleTimeoutConfiguration: time.optional(),
    sessionTimeoutConfiguration: time.optional(),
    sessionConcurrentConfiguration: number.optional(),
  })
  .meta({ id: 'SessionPolicy', description: 'The limits of sessions that the environment or a tenant has set.' });

/** The limits of the environment as a client reads them: always all of them. */
export const wholeSessionPolicyShape = z
  .object({ sessionIdleTimeoutConfiguration: time, sessionTimeoutConfiguration: time, sessionConcurrentConfiguration: number })
  .meta({ id: 'WholeSessionPolicy', description: 'The limits of sessions of the environment.' });

/** What Frontegg answers for a limit that was never set. */
const unset = { timeout: { isActive: false, timeout: 86_400 }, sessions: { isActive: false, maxSessions: 1 } } as const;

/** Decodes the limits that a body sets. */
export function decodeSessionPolicy(body: z.output<typeof sessionPolicyBody>): Partial<SessionPolicyFields> {
  const { sessionIdleTimeoutConfiguration: idle, sessionTimeoutConfiguration: absolute, sessionConcurrentConfiguration: concurrent } = body;
  return {
    ...(idle ? { idleTimeoutEnabled: idle.isActive, idleTimeoutSeconds: idle.timeout } : {}),
    ...(absolute ? { absoluteTimeoutEnabled: absolute.isActive, absoluteTimeoutSeconds: absolute.timeout } : {}),
    ...(concurrent ? { maxSessionsEnabled: concurrent.isActive, maxSessions: concurrent.maxSessions } : {}),
  };
}

/** Encodes the limits that were set. */
export function encodeSessionPolicy(policy: SessionPolicy | null): z.input<typeof sessionPolicyShape> {
  if (policy === null) return {};
  const { idleTimeoutSeconds, absoluteTimeoutSeconds, maxSessions } = policy;
  return {
    ...(idleTimeoutSeconds === null
      ? {}
      : { sessionIdleTimeoutConfiguration: { isActive: policy.idleTimeoutEnabled === true, timeout: idleTimeoutSeconds } }),
    ...(absoluteTimeoutSeconds === null
      ? {}
      : { sessionTimeoutConfiguration: { isActive: policy.absoluteTimeoutEnabled === true, timeout: absoluteTimeoutSeconds } }),
    ...(maxSessions === null ? {} : { sessionConcurrentConfiguration: { isActive: policy.maxSessionsEnabled === true, maxSessions } }),
  };
}

/** Encodes all limits, with Frontegg's values for those that were never set. */
export function encodeWholeSessionPolicy(policy: SessionPolicy | null): z.input<typeof wholeSessionPolicyShape> {
  const { sessionIdleTimeoutConfiguration, sessionTimeoutConfiguration, sessionConcurrentConfiguration } = encodeSessionPolicy(policy);
  return {
    sessionIdleTimeoutConfiguration: sessionIdleTimeoutConfiguration ?? unset.timeout,
    sessionTimeoutConfiguration: sessionTimeoutConfiguration ?? unset.timeout,
    sessionConcurrentConfiguration: sessionConcurrentConfiguration ?? unset.sessions,
  };
}
