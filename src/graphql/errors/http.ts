import type { FastifyInstance } from 'fastify';
import { GraphQLError } from 'graphql';
import type { ErrorCode } from '../../domain/error-catalogue.ts';
import { isErrorCode, publicError } from './response.ts';

/**
 * Statuses of errors that arise before GraphQL starts. Proxies see nothing but the status. Errors of GraphQL itself are
 * answered with 200.
 */
const statuses: Partial<Record<ErrorCode, number>> = {
  BAD_REQUEST: 400,
  METHOD_NOT_ALLOWED: 405,
  PAYLOAD_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  UNAVAILABLE: 503,
};

/** Answers errors of the host in the shape of GraphQL, because clients of this path read no other. */
export function answerHostErrors(scope: FastifyInstance): void {
  scope.setErrorHandler((thrown, request, reply) => {
    const { message, extensions } = publicError(thrown instanceof GraphQLError ? thrown : scope.asDomainError(thrown, request));
    const { code, retryAfterSeconds } = extensions;
    if (typeof retryAfterSeconds === 'number') reply.header('retry-after', retryAfterSeconds);
    const status = (isErrorCode(code) ? statuses[code] : undefined) ?? 500;
    return reply.code(status).send({ errors: [{ message, extensions: { code, retryAfterSeconds, requestId: request.id } }] });
  });
}
