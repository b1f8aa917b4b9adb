import { z } from 'zod';
import type { Caller } from '../../domain/access/actor.ts';
import { maxInteger } from '../../domain/bounds.ts';
import type { UserSortKey } from '../../domain/directory/user.ts';
import { storedId } from '../../domain/ids.ts';
import type { Call } from '../../http/call.ts';
import type { UserConditions } from '../../services/directory/user-lists.ts';
import type { Services } from '../../services/index.ts';
import { encodePage, listParameter, pageParameters, pageShape } from '../lists.ts';
import type { RestNeeds, RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { optionalText } from '../validation.ts';
import { tenantSeenFrom } from './tenant-context.ts';
import type { SeenUser } from './user-shape.ts';
import { encodePlainUsers, encodeUsers, plainUserShape, userShape } from './user-shape.ts';

/** What users can be sorted by. Everybody has the same provider, so that the ids decide. */
const sortKeys = {
  ...{ createdAt: 'createdAt', name: 'name', email: 'email', id: 'id', verified: 'verified', isLocked: 'locked' },
  ...{ provider: 'id', tenantId: 'activeTenantId' },
} as const satisfies Record<string, UserSortKey>;
const sortNames = ['createdAt', 'name', 'email', 'id', 'verified', 'isLocked', 'provider', 'tenantId'] as const;

/** Most texts of each list of a search for phrases. Each is looked for in every user. */
const maxPhrases = 10;

const presets = ['mfa-unenrolled', 'breached-passwords', 'inactive'] as const;

const parameters = {
  ...pageParameters(sortNames, 'createdAt', 200),
  _email: optionalText().describe('The address, in any spelling of it.'),
  _tenantId: optionalText().describe('Only members of this tenant. A caller who acts in another one finds nobody.'),
  ids: listParameter().describe('Ids of users. Unknown ones are left out.'),
  _ids: listParameter().describe('The same as `ids`.'),
  _externalIds: listParameter().describe('Ids of users in a system of the operator.'),
  _identifier: optionalText().describe('What the address, the phone number or the user name begins with. `_identifierType` says which.'),
  _identifierType: z.enum(['email', 'phoneNumber', 'username']).nullish().describe('What begins with `_identifier`.'),
  _namePrefix: optionalText().describe('What the name begins with.'),
  _includeSubTenants: optionalText().describe('Ignored: tenants have no tenants below them.'),
  _filter: optionalText().describe('A part of the name or of the address.'),
  _preset: z
    .enum(presets)
    .nullish()
    .describe('Users without an authenticator; users whose password is known from a leak, which are none; users who have not logged in for long.'),
  _maxInactiveSeconds: z.coerce.number().int().min(1).max(maxInteger).optional().describe('How long the last login is ago at least. For `inactive`.'),
};

const phrases = () =>
  listParameter().refine((given) => (given?.length ?? 0) <= maxPhrases, { params: { must: `must have at most ${maxPhrases} texts` } });

const phraseParameters = {
  _phraseSearchContains: phrases().describe('Texts that all have to be in the name or the address.'),
  _phraseSearchExcludes: phrases().describe('Texts that may be in neither.'),
  _phraseSearchOptional: phrases().describe('Texts of which one has to be in one of them, unless there are texts that all have to be.'),
  _phraseSearchApproximate: optionalText().describe('Ignored: texts are found as they are written.'),
};

/** Requires the two parameters that go together, and the one that a preset needs. */
const complete = <S extends z.ZodObject<typeof parameters>>(schema: S): S =>
  schema.superRefine(({ _identifier, _identifierType, _preset, _maxInactiveSeconds }, context) => {
    const missing = (field: string): void => context.addIssue({ code: 'custom', path: [field], params: { missing: true } });
    if (_identifier && !_identifierType) missing('_identifierType');
    if (_identifierType && !_identifier) missing('_identifier');
    if (_preset === 'inactive' && _maxInactiveSeconds === undefined) missing('_maxInactiveSeconds');
  }) as S;

const query = complete(z.object(parameters));
const phraseQuery = complete(z.object({ ...parameters, ...phraseParameters }));

type Given = z.output<typeof query> & Partial<z.output<typeof phraseQuery>>;

/** Returns the conditions that parameters state. An empty one counts as absent, because forms send those that nobody filled in. */
function conditionsOf(given: Given): UserConditions {
  const ids = given.ids ?? given._ids;
  const byIdentifier = { email: 'emailPrefix', phoneNumber: 'phonePrefix', username: 'usernamePrefix' } as const;
  const containing = [...(given._filter ? [given._filter] : []), ...(given._phraseSearchContains ?? [])];
  return {
    ...(given._email ? { email: given._email } : {}),
    ...(given._tenantId ? { tenantId: given._tenantId } : {}),
    ...(ids === undefined ? {} : { ids: ids.map(storedId) }),
    ...(given._externalIds === undefined ? {} : { externalIds: given._externalIds }),
    ...(given._identifier && given._identifierType ? { [byIdentifier[given._identifierType]]: given._identifier } : {}),
    ...(given._namePrefix ? { namePrefix: given._namePrefix } : {}),
    ...(containing.length > 0 ? { containing } : {}),
    ...(given._phraseSearchExcludes === undefined ? {} : { excluding: given._phraseSearchExcludes }),
    ...(given._phraseSearchOptional === undefined ? {} : { containingAny: given._phraseSearchOptional }),
    ...(given._preset === 'mfa-unenrolled' ? { mfaEnrolled: false } : {}),
    ...(given._preset === 'breached-passwords' ? { passwordBreached: true } : {}),
    ...(given._preset === 'inactive' ? { inactiveSeconds: given._maxInactiveSeconds ?? 0 } : {}),
  };
}

/** Reads a page of users and encodes it. */
async function read<T>(
  call: Call,
  given: Given,
  url: string,
  { services, publicUrl }: RestNeeds,
  encode: (services: Services, caller: Caller, seen: readonly SeenUser[]) => Promise<T[]>,
) {
  const caller = await call.caller();
  const { _offset: offset, _limit: limit, _sortBy, _order } = given;
  const sort = { by: sortKeys[_sortBy], descending: _order === 'DESC' };
  const { items, total } = await services.userLists.search(caller, { ...conditionsOf(given), sort, offset: offset * limit, limit });
  const seen = items.map((user) => ({ user, tenantId: tenantSeenFrom(caller.actor, user) }));
  return encodePage({ items: await encode(services, caller, seen), total, url: new URL(`${publicUrl}${url}`), offset, limit });
}

/** Serves `GET /users/v3`. */
export const usersSearch: RestRoute = (app, needs) =>
  app.route({
    method: 'GET',
    url: '/users/v3',
    config: { access: 'permitted' },
    schema: {
      operationId: 'searchUsers',
      summary: 'Search, sort and page through users',
      tags: ['Users'],
      querystring: query,
      response: { 200: pageShape(plainUserShape), ...errorResponses([], 400, 401, 403, 404) },
    },
    handler: async (request) => read(request.call, request.query, request.originalUrl, needs, encodePlainUsers),
  });

/** Serves `GET /users/v1/query/phrase`. */
export const usersSearchByPhrase: RestRoute = (app, needs) =>
  app.route({
    method: 'GET',
    url: '/users/v1/query/phrase',
    config: { access: 'permitted' },
    schema: {
      operationId: 'searchUsersByPhrase',
      summary: 'Search users by texts in their names and addresses',
      tags: ['Users'],
      querystring: phraseQuery,
      response: { 200: pageShape(plainUserShape), ...errorResponses([], 400, 401, 403, 404) },
    },
    handler: async (request) => read(request.call, request.query, request.originalUrl, needs, encodePlainUsers),
  });

/** Makes a route of an older form, whose users come with their roles and permissions. */
const withRoles =
  (url: string, operationId: string): RestRoute =>
  (app, needs) =>
    app.route({
      method: 'GET',
      url,
      config: { access: 'permitted' },
      schema: {
        operationId,
        summary: 'Search, sort and page through users with their roles and permissions',
        tags: ['Users'],
        querystring: query,
        response: { 200: pageShape(userShape), ...errorResponses([], 400, 401, 403, 404) },
      },
      handler: async (request) => read(request.call, request.query, request.originalUrl, needs, encodeUsers),
    });

/** Serves `GET /users/v1`. */
export const usersSearchOldest = withRoles('/users/v1', 'searchUsersOldest');
/** Serves `GET /users/v2`. */
export const usersSearchOlder = withRoles('/users/v2', 'searchUsersOlder');
