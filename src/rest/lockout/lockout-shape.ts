import { z } from 'zod';
import type { LockoutPolicy } from '../../domain/lockout/lockout-policy.ts';
import { attemptsCap, maxStoredAttempts } from '../../domain/lockout/lockout-policy.ts';

/** The body of create and update. Both fields are required, `maxAttempts` even if `enabled` is false. */
export const lockoutBody = z.object({
  enabled: z.boolean(),
  maxAttempts: z
    .int()
    .min(1)
    .max(maxStoredAttempts)
    .describe(`How many failed passwords in a row lock a user. Numbers above ${attemptsCap} are stored but count as ${attemptsCap}.`),
});

/** A lockout policy as a client reads it. */
export const lockoutShape = z
  .object({ id: z.string(), enabled: z.boolean(), maxAttempts: z.int(), createdAt: z.string(), updatedAt: z.string() })
  .meta({ id: 'LockoutPolicy', description: 'The lockout policy of the environment or of a tenant.' });

/** Encodes a lockout policy. */
export const encodeLockout = ({ id, enabled, maxAttempts, createdAt, updatedAt }: LockoutPolicy): z.input<typeof lockoutShape> => ({
  id,
  enabled,
  maxAttempts,
  createdAt: createdAt.toISOString(),
  updatedAt: updatedAt.toISOString(),
});
