import type { Socket } from 'node:net';
import type { Random } from '../domain/ports.ts';

/** Statuses of requests that Node's parser refuses, by error code. All other codes mean a bad request. */
const refusals: Readonly<Record<string, readonly [status: number, reason: string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'Request Header Fields Too Large'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'Request Timeout'],
};

/** Makes the handler of input that Node cannot parse as HTTP. It responds in the same form as other errors and closes the connection. */
export function createClientErrorHandler(random: Random) {
  return (error: Error & { code?: string }, socket: Socket): void => {
    if (error.code === 'ECONNRESET' || socket.destroyed) return;
    const [status, reason] = refusals[error.code ?? ''] ?? [400, 'Bad Request'];
    const body = JSON.stringify({ errors: [reason] });
    const headers = [
      `HTTP/1.1 ${status} ${reason}`,
      'content-type: application/json; charset=utf-8',
      `content-length: ${body.length}`,
      `frontegg-trace-id: ${random.uuid()}`,
      'cache-control: no-store',
      'connection: close',
    ];
    if (!socket.writable) return void socket.destroy();
    socket.end(`${headers.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
  };
}
