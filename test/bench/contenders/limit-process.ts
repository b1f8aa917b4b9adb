import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Database from 'better-sqlite3';

/**
 * The limit: what Node itself needs to read a request, to run one prepared statement on the same file, and to write its row as
 * JSON. It checks no token, keeps no log and knows no limits.
 */
const database = new Database(process.argv[2] ?? '', { readonly: true, fileMustExist: true });
const find = database.prepare(
  'select id, enforce_mfa_type, allow_remember_my_device, mfa_device_expiration_seconds, created_at, updated_at from mfa_policies where owner = ?',
);

interface Row {
  id: string;
  enforce_mfa_type: string;
  allow_remember_my_device: number;
  mfa_device_expiration_seconds: number;
  created_at: number;
  updated_at: number;
}

const read = (tenantId: unknown) => {
  const row = find.get(`tenant:${String(tenantId)}`) as Row;
  return {
    id: row.id,
    enforceMfaType: row.enforce_mfa_type,
    allowRememberMyDevice: row.allow_remember_my_device === 1,
    mfaDeviceExpirationSeconds: row.mfa_device_expiration_seconds,
    createdAt: new Date(row.created_at).toISOString(),
    updatedAt: new Date(row.updated_at).toISOString(),
  };
};

const server = createServer((request, response) => {
  const answer = (wrap: (policy: object) => object): void => {
    const body = JSON.stringify(wrap(read(request.headers['frontegg-tenant-id'])));
    response.writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'content-length': Buffer.byteLength(body) }).end(body);
  };
  if (request.method === 'GET') return answer((policy) => policy);
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    JSON.parse(Buffer.concat(chunks).toString());
    answer((mfaPolicy) => ({ data: { mfaPolicy } }));
  });
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`serves at http://127.0.0.1:${(server.address() as AddressInfo).port}\n`));
process.once('SIGTERM', () => process.exit());
