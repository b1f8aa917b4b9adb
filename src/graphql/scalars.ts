import { GraphQLError } from 'graphql';
import { builder } from './builder.ts';

/** Types of the scalars in resolvers. */
export type Scalars = {
  ID: { Input: string; Output: string };
  DateTime: { Input: never; Output: Date };
  EmailAddress: { Input: string; Output: string };
  DataUri: { Input: never; Output: string };
};

builder.scalarType('DateTime', {
  description: 'An instant as RFC 3339 in UTC with milliseconds: `2026-03-02T09:14:05.123Z`.',
  serialize: (value) => value.toISOString(),
});

builder.scalarType('EmailAddress', {
  description:
    'An e-mail address, `local@domain`, at most 254 characters (RFC 5321). Letter case makes no difference between users. Other text is answered with `InvalidInputError`.',
  serialize: (value) => value,
  // Format is judged by the rules of the inputs, whose faults people get to read.
  parseValue: (value) => {
    if (typeof value === 'string') return value;
    throw new GraphQLError('EmailAddress is a string.', { extensions: { code: 'BAD_REQUEST' } });
  },
});

builder.scalarType('DataUri', {
  description: 'A picture as a data URI (RFC 2397): `data:image/png;base64,…`. Put it into `src` of an image as it is.',
  serialize: (value) => value,
});
