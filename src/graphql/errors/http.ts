import type { FastifyInstance } from 'fastify';
import { GraphQLError } from 'graphql';
import type { ErrorCode } from '../../domain/errors.ts';
import { isErrorCode, publicError } from './response.ts';

/** Refusals before GraphQL begins, where the status is all a proxy sees. Others are answers of GraphQL, with 200. */
const statuses: Partial<Record<ErrorCode, number>> = { BAD_REQUEST: 400, PAYLOAD_TOO_LARGE: 413, UNSUPPORTED_MEDIA_TYPE: 415, UNAVAILABLE: 503 };

/** Errors of the host in the shape of GraphQL: clients of this path read no other. */
export function answerHostErrors(scope: FastifyInstance): void {
  scope.setErrorHandler((thrown, request, reply) => {
    const { message, extensions } = publicError(thrown instanceof GraphQLError ? thrown : scope.asDomainError(thrown, request));
    const { code, retryAfterSeconds } = extensions;
    if (typeof retryAfterSeconds === 'number') reply.header('retry-after', retryAfterSeconds);
    const status = (isErrorCode(code) ? statuses[code] : undefined) ?? 500;
    return reply.code(status).send({ errors: [{ message, extensions: { code, requestId: request.call.origin.requestId } }] });
  });
}
