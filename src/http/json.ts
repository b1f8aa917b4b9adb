import type { FastifyInstance } from 'fastify';
import { DomainError } from '../domain/errors.ts';
import { holdsOnlyText } from '../domain/text.ts';

/**
 * Makes the server accept JSON in UTF-8 and no other body. Bytes that are not UTF-8 and halves of surrogate pairs are refused: replaced
 * by another character, they would make two different passwords the same. One byte order mark is ignored (RFC 8259 §8.1). An empty
 * body counts as no body, because some clients send the header without one.
 */
export function acceptJsonOnly(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const { 'content-type': type = '', 'content-encoding': encoding = '' } = request.headers;
    if (!isUtf8(type) || !isPlain(encoding)) return done(new DomainError('UNSUPPORTED_MEDIA_TYPE'));
    const text = decode(body as Buffer);
    if (text === null) return done(new DomainError('BAD_REQUEST'));
    if (text.trim() === '') return done(null, undefined);
    parse(request, text, (error, value) => (error === null && holdsOnlyText(value) ? done(null, value) : done(new DomainError('BAD_REQUEST'))));
  });
}

/** Tells whether a content type names no other charset than UTF-8, by the name `utf-8` or, as many programs write it, `utf8`. */
function isUtf8(contentType: string): boolean {
  const charsets = [...contentType.matchAll(/;\s*charset\s*=\s*(?:"([^"]*)"|([^\s;]*))/gi)].map(([, quoted, bare]) => quoted ?? bare ?? '');
  return charsets.every((charset) => /^utf-?8$/i.test(charset));
}

/** Tells whether a body is sent as it is. Compressed ones are not unpacked, because a small one can become very large. */
const isPlain = (contentEncoding: string): boolean => contentEncoding.split(',').every((coding) => /^\s*(identity)?\s*$/i.test(coding));

// The parser of JSON leaves one byte order mark out, and the decoder would leave out another.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Decodes UTF-8. Null if the bytes are something else. */
function decode(bytes: Buffer): string | null {
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
}
