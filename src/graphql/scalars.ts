import { GraphQLError } from 'graphql';
import { builder } from './builder.ts';

/** Types of the scalars in resolvers. */
export type Scalars = {
  ID: { Input: string; Output: string };
  DateTime: { Input: Date; Output: Date };
  EmailAddress: { Input: string; Output: string };
  DataUri: { Input: string; Output: string };
};

const text = (name: string, value: unknown): string => {
  if (typeof value === 'string') return value;
  throw new GraphQLError(`${name} is a string.`, { extensions: { code: 'BAD_REQUEST' } });
};

builder.scalarType('DateTime', {
  description: 'An instant as RFC 3339 in UTC with milliseconds: `2026-03-02T09:14:05.123Z`.',
  serialize: (value) => value.toISOString(),
  parseValue: (value) => {
    const given = text('DateTime', value);
    const parsed = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/.test(given) ? new Date(given) : null;
    if (parsed === null || Number.isNaN(parsed.getTime())) throw new GraphQLError('DateTime is RFC 3339 in UTC.', { extensions: { code: 'BAD_REQUEST' } });
    return parsed;
  },
});

builder.scalarType('EmailAddress', {
  description: 'An e-mail address, `local@domain`, at most 254 characters (RFC 5321). Letter case makes no difference between users. Other text is answered with `InvalidInputError`.',
  serialize: (value) => value,
  parseValue: (value) => text('EmailAddress', value),
});

builder.scalarType('DataUri', {
  description: 'A picture as a data URI (RFC 2397): `data:image/png;base64,…`. Put it into `src` of an image as it is.',
  serialize: (value) => value,
  parseValue: (value) => text('DataUri', value),
});
