import { z } from 'zod';
import { storable } from './validation.ts';

/** Most entries of a parameter that is a list. */
const maxEntries = 200;

/** A list in a query: `a,b`, or the parameter several times. What stands in brackets, such as `ids[]`, was put under the bare name before. */
export const listParameter = () =>
  z
    .union([storable(), z.array(storable())])
    .transform((given) => [given].flat().flatMap((text) => text.split(',').filter((entry) => entry !== '')))
    .pipe(z.array(z.string()).max(maxEntries))
    // Forms send parameters that nobody filled in, and mean no condition.
    .transform((entries) => (entries.length === 0 ? undefined : entries))
    .optional();

/** The parameters of a list that is read by pages, and sorted by one of the keys. A larger page than allowed is made smaller. */
export const pageParameters = <const Keys extends readonly [string, ...string[]]>(keys: Keys, defaultKey: Keys[number], maxLimit: number) => ({
  _offset: z.coerce.number().int().min(0).max(1_000_000).default(0).describe('The number of the page. The first one is 0.'),
  _limit: z.coerce
    .number()
    .int()
    .min(1)
    .default(50)
    .transform((limit) => Math.min(limit, maxLimit))
    .describe(`The most items of a page, at most ${maxLimit}.`),
  _sortBy: z
    .string()
    .default(defaultKey)
    .refine((key) => keys.includes(key), { params: { must: 'must be a valid enum value' } })
    .transform((key) => key as Keys[number])
    .describe(`One of ${keys.join(', ')}.`),
  _order: z.enum(['ASC', 'DESC']).default('ASC'),
});

/** A page of a list, with the URLs of its neighbors. A URL is empty where there is no such page. */
export const pageShape = <S extends z.ZodType>(item: S) =>
  z.object({
    items: z.array(item),
    _links: z.object({ next: z.string(), prev: z.string(), first: z.string(), last: z.string() }),
    _metadata: z.object({ totalItems: z.int(), totalPages: z.int() }),
  });

interface PageRead<T> {
  items: T[];
  total: number;
  /** The URL of the request, which the links repeat with other pages. */
  url: URL;
  offset: number;
  limit: number;
}

/** Encodes a page. */
export function encodePage<T>({ items, total, url, offset, limit }: PageRead<T>) {
  const pages = Math.ceil(total / limit);
  const linkTo = (page: number): string => {
    if (page < 0 || page >= pages) return '';
    const link = new URL(url);
    link.searchParams.delete('_offset');
    link.searchParams.delete('_limit');
    // Clients look for these two beside each other and in this order.
    const others = link.searchParams.toString();
    link.search = `${others === '' ? '' : `${others}&`}_offset=${page}&_limit=${limit}`;
    return link.href;
  };
  return {
    items,
    _links: { next: linkTo(offset + 1), prev: linkTo(Math.min(offset, pages) - 1), first: linkTo(0), last: linkTo(pages - 1) },
    _metadata: { totalItems: total, totalPages: pages },
  };
}

/**
 * Puts parameters that are written with brackets, such as `ids[]`, under their bare names.
 * The object has no prototype, so that a name such as `__proto__[]` is one like any other.
 */
export function withoutBrackets(query: Record<string, unknown>): Record<string, unknown> {
  const merged: Record<string, unknown> = Object.create(null);
  for (const [name, value] of Object.entries(query)) {
    const bare = name.endsWith('[]') ? name.slice(0, -2) : name;
    merged[bare] = Object.hasOwn(merged, bare) ? [merged[bare], value].flat() : value;
  }
  return merged;
}
