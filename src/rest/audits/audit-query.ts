import { z } from 'zod';
import type { EventKind, EventSearch } from '../../domain/audit/event.ts';
import { optionalText } from '../validation.ts';
import { kindsOfAction, kindsOfSeverity } from './audit-shape.ts';

/** Most entries that one page holds. */
const maxCount = 1_000;
const instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text));
const timeRange = z.object({ $gt: instant.optional(), $gte: instant.optional(), $lt: instant.optional(), $lte: instant.optional() });

/** The times that a column of times is filtered by: JSON such as `{"$gt":"2026-01-01T00:00:00.000Z"}`. */
const createdAt = z
  .string()
  .transform((text, context) => {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      context.addIssue({ code: 'custom', params: { must: 'must be a JSON string' } });
      return z.NEVER;
    }
  })
  .pipe(timeRange)
  .optional();

/** The parameters by which entries are chosen. The name of a column filters by that column. */
export const auditConditions = {
  filter: optionalText().describe('A part of the action, of the address of the person, or of that of the client.'),
  createdAt: createdAt.describe('A range of times as JSON with `$gt`, `$gte`, `$lt` or `$lte`.'),
  email: optionalText().describe('A part of the address of the person.'),
  action: optionalText().describe('A part of the action.'),
  ip: optionalText().describe('A part of the address of the client.'),
  severity: optionalText().describe('Info, Medium, High or Critical.'),
  tenantId: optionalText().describe('Only entries of this tenant.'),
  sortBy: z.enum(['createdAt']).default('createdAt'),
  sortDirection: z.enum(['asc', 'desc', 'ASC', 'DESC']).default('desc'),
};

/** The parameters of a page. */
export const auditPage = {
  offset: z.coerce.number().int().min(0).max(1_000_000).default(0).describe('How many entries are skipped.'),
  count: z.coerce
    .number()
    .int()
    .min(1)
    .default(50)
    .transform((count) => Math.min(count, maxCount))
    .describe(`The most entries of a page, at most ${maxCount}.`),
};

const conditions = z.object(auditConditions);
type Conditions = z.output<typeof conditions>;

const both = (one: readonly EventKind[], other: readonly EventKind[]): EventKind[] => one.filter((kind) => other.includes(kind));

/** Makes the search from the conditions. Texts that are empty are no conditions. */
export function searchOf({
  filter,
  createdAt,
  email,
  action,
  ip,
  severity,
  tenantId,
  sortDirection,
}: Conditions): Omit<EventSearch, 'offset' | 'limit'> {
  const kinds = [action ? kindsOfAction(action) : undefined, severity ? kindsOfSeverity(severity) : undefined].filter((list) => list !== undefined);
  const [from, until] = [createdAt?.$gte ?? createdAt?.$gt, createdAt?.$lt ?? createdAt?.$lte];
  return {
    newestFirst: sortDirection.toLowerCase() === 'desc',
    ...(filter ? { text: { part: filter, kinds: kindsOfAction(filter) } } : {}),
    ...(email ? { email } : {}),
    ...(ip ? { address: ip } : {}),
    ...(tenantId ? { tenantId } : {}),
    ...(kinds.length === 0 ? {} : { kinds: kinds.reduce(both) }),
    ...(from === undefined ? {} : { from }),
    ...(until === undefined ? {} : { until }),
  };
}
