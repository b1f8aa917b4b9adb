import type { FastifyInstance, FastifyReply } from 'fastify';

/** Gives every reply `varyBy`, because a header that is set replaces what CORS has said before about the same answer. */
export function addVaryBy(app: FastifyInstance): void {
  app.decorateReply('varyBy', function (this: FastifyReply, header: string) {
    const others = this.getHeader('vary');
    return this.header('vary', others === undefined ? header : `${others}, ${header}`);
  });
}

declare module 'fastify' {
  interface FastifyReply {
    /** Says that the answer depends on a header of the request, beside those on which it depends already (RFC 9110 §12.5.5). */
    varyBy(header: string): FastifyReply;
  }
}
