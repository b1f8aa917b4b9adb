import { z } from 'zod';
import { deviceName } from '../../domain/device/device-name.ts';
import { recentFactorSeconds } from '../../domain/session/session.ts';
import type { OwnSession } from '../../services/session/own-sessions.ts';
import { ownSessionErrors } from '../../services/session/own-sessions.ts';
import { builder } from '../builder/builder.ts';
import { connectionOf, pageRequest } from '../builder/connections.ts';
import { callerOf } from '../builder/context.ts';
import { idOf } from '../builder/input-rules.ts';
import { loadNodes } from '../builder/loaders.ts';
import { globalId } from '../builder/node-ids.ts';
import { resultUnion } from '../errors/placement.ts';

const UserSession = builder.objectRef<OwnSession>('UserSession');

builder.node(UserSession, {
  name: 'UserSession',
  description:
    'A living session of a user, which began with a login. The user and the environment token see it. It has no tokens; those are in the answer of the login.',
  access: 'somebody',
  id: { resolve: ({ id }) => id },
  loadManyWithoutCache: (ids, { loaders }) => loadNodes(loaders().sessions, ids),
  fields: (t) => ({
    restId: t.exposeString('id', { description: 'The id that tokens have as `sid` and that the audit trail names.' }),
    name: t.string({
      description:
        'The browser and operating system that logged in, for example `Chrome on Windows`. The browser reported them, and nothing verifies them.',
      resolve: ({ userAgent }) => deviceName(userAgent ?? ''),
    }),
    userAgent: t.exposeString('userAgent', {
      nullable: true,
      description:
        'What the browser that logged in reported, at most 200 characters. Null if it reported nothing, or if the session is older than this field.',
    }),
    clientAddress: t.exposeString('address', {
      nullable: true,
      description: 'The client address that logged in. Null if the session is older than this field.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the login was completed.' }),
    lastUsedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description:
        'When an application last got a new refresh token in the session. Null if none has since the login. Access tokens are used without changing this.',
      resolve: ({ createdAt, lastUsedAt }) => (lastUsedAt > createdAt ? lastUsedAt : null),
    }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'When the session ends for good, however often it is refreshed.' }),
    mfaProvenAt: t.expose('mfaProvenAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'When the session last proved a second factor that satisfies MFA. Null if it never did: after a login by the first factor alone, by a remembered device or by a code that was sent by e-mail.',
    }),
    current: t.exposeBoolean('current', { description: 'Whether it is the session of this request.' }),
  }),
});

/** The connection of sessions, which the root and users have. */
export const UserSessionConnection = builder.connectionObject({
  type: UserSession,
  name: 'UserSessionConnection',
  description: 'One page of the sessions of a user, newest first.',
});

builder.queryField('sessions', (t) =>
  t.field({
    type: UserSessionConnection,
    description: 'The living sessions of the user, newest first. Requires an access token of a user.',
    access: 'user',
    args: t.arg.connectionArgs(),
    resolve: async (_root, args, context) => {
      const caller = await callerOf(context);
      const page = pageRequest(args);
      const { ownSessions } = context.services;
      return { ...connectionOf(await ownSessions.list(caller, { page }), page), count: () => ownSessions.count(caller) };
    },
  }),
);

const EndSessionInput = builder.inputType('EndSessionInput', {
  description: 'The session to end.',
  validate: z.looseObject({ id: idOf('UserSession') }),
  fields: (t) => ({ id: t.id({ description: 'The global id or `restId` of a session of the user.' }) }),
});

const EndSessionSuccess = builder.objectRef<{ session: OwnSession }>('EndSessionSuccess').implement({
  description: 'The session has ended. Its tokens do not work any more.',
  fields: (t) => ({
    endedSessionId: t.id({ description: 'The global id that the session had.', resolve: ({ session }) => globalId('UserSession', session.id) }),
    current: t.boolean({
      description: 'Whether it was the session of this request, which then is logged out.',
      resolve: ({ session }) => session.current,
    }),
  }),
});

const EndOtherSessionsSuccess = builder.objectRef<{ ended: number }>('EndOtherSessionsSuccess').implement({
  description: 'The session of this request is the only one that the user has now.',
  fields: (t) => ({ endedCount: t.exposeInt('ended', { description: 'How many sessions were ended.' }) }),
});

const asks = `A user who has an authenticator must have verified a second factor in this session within the last ${recentFactorSeconds} seconds, so that a thief with a stolen session cannot end those of the owner.`;

builder.mutationFields((t) => ({
  endSession: t.field({
    type: EndSessionSuccess,
    description: `Ends one session of the user. ${asks} The session of this request can always be ended.`,
    access: 'user',
    errors: resultUnion('endSession', ownSessionErrors.end, 'INVALID_INPUT'),
    args: { input: t.arg({ type: EndSessionInput, description: 'The session to end.' }) },
    resolve: async (_root, { input: { id } }, context) => ({ session: await context.services.ownSessions.end(await callerOf(context), { id }) }),
  }),
  endOtherSessions: t.field({
    type: EndOtherSessionsSuccess,
    description: `Ends all sessions of the user but the one of this request. ${asks} Remembered devices stay.`,
    access: 'user',
    errors: resultUnion('endOtherSessions', ownSessionErrors.endOthers),
    resolve: async (_root, _args, context) => ({ ended: await context.services.ownSessions.endOthers(await callerOf(context)) }),
  }),
}));
