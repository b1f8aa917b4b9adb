import { z } from 'zod';
import { whatEnds } from '../../domain/session/revocation.ts';
import { userSessionErrors } from '../../services/directory/user-sessions.ts';
import { builder } from '../builder/builder.ts';
import { connectionOf, pageRequest } from '../builder/connections.ts';
import { callerOf } from '../builder/context.ts';
import { id, idOf } from '../builder/input-rules.ts';
import { User } from '../builder/object-refs.ts';
import { resultUnion } from '../errors/placement.ts';
import { UserSessionConnection } from '../session/own-sessions.ts';
import { changedUser, userIdOf } from './target-user.ts';

builder.objectField(User, 'sessions', (t) =>
  t.field({
    type: UserSessionConnection,
    description: 'The living sessions of the user, newest first. Empty for another user, unless the caller has the environment token.',
    args: t.arg.connectionArgs(),
    resolve: async ({ id: userId }, args, context) => {
      const caller = await callerOf(context);
      const page = pageRequest(args);
      const { userSessions } = context.services;
      return { ...connectionOf(await userSessions.list(caller, { userId, page }), page), count: () => userSessions.count(caller, { userId }) };
    },
  }),
);

const userIdDescription =
  'The global id or `restId` of the user whose sessions end. An environment token must give it. If absent, it is the user of the access token. Null is refused.';

const RevokeSessionInput = builder.inputType('RevokeSessionInput', {
  description: 'The session to end.',
  validate: z.looseObject({ sessionId: idOf('UserSession'), userId: id.optional() }),
  fields: (t) => ({
    sessionId: t.id({ description: 'The global id or `restId` of the session.' }),
    userId: t.id({ required: false, description: userIdDescription }),
  }),
});

const RevokeAllSessionsInput = builder.inputType('RevokeAllSessionsInput', {
  description: 'The user whose sessions to end.',
  validate: z.looseObject({ userId: id.optional() }),
  fields: (t) => ({ userId: t.id({ required: false, description: userIdDescription }) }),
});

const RevokeSessionSuccess = changedUser(
  'RevokeSessionSuccess',
  'The session has ended. Its tokens do not work any more.',
  'The user, with the remaining sessions.',
);
const RevokeAllSessionsSuccess = changedUser(
  'RevokeAllSessionsSuccess',
  'The sessions have ended. Their tokens do not work any more.',
  'The user, with the remaining sessions.',
);

const who =
  'Users end their own, if whoever has an authenticator has verified a second factor in this session shortly before. An environment token ends those of every user it sees, and a user whose roles include `fe.secure.delete.sessions` those that members no more powerful have in the current tenant.';

builder.mutationFields((t) => ({
  revokeSession: t.field({
    type: RevokeSessionSuccess,
    description: `Ends one session of a user. ${who} The session of this request can always be ended.`,
    access: 'somebody',
    errors: resultUnion('revokeSession', userSessionErrors.revoke),
    args: { input: t.arg({ type: RevokeSessionInput, description: 'The session to end.' }) },
    resolve: async (_root, { input: { sessionId, userId } }, context) => ({
      user: await context.services.userSessions.revoke(await callerOf(context), { userId: userIdOf(userId), sessionId }),
    }),
  }),
  revokeAllSessions: t.field({
    type: RevokeAllSessionsSuccess,
    description: `Ends all sessions of a user, that of this request included. ${who} ${whatEnds('SESSIONS_REVOKED')}`,
    access: 'somebody',
    errors: resultUnion('revokeAllSessions', userSessionErrors.revoke),
    args: { input: t.arg({ type: RevokeAllSessionsInput, description: 'The user whose sessions to end.' }) },
    resolve: async (_root, { input: { userId } }, context) => ({
      user: await context.services.userSessions.revoke(await callerOf(context), { userId: userIdOf(userId), sessionId: null }),
    }),
  }),
}));
