import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { createClient } from '../../src/cli/client.ts';
import { document } from '../../src/cli/documents/document.ts';
import { Failure, Unreachable } from '../../src/cli/failure.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

const viewer = document<{ viewer: null }>('{ viewer { restId } }');
const refused = { errors: [{ message: 'Log in again.', extensions: { code: 'UNAUTHENTICATED' } }] };

/** A server that hands out the tokens `1`, `2` and so on, and answers everything else as told. */
async function stub(answer: (authorization: string) => { status?: number; body: unknown }) {
  const seen: { authorization: string; tenant: string | undefined }[] = [];
  let tokens = 0;
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const { authorization = '' } = request.headers;
    if (text.includes('authenticateEnvironment')) {
      tokens += 1;
      const result = { __typename: 'AuthenticateEnvironmentSuccess', accessToken: String(tokens) };
      return response.end(JSON.stringify({ data: { authenticateEnvironment: result } }));
    }
    seen.push({ authorization, tenant: request.headers['frontegg-tenant-id'] as string | undefined });
    const { status = 200, body } = answer(authorization);
    response.statusCode = status;
    return response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(
    () => void server.closeAllConnections(),
    () => void server.close(),
  );
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  const client = (tenantId: string | null = null) => createClient({ url, clientId: 'id', secret: 'hunter2', tenantId });
  return { client, seen, tokens: () => tokens };
}

it('asks for the token once, however many requests there are, and acts in the tenant', async () => {
  const { client, seen, tokens } = await stub(() => ({ body: { data: { viewer: null } } }));
  const asking = client('acme');
  await Promise.all([asking.ask(viewer, {}), asking.ask(viewer, {})]);
  await asking.ask(viewer, {});
  await client().ask(viewer, {});
  expect(tokens()).toBe(2);
  expect(seen.map(({ tenant }) => tenant)).toEqual(['acme', 'acme', 'acme', undefined]);
});

it('asks for another token when the first one has expired, and gives up if that is refused as well', async () => {
  const expired = await stub((authorization) => ({ body: authorization === 'Bearer 1' ? refused : { data: { viewer: null } } }));
  expect(await expired.client().ask(viewer, {})).toEqual({ viewer: null });
  expect(expired.tokens()).toBe(2);
  const never = await stub(() => ({ body: refused }));
  await expect(never.client().ask(viewer, {})).rejects.toThrow('Log in again.');
  expect(never.tokens()).toBe(2);
});

it('tells a server that is busy or away from one that refuses, and never repeats the secret', async () => {
  const failureOf = async (status: number, body: unknown): Promise<Failure> => {
    const { client } = await stub(() => ({ status, body }));
    return client()
      .ask(viewer, {})
      .then(
        () => new Failure(''),
        (error: Failure) => error,
      );
  };
  const busy = await failureOf(503, { errors: [{ message: 'Try again later.' }] });
  expect([busy instanceof Unreachable, busy.message]).toEqual([true, 'Try again later.']);
  expect(await failureOf(502, '<html>hunter2</html>')).toBeInstanceOf(Unreachable);
  const refusal = await failureOf(200, { errors: [{ message: 'No.' }] });
  expect([refusal instanceof Unreachable, refusal.message]).toEqual([false, 'No.']);
  for (const body of ['<html>hunter2</html>', { errors: ['hunter2'] }, '1', '[]', 'null']) {
    const { message } = await failureOf(404, body);
    expect(message).toMatch(/^What answers at http:\S+\/graphql is not Sallyport's GraphQL \(status 404\)/);
  }
});
