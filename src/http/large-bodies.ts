import { Transform } from 'node:stream';
import type { FastifyInstance, preParsingAsyncHookHandler } from 'fastify';
import { DomainError } from '../domain/errors.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether the environment token may send a body with a picture in it, which is longer than other bodies. */
    largeBody?: boolean;
  }
}

/** The longest request body that is accepted. */
export const bodyLimitBytes = 65_536;
/** The longest with the environment token, where a route takes pictures: the largest logo in base64, and a usual body around it. */
export const largeBodyLimitBytes = 6 * bodyLimitBytes;

/** Lets the routes that want it read large bodies of the environment token. Of everybody else they read no more than other routes do. */
export function acceptLargeBodies(app: FastifyInstance): void {
  app.addHook('onRoute', (route) => {
    if (route.config?.largeBody !== true) return;
    route.bodyLimit = largeBodyLimitBytes;
    route.preParsing = limitStrangers;
  });
}

const limitStrangers: preParsingAsyncHookHandler = async (request, reply, payload) => {
  const { 'content-length': length } = request.headers;
  if (length !== undefined && Number(length) <= bodyLimitBytes) return payload;
  // A token that is refused disturbs only operations that need one, so whoever sends it is a stranger here.
  const actor = await request.call.actor().catch(() => null);
  if (actor?.kind === 'ENVIRONMENT') return payload;
  const tooLarge = (): DomainError => {
    // What is left of the body is not read, so no other request can follow it.
    reply.header('connection', 'close');
    return new DomainError('PAYLOAD_TOO_LARGE');
  };
  if (length !== undefined) throw tooLarge();
  return payload.pipe(upToTheLimit(tooLarge));
};

/** Passes on a body that does not tell its length, and fails when it is too long. */
function upToTheLimit(tooLarge: () => DomainError): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      done(bytes > bodyLimitBytes ? tooLarge() : null, chunk);
    },
  });
}
