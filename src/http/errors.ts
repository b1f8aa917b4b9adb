import type { FastifyError } from 'fastify';
import { catalogue } from '../domain/error-catalogue.ts';
import { DomainError, Unavailable } from '../domain/errors.ts';
import { faultOf } from '../domain/fault.ts';
import type { Log } from '../domain/ports.ts';
import type { Call } from './call.ts';
import type { UnavailableLog } from './unavailable-log.ts';

/**
 * Converts anything thrown to an error of the catalogue; unknown errors become `INTERNAL`. Errors that the operator has to
 * act on are logged once, with the detail that is never sent to clients. Those of an overloaded server are counted instead.
 */
export function asDomainError(error: unknown, call: Call, { log, unavailable }: { log: Log; unavailable: UnavailableLog }): DomainError {
  const known = domainErrorOf(error);
  if (known instanceof Unavailable) {
    unavailable.count(known, call);
    return known;
  }
  if (known !== null && catalogue[known.code].audience !== 'operator') return known;
  const message = known === null || known.code === 'INTERNAL' ? 'unexpected error' : 'a request was refused; the operator has to act';
  log.error({ requestId: call.origin.requestId, ...faultOf(error) }, message);
  return known ?? new DomainError('INTERNAL');
}

/** Converts errors of Fastify by their codes. Null if the error is unknown. */
function domainErrorOf(error: unknown): DomainError | null {
  if (error instanceof DomainError) return error;
  // JavaScript can throw any value, even null and undefined.
  const { code, statusCode } = (error ?? {}) as Partial<FastifyError>;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new DomainError('PAYLOAD_TOO_LARGE');
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return new DomainError('UNSUPPORTED_MEDIA_TYPE');
  return statusCode !== undefined && statusCode >= 400 && statusCode < 500 ? new DomainError('BAD_REQUEST') : null;
}
