import type { GraphQLErrorOptions } from 'graphql';
import { GraphQLError } from 'graphql';

/** Makes the top-level error `BAD_REQUEST`. It is for problems of the document, its variables or the body, not of an input. */
export const badRequest = (message: string, options: Pick<GraphQLErrorOptions, 'nodes'> = {}): GraphQLError =>
  new GraphQLError(message, { ...options, extensions: { code: 'BAD_REQUEST' } });

/** Throws the error `BAD_REQUEST`. It is a function, so that it can stand in an expression. */
export function refuse(message: string): never {
  throw badRequest(message);
}
