import type { Cursor } from '../../../domain/page.ts';
import type { OwnSession } from '../../../services/session/own-sessions.ts';
import type { ShownSession } from '../../views/account/sessions.tsx';
import { endSession, sessions } from '../../views/account/sessions.tsx';
import type { PagesNeeds } from '../needs.ts';
import { pageOf } from '../send.ts';
import type { AccountPart } from './part.ts';
import type { Person } from './person.ts';
import { formTo, parameterOf, partAt, secondsSince } from './person.ts';

const mostOnPage = 20;

/** Returns the place in the list that the address names. Null for the beginning, and for what is no place. */
function placeIn(text: string | null): Cursor | null {
  const [, milliseconds = '', id = ''] = /^(\d{1,14})_([\w-]+)$/.exec(text ?? '') ?? [];
  return id === '' ? null : { at: new Date(Number(milliseconds)), id };
}

async function shown(person: Person, session: OwnSession, needs: PagesNeeds): Promise<ShownSession> {
  const { id, userAgent, address, createdAt, lastUsedAt, mfaProvenAt, current } = session;
  return {
    ...{ id, userAgent, address, current, proven: mfaProvenAt !== null },
    begunSecondsAgo: secondsSince(createdAt, needs),
    usedSecondsAgo: lastUsedAt > createdAt ? secondsSince(lastUsedAt, needs) : null,
    form: current ? null : await formTo(person, needs, 'sessions/end', { id }),
  };
}

/** Where the person is signed in. */
export const sessionsPart: AccountPart = {
  name: 'sessions',
  parameters: ['after'],
  async show(person, needs) {
    const { request, caller } = person;
    const { ownSessions } = needs.services;
    const cursor = placeIn(parameterOf(request, 'after'));
    const { items, hasMore } = await ownSessions.list(caller, { page: { limit: mostOnPage, direction: 'forward', cursor } });
    const last = items.at(-1);
    const after = last === undefined ? '' : `${last.createdAt.getTime()}_${last.id}`;
    return pageOf(sessions, {
      sessions: await Promise.all(items.map((session) => shown(person, session, needs))),
      endOthers: (await ownSessions.count(caller)) > 1 ? await formTo(person, needs, 'sessions/end', { id: 'others' }) : null,
      signOut: await formTo(person, needs, 'sign-out'),
      olderHref: hasMore ? partAt('sessions', { after }) : null,
      newestHref: cursor === null ? null : partAt('sessions'),
    });
  },
  act: async () => ({ to: partAt('sessions') }),
};

/** The page that ends another session, or all others. The list leads here with its forms, and whoever has to prove a factor first comes back here. */
export const endSessionPart: AccountPart = {
  name: 'sessions/end',
  parameters: ['id'],
  sensitive: true,
  async show(person, needs) {
    const id = parameterOf(person.request, 'id') ?? '';
    const form = await formTo(person, needs, 'sessions/end', { id });
    if (id === 'others') return pageOf(endSession, { form, session: null });
    const [session] = await needs.services.userSessions.findMany(person.caller, { ids: [id] });
    if (session === undefined || session.current) return { to: partAt('sessions'), flash: { problem: { code: 'GONE' } } };
    return pageOf(endSession, { form, session: await shown(person, session, needs) });
  },
  async act({ request, reply, caller }, _fields, { services, cookies }) {
    const id = parameterOf(request, 'id') ?? '';
    if (id === 'others') {
      await services.ownSessions.endOthers(caller);
      return { to: partAt('sessions'), flash: { notice: 'SESSIONS_ENDED' } };
    }
    const { current } = await services.ownSessions.end(caller, { id });
    if (!current) return { to: partAt('sessions'), flash: { notice: 'SESSION_ENDED' } };
    await cookies.dropSession(reply);
    return { to: partAt('logout') };
  },
};
