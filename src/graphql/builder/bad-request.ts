import type { GraphQLErrorOptions } from 'graphql';
import { GraphQLError } from 'graphql';

/** Makes the top-level error `BAD_REQUEST`, for what is wrong with the document, its variables or the body and not with an input. */
export const badRequest = (message: string, options: Pick<GraphQLErrorOptions, 'nodes'> = {}): GraphQLError =>
  new GraphQLError(message, { ...options, extensions: { code: 'BAD_REQUEST' } });

/** Throws `badRequest`. It is a function so that it can stand in an expression. */
export function refuse(message: string): never {
  throw badRequest(message);
}
