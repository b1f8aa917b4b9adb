import { z } from 'zod';
import { maxTextCharacters } from '../../domain/bounds.ts';
import type { UserSort as Sort, UserListKey, UserPlace } from '../../domain/directory/user.ts';
import { oldestUserFirst, placeOfUser } from '../../domain/directory/user.ts';
import { weakStrategies } from '../../domain/strategy-name.ts';
import type { UserConditions } from '../../services/directory/user-lists.ts';
import { refuse } from '../builder/bad-request.ts';
import { builder } from '../builder/builder.ts';
import type { CursorForm } from '../builder/connections.ts';
import { connectionBy, cursorsIn, pageRequestIn } from '../builder/connections.ts';
import { callerOf } from '../builder/context.ts';
import { id, tenantId, text } from '../builder/input-rules.ts';
import { restIdOf } from '../builder/node-ids.ts';
import { User } from '../builder/object-refs.ts';
import { SortDirection } from '../builder/sort-direction.ts';

const UserConnection = builder.connectionObject({ type: User, name: 'UserConnection' });

const UserFilter = builder.inputType('UserFilter', {
  description: 'Conditions on the users to return. A user must meet all of them. Absent and null conditions are ignored.',
  validate: z.looseObject({ email: text().nullish(), roleId: id.nullish(), tenantId: tenantId.nullish() }),
  fields: (t) => ({
    email: t.field({ type: 'EmailAddress', required: false, description: 'Only the user with this address, in any spelling of it.' }),
    tenantId: t.id({
      required: false,
      description: 'Only members of this tenant, by global id or `restId`. The list is empty for a tenant other than the one the caller acts in.',
    }),
    roleId: t.id({
      required: false,
      description: 'Only users who hold this role, by global id or `restId`: in the current tenant or in `tenantId`, or without one in any tenant.',
    }),
    verified: t.boolean({ required: false, description: 'Only users whose address is verified, or with false only those whose address is not.' }),
    locked: t.boolean({ required: false, description: 'Only locked users, or with false only those who are not.' }),
    mfaEnrolled: t.boolean({ required: false, description: 'Only users with an authenticator, or with false only those without any.' }),
    onlyWeakFactors: t.boolean({
      required: false,
      description: `Only users whose authenticators are all of the strategies ${weakStrategies.join(' and ')}, or with false only the others.`,
    }),
    loggedIn: t.boolean({ required: false, description: 'Only users who have ever completed a login, or with false only those who never did.' }),
    lastLoginFrom: t.field({ type: 'DateTime', required: false, description: 'Only users whose last login was at this time or later.' }),
    lastLoginUntil: t.field({
      type: 'DateTime',
      required: false,
      description: 'Only users whose last login was before this time. Users who never logged in are not among them.',
    }),
  }),
});

type Given<T> = { [K in keyof T]?: T[K] | null | undefined };

/** Returns the conditions that were given. Absent ones are left out, because a list must not test for them. */
const conditionsOf = (
  { tenantId, roleId, lastLoginUntil, ...plain }: Given<Omit<UserConditions, 'lastLoginBefore'> & { lastLoginUntil: Date }>,
  search: string | null | undefined,
): UserConditions => ({
  ...(Object.fromEntries(Object.entries(plain).filter(([, value]) => value != null)) as UserConditions),
  ...(tenantId == null ? {} : { tenantId: restIdOf('Tenant', tenantId) }),
  ...(roleId == null ? {} : { roleId: restIdOf('Role', roleId) }),
  ...(lastLoginUntil == null ? {} : { lastLoginBefore: lastLoginUntil }),
  ...(search == null || search === '' ? {} : { containing: [searched(search)] }),
});

/** Returns the text to search for. One that no name and no address can contain is refused. */
const searched = (text: string): string =>
  text.length <= maxTextCharacters && !text.includes('\0') ? text : refuse(`\`search\` must have at most ${maxTextCharacters} characters.`);

const UserSortKey = builder.enumType('UserSortKey', {
  description: 'What a list of users is ordered by. Users who have it alike follow each other in the order of their ids.',
  values: {
    CREATED_AT: { value: 'createdAt', description: 'When the user was created.' },
    NAME: { value: 'name', description: 'The display name. The case of ASCII letters does not matter.' },
    EMAIL: { value: 'email', description: 'The e-mail address in small letters.' },
    LAST_LOGIN_AT: { value: 'lastLoginAt', description: 'When a login was last completed. Who never logged in is before all others.' },
  } as const satisfies Record<string, { value: UserListKey; description: string }>,
});

const UserSort = builder.inputType('UserSort', {
  description: 'The order of a list of users.',
  fields: (t) => ({
    by: t.field({ type: UserSortKey, description: 'What the users are ordered by.' }),
    direction: t.field({ type: SortDirection, required: false, description: 'The direction. If absent or null, it is `ASCENDING`.' }),
  }),
});

/** Returns the form of the cursors in an order. */
const cursorsOf = ({ by, descending }: Sort<UserListKey>): CursorForm<UserPlace> =>
  cursorsIn(`${by} ${descending ? 'descending' : 'ascending'}`, by === 'name' || by === 'email' ? 'TEXT' : 'TIME', { empty: by === 'lastLoginAt' });

builder.queryField('users', (t) =>
  t.field({
    type: UserConnection,
    description:
      'The users of the current tenant, or of the whole environment for an environment token that names no tenant. Requires the environment token, or a user whose roles include `fe.secure.read.users`, who does not find invisible users. Of somebody who was invited and has not accepted yet, such a user reads the name and the address, and the conditions on authenticators do not find them.',
    access: 'readUsers',
    args: {
      ...t.arg.connectionArgs(),
      filter: t.arg({ type: UserFilter, required: false, description: 'Conditions on the users.' }),
      search: t.arg.string({
        required: false,
        description: `Only users whose name or address contains this text, at most ${maxTextCharacters} characters. The case of ASCII letters does not matter.`,
      }),
      sort: t.arg({
        type: UserSort,
        required: false,
        description:
          'The order. If absent or null, the oldest user is first. A cursor is valid in the order in which it was read, and refused in another.',
      }),
    },
    resolve: async (_root, { filter, search, sort: given, ...args }, context) => {
      const caller = await callerOf(context);
      const sort: Sort<UserListKey> = given == null ? oldestUserFirst : { by: given.by, descending: given.direction === 'DESCENDING' };
      const form = cursorsOf(sort);
      const page = pageRequestIn(args, form);
      const conditions = conditionsOf(filter ?? {}, search);
      const users = await context.services.userLists.list(caller, { ...conditions, page, sort });
      const connection = connectionBy(users, page, (user) => ({ at: placeOfUser(user, sort.by), id: user.id }), form);
      return { ...connection, count: () => context.services.userLists.count(caller, conditions) };
    },
  }),
);
