import { z } from 'zod';
import type { MigratedUser } from '../../domain/account/user-migration.ts';
import { asMigrated, maxUsersOfACall, migrationStateOf } from '../../domain/account/user-migration.ts';
import { DomainError } from '../../domain/errors.ts';
import { userMigrationErrors } from '../../services/account/user-migrations.ts';
import { restErrors } from '../errors.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { id } from '../validation.ts';
import { bulkStateToWire, wireBulkStates } from '../wire-names.ts';
import { decodeImported, decodeImportedWithEmails, importedUser, importedUserWithEmails } from './imported-user.ts';

const tags = ['Migrations'];

/** The largest body in bytes, so that a thousand users have 2 KiB each, for the hash with its parameters, roles and metadata. It is read of nobody else. */
const bodyLimitBytes = 2_097_152;

interface Kind<User extends z.ZodType> {
  url: string;
  operationId: string;
  summary: string;
  user: User;
  decode(user: z.output<User>): MigratedUser;
}

/** Makes the route that starts a migration of users of one form. */
const starting =
  <User extends z.ZodType>({ url, operationId, summary, user, decode }: Kind<User>): RestRoute =>
  (app, { services }) =>
    app.route({
      method: 'POST',
      url,
      bodyLimit: bodyLimitBytes,
      config: { access: 'environment' },
      schema: {
        operationId,
        summary,
        description:
          'Each user as a single import does, in the order of the call. What is wrong with one keeps nobody else from being imported; the status tells it.',
        tags,
        body: z.object({ users: z.array(user).min(1).max(maxUsersOfACall) }),
        response: { 202: z.object({ migrationId: z.string() }), ...errorResponses(userMigrationErrors.start, 400, 401, 403, 413) },
      },
      handler: async (request, reply) => {
        const users = request.body.users.map(decode);
        const started = await services.migrations.start(await request.call.caller(), { users });
        return reply.code(202).send({ migrationId: started.id });
      },
    });

/** Serves `POST /migrations/v1/local/bulk`. */
export const bulkImport = starting({
  url: '/migrations/v1/local/bulk',
  operationId: 'importUsers',
  summary: 'Import many users from another system, one after the other after the answer; no mail is sent',
  user: importedUser,
  decode: (user) => asMigrated(decodeImported(user)),
});

/** Serves `POST /migrations/v2/local/bulk`. */
export const bulkImportWithEmails = starting({
  url: '/migrations/v2/local/bulk',
  operationId: 'importUsersWithEmails',
  summary: 'Import many users from another system who have several addresses, one after the other after the answer; no mail is sent',
  user: importedUserWithEmails,
  decode: decodeImportedWithEmails,
});

/** Serves `GET /migrations/v1/local/bulk/status/{migrationId}`. */
export const bulkImportStatus: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url: '/migrations/v1/local/bulk/status/:migrationId',
    config: { access: 'environment' },
    schema: {
      operationId: 'readMigration',
      summary: 'Read how far an import of many users is, who was imported and who was not; it can be read for 30 days after its end',
      tags,
      params: z.object({ migrationId: id() }),
      response: {
        200: z.object({
          migrationId: z.string(),
          state: z.enum(wireBulkStates),
          total: z.int(),
          migrated: z.int(),
          failed: z.int(),
          errors: z.array(z.object({ index: z.int(), email: z.string(), message: z.string() })),
          users: z.array(z.object({ id: z.string(), email: z.string() })),
        }),
        ...errorResponses(['MIGRATION_NOT_FOUND'], 400, 401, 403),
      },
    },
    handler: async (request) => {
      const caller = await request.call.caller();
      const [found] = await services.migrations.findMany(caller, { ids: [request.params.migrationId] });
      if (found === undefined) throw new DomainError('MIGRATION_NOT_FOUND');
      const { id: migrationId, total, migrated, failed } = found;
      const page = { limit: maxUsersOfACall, direction: 'forward', cursor: null } as const;
      const failures = failed === 0 ? [] : (await services.migrations.failures(caller, { id: migrationId, page })).items;
      return {
        migrationId,
        state: bulkStateToWire(migrationStateOf(found)),
        ...{ total, migrated, failed },
        errors: failures.map(({ number, email, code, message }) => ({ index: number, email, message: message ?? restErrors[code].text })),
        users: migrated === 0 ? [] : await services.migrations.migrated(caller, { id: migrationId }),
      };
    },
  });
