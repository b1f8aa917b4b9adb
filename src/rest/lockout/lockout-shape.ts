import { z } from 'zod';
import type { LockoutPolicy } from '../../domain/lockout/lockout-policy.ts';
import { attemptsCap, maxStoredAttempts } from '../../domain/lockout/lockout-policy.ts';

/** Body of create and update. Both fields are required, the number even where nothing is counted. */
export const lockoutBody = z.object({
  enabled: z.boolean(),
  maxAttempts: z
    .int()
    .min(1)
    .max(maxStoredAttempts)
    .describe(`Failed passwords in a row that lock the user; above ${attemptsCap} it acts as ${attemptsCap}`),
});

export const lockoutShape = z
  .object({ id: z.string(), enabled: z.boolean(), maxAttempts: z.int(), createdAt: z.string(), updatedAt: z.string() })
  .meta({ id: 'LockoutPolicy', description: 'Lockout policy of the environment or of a tenant' });

export const encodeLockout = ({ id, enabled, maxAttempts, createdAt, updatedAt }: LockoutPolicy): z.input<typeof lockoutShape> => ({
  id,
  enabled,
  maxAttempts,
  createdAt: createdAt.toISOString(),
  updatedAt: updatedAt.toISOString(),
});
