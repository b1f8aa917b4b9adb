import SchemaBuilder from '@pothos/core';
import DataloaderPlugin from '@pothos/plugin-dataloader';
import ErrorsPlugin from '@pothos/plugin-errors';
import RelayPlugin from '@pothos/plugin-relay';
import ValidationPlugin from '@pothos/plugin-validation';
import { complexityError, limits } from '../limits/limits.ts';
import { accessPlugin } from './access-plugin.ts';
import { auditPlugin } from './audit-plugin.ts';
import type { Context } from './context.ts';
import { costPlugin } from './cost-plugin.ts';
import { badArguments, invalidInput } from './input-rules.ts';
import { relay } from './node-ids.ts';
import type { Scalars } from './scalar-types.ts';

/** The builder to which every noun adds its types and root fields. */
export const builder = new SchemaBuilder<{
  Context: Context;
  Scalars: Scalars;
  DefaultFieldNullability: false;
  DefaultInputFieldRequiredness: true;
  /** What resolvers of connections return beside the fields of Relay; `totalCount` calls it. */
  Connection: { count: () => Promise<number> };
  DefaultEdgesNullability: { list: false; items: false };
  DefaultNodeNullability: false;
}>({
  // The errors plugin comes first because it has to wrap the others.
  plugins: [ErrorsPlugin, auditPlugin, accessPlugin, costPlugin, RelayPlugin, DataloaderPlugin, ValidationPlugin],
  defaultFieldNullability: false,
  defaultInputFieldRequiredness: true,
  errors: {
    directResult: true,
    // The option says "unsafely" because problems of format are answered before authorization. They reveal nothing but this public schema.
    unsafelyHandleInputErrors: true,
    defaultUnionOptions: { name: ({ fieldName }) => `${fieldName.charAt(0).toUpperCase()}${fieldName.slice(1)}Result` },
  },
  complexity: { limit: { complexity: limits.complexity, depth: limits.depth }, defaultListMultiplier: limits.listFactor, complexityError },
  relay,
  // A mutation has one argument, `input`, and a union with the error about it. Arguments of queries are a part of the document.
  validation: { validationError: ({ issues }, args) => ('input' in args ? invalidInput(issues) : badArguments(issues)) },
});

builder.queryType({
  description:
    'All queries. The description of each field says which token it takes. Lists that can grow are connections. The current tenant is the one the header `frontegg-tenant-id` names for an environment token, and the one the access token is for otherwise.',
});
builder.mutationType({
  description:
    'All mutations. Each takes one `input` and answers with a union. Select `... on UserError` beside the success, so that errors added later are handled as well. One document may check only one password, secret or code.',
});

builder.globalConnectionField('totalCount', (t) =>
  t.int({
    nullable: true,
    description: 'The number of items in the whole list. It is counted only when selected. Null only if an error is reported with it.',
    resolve: ({ count }) => count(),
  }),
);
