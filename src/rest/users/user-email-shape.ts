import { z } from 'zod';
import type { UserEmail } from '../../domain/directory/user-email.ts';

/** An address of a user as clients read it. */
export const userEmailShape = z
  .object({
    id: z.string(),
    userId: z.string(),
    email: z.string(),
    verified: z.boolean(),
    isPrimary: z.boolean(),
    createdAt: z.string(),
    updatedAt: z.string(),
  })
  .meta({ id: 'UserEmail', description: 'An e-mail address of a user. The id of the primary one is that of the user.' });

/** Encodes an address. */
export const encodeUserEmail = ({ id, userId, email, verified, primary, createdAt, updatedAt }: UserEmail): z.input<typeof userEmailShape> => ({
  ...{ id, userId, email, verified, isPrimary: primary },
  createdAt: createdAt.toISOString(),
  updatedAt: updatedAt.toISOString(),
});
