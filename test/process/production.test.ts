import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { cleanUp, identity, send, start, workingFolder } from './server.ts';

afterAll(cleanUp);

const keys = Buffer.alloc(32, 3).toString('base64');
const clientId = '6da27373-1572-444f-b3c5-ef702ce65123';
const secret = 'chosen by the operator';

it('without keys production refuses to start, says what is missing, and leaves nothing behind', async () => {
  const cwd = await workingFolder();
  const server = await start(cwd, { NODE_ENV: 'production' });
  expect(await server.exited).toEqual({ code: 1, signal: null });
  expect(server.output()).toMatch(
    /^The settings are invalid:\n {2}SALLYPORT_KEYS: is required in production; make one with `npx sallyport keys new`\n$/,
  );
  expect(await readdir(cwd)).toEqual([]);
});

it('settings at fault are named all at once, their values never', async () => {
  const cwd = await workingFolder();
  const faults = {
    PORT: 'eighty',
    SMTP_URL: 'hunter2@mail',
    DATABASE_URL: 'mysql://root:hunter2@db/x',
    SALLYPORT_KEYS: 'hunter2',
    MAIL_FROM: 'nobody',
  };
  const server = await start(cwd, faults);
  expect(await server.exited).toEqual({ code: 1, signal: null });
  for (const name of Object.keys(faults)) expect(server.output()).toContain(`\n  ${name}: `);
  expect(server.output()).not.toMatch(/hunter2|eighty|nobody|node_modules|\n\s+at /);
  expect(await readdir(cwd)).toEqual([]);
});

it('T42 production seeds nobody, shows no development page, keeps the chosen secret to itself, and says why EmailCode stays off', async () => {
  const cwd = await workingFolder();
  const server = await start(cwd, {
    NODE_ENV: 'production',
    SALLYPORT_KEYS: keys,
    SALLYPORT_CLIENT_ID: clientId,
    SALLYPORT_SECRET: secret,
  });
  expect(server.output()).toContain(`Client id    ${clientId}`);
  expect(server.output()).not.toMatch(/Start page|GraphiQL|Demo users|curl|chosen by/);
  expect(await readdir(join(cwd, 'data'))).not.toContain('keys');

  for (const path of ['/', '/graphiql', '/dev/outbox', '/readme', '/openapi.json']) {
    const answer = await send(`${server.url}${path}`, undefined, { accept: 'text/html' });
    expect(answer, path).toMatchObject({ status: 404, body: { errors: ['Not found'], errorCode: 'ER-00004' } });
  }
  const introspection = await send(`${server.url}/graphql`, { query: '{ __schema { types { name } } }' });
  expect(introspection.text).toMatch(/^{"errors":.+introspection has been disabled/);
  expect(introspection.body).not.toHaveProperty('data');

  const demo = { email: 'dana@acme.example', password: 'sallyport-demo' };
  expect(await send(`${server.url}${identity}/auth/v1/user`, demo)).toMatchObject({ status: 401 });
  const { token } = (await send(`${server.url}/auth/vendor`, { clientId, secret })).body as { token: string };
  const switched = await send(
    `${server.url}${identity}/configurations/v1/mfa/strategies`,
    { strategy: 'EmailCode', isActive: true },
    { authorization: `Bearer ${token}` },
  );
  expect(switched).toMatchObject({
    status: 400,
    body: { errors: ['Strategy cannot be switched on: EmailCode needs a mail server: SMTP_URL is not set'] },
  });
  expect(await server.stop()).toEqual({ code: 0, signal: null });
  expect(server.output()).not.toContain(secret);
});
