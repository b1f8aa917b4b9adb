import type { FastifyError } from 'fastify';
import { catalogue, DomainError } from '../domain/errors.ts';
import type { Log } from '../domain/ports.ts';

/**
 * Turns anything thrown into a refusal of the catalogue. What the operator has to act on is logged once, with the private
 * detail that never leaves the process; what is no refusal at all becomes `INTERNAL`.
 */
export function asDomainError(error: unknown, requestId: string, log: Log): DomainError {
  const known = domainErrorOf(error);
  if (known !== null && catalogue[known.code].audience !== 'operator') return known;
  const failure =
    error instanceof Error
      ? { name: error.name, reason: known?.detail ?? error.message, stack: error.stack, cause: String(error.cause ?? '') }
      : { reason: String(error) };
  const message = known === null || known.code === 'INTERNAL' ? 'unexpected error' : 'refused for lack of means';
  log.error({ requestId, ...failure }, message);
  return known ?? new DomainError('INTERNAL');
}

/** Refusals of the host itself, by Fastify's codes. */
function domainErrorOf(error: unknown): DomainError | null {
  if (error instanceof DomainError) return error;
  // Anything can be thrown, null and undefined included.
  const { code, statusCode } = (error ?? {}) as Partial<FastifyError>;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new DomainError('PAYLOAD_TOO_LARGE');
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return new DomainError('UNSUPPORTED_MEDIA_TYPE');
  return statusCode !== undefined && statusCode >= 400 && statusCode < 500 ? new DomainError('BAD_REQUEST') : null;
}
