import { z } from 'zod';
import type { UserName } from '../../services/directory/user-lookup.ts';
import { optionalId, optionalText, requiringOne } from '../validation.ts';

/** The ways in which somebody who is not logged in names a user. One of them is enough. */
export const loginNames = requiringOne(
  z.object({ email: optionalText(), username: optionalText(), userId: optionalId() }),
  'email',
  'username',
  'userId',
);

/** Returns the user that a body names. */
export function nameIn({ email, username, userId }: z.output<typeof loginNames>): UserName {
  const address = email || username;
  return address ? { email: address } : { userId: userId ?? '' };
}
