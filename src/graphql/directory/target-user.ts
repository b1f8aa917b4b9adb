import { restIdOf } from '../builder/node-ids.ts';

export const userIdDescription =
  'The global id or `restId` of the user to act on; required from an environment token. Absent: the user behind the access token. Null is refused.';

/** Answers the id of the user that an input names; null for the user behind the token. */
export const userIdOf = (userId: string | null | undefined): string | null => (userId == null ? null : restIdOf('User', userId));
