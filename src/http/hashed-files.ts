import { createHash } from 'node:crypto';
import { extname } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** A file for browsers, as it is and compressed. */
export interface HashedFile {
  type: string;
  etag: string;
  plain: Buffer;
  gzipped: Buffer;
}

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
};
const compress = promisify(gzip);

/** Returns the hash of a content that stands in the name of its file. */
export const hashOf = (content: Buffer): string => createHash('sha256').update(content).digest('hex').slice(0, 16);

/** Returns the file of this content, compressed once. Its type follows from the extension of its name. */
export const hashedFile = async (name: string, plain: Buffer): Promise<HashedFile> => ({
  type: types[extname(name)] ?? 'application/octet-stream',
  etag: `"${hashOf(plain)}"`,
  plain,
  gzipped: await compress(plain),
});

/** Answers with a file whose name changes with its content, so that browsers keep it for good. Without a file the answer is that there is none. */
export function sendHashedFile(request: FastifyRequest, reply: FastifyReply, file: HashedFile | undefined): unknown {
  if (file === undefined) return reply.callNotFound();
  reply.header('cache-control', 'public, max-age=31536000, immutable').header('etag', file.etag).varyBy('accept-encoding').type(file.type);
  if (request.headers['if-none-match'] === file.etag) return reply.code(304).send();
  return /\bgzip\b/.test(request.headers['accept-encoding'] ?? '')
    ? reply.header('content-encoding', 'gzip').send(file.gzipped)
    : reply.send(file.plain);
}
