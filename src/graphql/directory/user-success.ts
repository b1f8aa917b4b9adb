import type { User as UserRecord } from '../../domain/directory/user.ts';
import { builder } from '../builder/builder.ts';
import { User } from '../builder/object-refs.ts';

/** Makes the success type of a mutation that answers nothing but the user it changed. */
export const userSuccess = (name: string, description: string) =>
  builder
    .objectRef<{ user: UserRecord }>(name)
    .implement({ description, fields: (t) => ({ user: t.expose('user', { type: User, description: 'The user as it is now.' }) }) });
