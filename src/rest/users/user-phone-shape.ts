import { z } from 'zod';
import type { UserPhone } from '../../domain/directory/user-phone.ts';

/** A phone number that a user logs in by, as clients read it. */
export const userPhoneShape = z
  .object({
    id: z.string(),
    userId: z.string(),
    phoneNumber: z.string(),
    verified: z.boolean(),
    createdAt: z.string(),
    updatedAt: z.string(),
  })
  .meta({ id: 'UserPhone', description: 'A phone number of a user. Codes to log in go to the verified one that was added last.' });

/** Encodes a phone number. */
export const encodeUserPhone = ({ id, userId, phoneNumber, verified, createdAt, updatedAt }: UserPhone): z.input<typeof userPhoneShape> => ({
  ...{ id, userId, phoneNumber, verified },
  createdAt: createdAt.toISOString(),
  updatedAt: updatedAt.toISOString(),
});
