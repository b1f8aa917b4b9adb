import type { FastifyInstance } from 'fastify';
import { DomainError } from '../domain/errors.ts';

/** Makes the server accept JSON in UTF-8 and no other body. An empty body counts as no body, because some clients send the header without one. */
export function acceptJsonOnly(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(request.headers['content-type'] ?? '')?.[1];
    if (charset !== undefined && charset.toLowerCase() !== 'utf-8') return done(new DomainError('UNSUPPORTED_MEDIA_TYPE'));
    if (typeof body === 'string' && body.trim() === '') return done(null, undefined);
    parse(request, body as string, (error, value) => (error === null ? done(null, value) : done(new DomainError('BAD_REQUEST'))));
  });
}
