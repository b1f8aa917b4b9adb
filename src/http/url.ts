import type { FastifyInstance } from 'fastify';
import { DomainError } from '../domain/errors.ts';

/**
 * Refuses requests whose URL holds something else than text: bytes beyond ASCII, a `%` that begins no byte, or bytes that are not UTF-8.
 * The parsers of paths and queries would pass them on undecoded or replaced. U+0000 is refused too, because PostgreSQL stores none.
 */
export function refuseMalformedUrls(app: FastifyInstance): void {
  app.addHook('onRequest', (request, _reply, done) => done(isText(request.raw.url ?? '') ? undefined : new DomainError('BAD_REQUEST')));
}

function isText(url: string): boolean {
  try {
    return /^[\x21-\x7e]*$/.test(url) && !(url.includes('%') && decodeURIComponent(url).includes('\0'));
  } catch {
    return false;
  }
}
