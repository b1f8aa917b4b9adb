import SchemaBuilder from '@pothos/core';
import ComplexityPlugin from '@pothos/plugin-complexity';
import DataloaderPlugin from '@pothos/plugin-dataloader';
import ErrorsPlugin from '@pothos/plugin-errors';
import RelayPlugin from '@pothos/plugin-relay';
import ScopeAuthPlugin from '@pothos/plugin-scope-auth';
import ValidationPlugin from '@pothos/plugin-validation';
import { complexityError, limits } from '../limits/limits.ts';
import { auditPlugin } from './audit-plugin.ts';
import type { Context } from './context.ts';
import { invalidInput } from './input-rules.ts';
import { relay } from './node-ids.ts';
import type { Scalars } from './scalar-types.ts';
import type { Scopes } from './scopes.ts';
import { scopesOf, unauthorizedError } from './scopes.ts';

/** The builder every noun adds its types and root fields to. */
export const builder = new SchemaBuilder<{
  Context: Context;
  Scalars: Scalars;
  AuthScopes: Scopes;
  DefaultFieldNullability: false;
  DefaultInputFieldRequiredness: true;
  /** What resolvers of lists add to Relay's own shape. */
  Connection: { count: () => Promise<number> };
  DefaultEdgesNullability: { list: false; items: false };
  DefaultNodeNullability: false;
}>({
  // Errors first: it wraps the others.
  plugins: [ErrorsPlugin, auditPlugin, ScopeAuthPlugin, ComplexityPlugin, RelayPlugin, DataloaderPlugin, ValidationPlugin],
  defaultFieldNullability: false,
  defaultInputFieldRequiredness: true,
  errors: {
    directResult: true,
    // "Unsafely", because faults of format show before authorization. They reveal only this public schema.
    unsafelyHandleInputErrors: true,
    defaultUnionOptions: { name: ({ fieldName }) => `${fieldName.charAt(0).toUpperCase()}${fieldName.slice(1)}Result` },
  },
  scopeAuth: { authScopes: scopesOf, unauthorizedError },
  complexity: { limit: { complexity: limits.complexity, depth: limits.depth }, defaultListMultiplier: limits.listFactor, complexityError },
  relay,
  validation: { validationError: (failure) => invalidInput(failure.issues) },
});

builder.queryType({ description: 'Reads. Every field says which token it takes; lists that can grow are connections.' });
builder.mutationType({
  description:
    'Writes. Each takes one `input` and answers a union: select `... on UserError` beside the success, and new refusals cannot surprise you. ' +
    'One document may check one password, secret or code.',
});

builder.globalConnectionField('totalCount', (t) =>
  t.int({
    nullable: true,
    description: 'All items of the list, counted only when asked for. Null only together with an error.',
    resolve: ({ count }) => count(),
  }),
);
