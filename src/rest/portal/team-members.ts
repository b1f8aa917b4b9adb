import { z } from 'zod';
import type { Caller } from '../../domain/access/actor.ts';
import type { User, UserSortKey } from '../../domain/directory/user.ts';
import { EmailAddress } from '../../domain/messaging/email-address.ts';
import { requireInTenant } from '../../services/access/permissions.ts';
import type { Services } from '../../services/index.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { encodePlainUsers, plainUserShape } from '../users/user-shape.ts';
import { optionalText } from '../validation.ts';

/** A member of the tenant as portals read it: a user, with some of the same under the names of an older service. */
export const memberShape = plainUserShape
  .extend({
    phone: plainUserShape.shape.phoneNumber.describe('The same as `phoneNumber`.'),
    profileImage: plainUserShape.shape.profilePictureUrl.describe('The same as `profilePictureUrl`.'),
    vendorId: z.string(),
    roleIds: z.array(z.string()),
    roles: plainUserShape.shape.tenants.element.shape.roles,
  })
  .meta({ id: 'Member', description: 'A member of the tenant. Somebody who was invited and has not accepted yet is not activated.' });

/** Encodes members of a tenant. */
export async function encodeMembers(
  services: Services,
  caller: Caller,
  { users, tenantId }: { users: readonly User[]; tenantId: string },
): Promise<z.input<typeof memberShape>[]> {
  const { id: vendorId } = await services.environment.publicSettings(caller);
  const encoded = await encodePlainUsers(
    services,
    caller,
    users.map((user) => ({ user, tenantId })),
  );
  return encoded.map((user) => {
    const roles = user.tenants.find((membership) => membership.tenantId === tenantId)?.roles ?? [];
    return { ...user, phone: user.phoneNumber, profileImage: user.profilePictureUrl, vendorId, roleIds: roles.map(({ id }) => id), roles };
  });
}

/** The columns of a table of members, by the names that portals give them. Any other one is sorted by the time of creation. */
const sortKeys: ReadonlyMap<string, UserSortKey> = new Map([
  ['name', 'name'],
  ['email', 'email'],
  ['lastLogin', 'lastLoginAt'],
  ['createdAt', 'createdAt'],
]);

const maxPageSize = 200;

/** Serves `GET /team/resources/members/v1`, from which portals show the members of a tenant. */
export const teamMembersRead: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url: '/team/resources/members/v1',
    config: { access: 'inTenant' },
    schema: {
      operationId: 'readTeamMembers',
      summary: 'Search, sort and page through the members of the tenant',
      tags: ['Portal'],
      querystring: z.object({
        pageOffset: z.coerce.number().int().min(0).max(1_000_000).default(0).describe('The number of the page. The first one is 0.'),
        pageSize: z.coerce
          .number()
          .int()
          .min(1)
          .default(50)
          .transform((size) => Math.min(size, maxPageSize))
          .describe(`The most items of a page, at most ${maxPageSize}.`),
        sortBy: optionalText().describe(`One of ${[...sortKeys.keys()].join(', ')}.`),
        sortDirection: z.enum(['asc', 'desc', 'ASC', 'DESC']).default('asc'),
        filter: optionalText().describe('A part of the name or of the address.'),
        searchFilter: optionalText().describe('The same as `filter`.'),
      }),
      response: {
        200: z.object({
          items: z.array(memberShape),
          totalItems: z.int(),
          totalPages: z.int(),
          totals: z.int().describe('The same as `totalItems`.'),
          pages: z.int().describe('The same as `totalPages`.'),
        }),
        ...errorResponses([], 400, 401, 403, 404),
      },
    },
    handler: async (request) => {
      const caller = await request.call.caller();
      const { tenantId } = requireInTenant(caller.actor);
      const { pageOffset, pageSize, sortBy, sortDirection, filter, searchFilter } = request.query;
      const text = searchFilter || filter || '';
      const part = {
        sort: { by: sortKeys.get(sortBy ?? '') ?? 'createdAt', descending: sortDirection.toLowerCase() === 'desc' },
        ...{ offset: pageOffset * pageSize, limit: pageSize },
      } as const;
      // A page of audit logs asks for the member of each address. By the whole address a member is found without looking at all of them.
      const exact = EmailAddress.read(text) === null ? null : await services.userLists.search(caller, { ...part, email: text });
      const { items, total } =
        exact !== null && exact.total > 0
          ? exact
          : await services.userLists.search(caller, { ...part, ...(text === '' ? {} : { containing: [text] }) });
      const pages = Math.ceil(total / pageSize);
      return {
        items: await encodeMembers(services, caller, { users: items, tenantId }),
        ...{ totalItems: total, totalPages: pages, totals: total, pages },
      };
    },
  });

/** Serves `GET /team/resources/stats/v1/members`. */
export const teamStatisticsRead: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url: '/team/resources/stats/v1/members',
    config: { access: 'inTenant' },
    schema: {
      operationId: 'readTeamStatistics',
      summary: 'Count the members of the tenant',
      tags: ['Portal'],
      response: {
        200: z.object({
          totalItems: z.int(),
          addedThisWeek: z.int().describe('Those who joined within the last seven days.'),
          superAdmins: z.int(),
        }),
        ...errorResponses([], 400, 401, 403, 404),
      },
    },
    handler: async (request) => {
      const { all, joined, superUsers } = await services.userLists.countMembers(await request.call.caller());
      return { totalItems: all, addedThisWeek: joined, superAdmins: superUsers };
    },
  });
