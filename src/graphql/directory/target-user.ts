import { z } from 'zod';
import type { User as UserRecord } from '../../domain/directory/user.ts';
import { builder } from '../builder/builder.ts';
import { id } from '../builder/input-rules.ts';
import { restIdOf } from '../builder/node-ids.ts';
import { User } from '../builder/object-refs.ts';

/** Makes the input of a mutation that acts on one user and takes nothing else. */
export const targetUserInput = (name: string, description: string) =>
  builder.inputType(name, {
    description,
    validate: z.looseObject({ userId: id }),
    fields: (t) => ({ userId: t.id({ description: 'The global id or `restId` of the user.' }) }),
  });

/** Makes the success of a mutation that answers with the user it changed. */
export const changedUser = (name: string, description: string, userDescription = 'The user after the change.') =>
  builder
    .objectRef<{ user: UserRecord }>(name)
    .implement({ description, fields: (t) => ({ user: t.expose('user', { type: User, description: userDescription }) }) });

/** The description of an optional `userId`. */
export const userIdDescription =
  'The global id or `restId` of the user to act on. An environment token must give it. If absent, it is the user of the access token. Null is refused.';

/** Returns the id of the user that an optional `userId` names, or null for the user of the access token. */
export const userIdOf = (userId: string | null | undefined): string | null => (userId == null ? null : restIdOf('User', userId));
