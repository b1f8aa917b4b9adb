import type { Claim, Run } from './claim.ts';
import { clientId, openDeployment } from './support/deployment.ts';
import { graphqlCall, nodeIdsOf, restCall } from './support/fill.ts';
import type { Answer, Call } from './support/http.ts';
import { isFault, jsonOf } from './support/http.ts';
import { inputFieldsOf, publicMutations, restOperations, rootFields } from './support/operations.ts';
import { createPerson, createTenant, enroll, mfaTokenOf } from './support/story.ts';

const refreshCookie = `fe_refresh_${clientId.replace('-', '')}`;

/** Everywhere a token can be put, with a request to put it in. */
const placements: Readonly<Record<string, (call: Call, mfaToken: string) => Call>> = {
  bearer: (call, mfaToken) => ({ ...call, headers: { authorization: `Bearer ${mfaToken}` } }),
  'older header': (call, mfaToken) => ({ ...call, headers: { 'x-access-token': mfaToken } }),
  cookie: (call, mfaToken) => ({ ...call, headers: { cookie: `${refreshCookie}=${mfaToken}` } }),
  body: (call, mfaToken) => (isGraphql(call) || call.method === 'GET' ? call : { ...call, body: { ...(call.body as object), mfaToken } }),
  query: (call, mfaToken) => ({ ...call, path: `${call.path}?mfaToken=${mfaToken}&access_token=${mfaToken}` }),
};

const isGraphql = (call: Call): boolean => call.path.startsWith('/graphql');

/** Whether an answer says that nobody is logged in, or may do this. A document that was not understood says nothing about that. */
function refuses(answer: Answer): boolean {
  if (answer.status === 401 || answer.status === 403) return true;
  const { data, errors } = jsonOf(answer) ?? {};
  const codes = ((errors ?? []) as { extensions?: { code?: string } }[]).map(({ extensions }) => extensions?.code);
  const shown = Object.values((data ?? {}) as Record<string, unknown>).some((value) => value !== null);
  return !shown && codes.length > 0 && codes.every((code) => code === 'UNAUTHENTICATED' || code === 'FORBIDDEN');
}

async function run({ db, note }: Run) {
  const deployment = await openDeployment({ db });
  const person = await enroll(deployment, await createPerson(deployment, await createTenant(deployment, 'halfway'), 'halfway'));
  const mfaToken = await mfaTokenOf(deployment, person);
  const values = { id: person.id, userId: person.id, tenantId: person.tenantId, email: person.email, ...nodeIdsOf(`User:${person.id}`) };
  const rest = restOperations.filter(({ isPublic }) => !isPublic).map((operation) => ({ name: operation.id, call: restCall(operation, values) }));
  const graphql = rootFields
    .filter(({ name }) => !publicMutations.has(name))
    .map((field) => ({ name: `GraphQL ${field.name}`, call: graphqlCall(field, values, 1) }));
  // A refresh token is a credential as well: neither transport may take an mfaToken for one.
  const refreshes = [
    { name: 'refreshSession', call: { method: 'POST', path: '/identity/resources/auth/v1/user/token/refresh' } },
    ...rootFields
      .filter(({ name }) => name === 'refreshSession')
      .map((field) => ({ name: 'GraphQL refreshSession', call: graphqlCall(field, { ...values, refreshToken: mfaToken }, 1) })),
  ];
  const before = await deployment.query('select id from sessions');
  const exceptions: string[] = [];
  let [attempted, refused, errors5xx] = [0, 0, 0];
  const operations = [...rest, ...graphql];
  const present = async (name: string, how: string, call: Call, ok: (answer: Answer) => boolean): Promise<void> => {
    const answer = await deployment.send(call);
    attempted += 1;
    if (isFault(answer)) errors5xx += 1;
    if (ok(answer)) refused += 1;
    else exceptions.push(`${name} by ${how}: ${answer.status} ${answer.text.slice(0, 160)}`);
  };
  for (const { name, call } of operations) {
    for (const [how, place] of Object.entries(placements)) await present(name, how, place(call, mfaToken), refuses);
  }
  for (const { name, call } of refreshes) {
    for (const how of ['bearer', 'cookie'] as const) {
      const noToken = (answer: Answer): boolean => answer.status < 500 && !/accessToken":"|"accessToken": *"/.test(answer.text);
      await present(name, how, placements[how]?.(call, mfaToken) ?? call, noToken);
    }
  }
  const opened = (await deployment.query('select id from sessions')).length - before.length;
  // A mutation that takes an mfaToken and is not in the list of public ones would be tried as if it were not meant to take one.
  const unlisted = rootFields.filter((field) => !publicMutations.has(field.name) && inputFieldsOf(field).some(({ name }) => name === 'mfaToken'));
  exceptions.push(...unlisted.map(({ name }) => `${name} takes an mfaToken and is not listed as public`));
  await deployment.close();
  for (const exception of exceptions) note(exception);
  const pass = exceptions.length === 0 && opened === 0 && errors5xx === 0 && operations.length > 80;
  return { attempted, accepted: attempted - refused, refused, errors5xx, pass, operations: operations.length, opened, exceptions: exceptions.length };
}

export const preMfaToken: Claim = {
  id: 'B7',
  title: 'B7, T12: an mfaToken opens no operation that needs a login',
  dbs: ['sqlite', 'pg2'],
  shortDbs: ['sqlite'],
  run,
};
