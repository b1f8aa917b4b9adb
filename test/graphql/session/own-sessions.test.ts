import { beforeAll, describe, expect, test } from 'vitest';
import { asEnvironment, createUserInTenant, logIn, password, setPolicy, totp } from '../../support/builders.ts';
import { eventsOf } from '../../support/database.ts';
import { documents, run } from '../../support/graphql-documents.ts';
import { refresh } from '../../support/requests.ts';
import { addApp, ownUser, steppedUp } from '../../support/self-service.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness();

const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
const fields = 'id restId name userAgent clientAddress createdAt lastUsedAt expiresAt mfaProvenAt current';
interface Listed {
  id: string;
  restId: string;
  name: string;
  current: boolean;
  mfaProvenAt: string | null;
}
type Headers = Record<string, string>;

const bearer = (accessToken: string): Headers => ({ authorization: `Bearer ${accessToken}` });
const list = async (headers: Headers): Promise<Listed[]> => {
  const { data, errors } = await harness.graphql(`{ sessions { nodes { ${fields} } } }`, {}, headers);
  expect(errors).toBeUndefined();
  return (data as { sessions: { nodes: Listed[] } }).sessions.nodes;
};
/** A person without a factor who has signed in with three browsers, a minute apart. Answers the headers of each, oldest first. */
async function threeTimes(name: string) {
  const user = await createUserInTenant(harness, name);
  const sessions: { headers: Headers; refreshToken: string }[] = [];
  for (const userAgent of ['curl/8.5.0', firefox, '']) {
    const url = '/identity/resources/auth/v1/user';
    const body = { email: user.email, password };
    const answer = await harness.send({ method: 'POST', url, body, headers: { 'user-agent': userAgent }, address: '2001:db8::7' });
    const { accessToken, refreshToken } = answer.json<{ accessToken: string; refreshToken: string }>();
    sessions.push({ headers: bearer(accessToken), refreshToken });
    harness.clock.advance({ seconds: 60 });
  }
  return { ...user, sessions, headers: sessions.map(({ headers }) => headers) };
}
const codeOf = async (document: string, headers: Headers): Promise<string | undefined> =>
  (await harness.graphql(document, {}, headers)).errors?.[0]?.extensions.code;
const endOthers = 'mutation { endOtherSessions { __typename ... on EndOtherSessionsSuccess { endedCount } } }';

test('a user sees the own sessions, newest first, by browser, address and times; the one of the request is marked', async () => {
  const begun = harness.clock.now().getTime();
  const user = await threeTimes('seen');
  const at = (seconds: number): string => new Date(begun + seconds * 1000).toISOString();
  await refresh(harness, user.sessions[1]?.refreshToken ?? '');
  const node = { clientAddress: '2001:db8::7', lastUsedAt: null, mfaProvenAt: null, current: false };
  const ids = { id: expect.any(String), restId: expect.any(String), expiresAt: expect.any(String) };
  expect(await list(user.headers[1] ?? {})).toEqual([
    { ...ids, ...node, name: 'Unknown device', userAgent: null, createdAt: at(120) },
    { ...ids, ...node, name: 'Firefox on Linux', userAgent: firefox, createdAt: at(60), lastUsedAt: at(180), current: true },
    { ...ids, ...node, name: 'curl', userAgent: 'curl/8.5.0', createdAt: at(0) },
  ]);
});

test('pages follow each other, the whole is counted, and a session is found again by its id', async () => {
  const user = await threeTimes('paged');
  const query = 'query ($after: String) { sessions(first: 2, after: $after) { totalCount nodes { id } pageInfo { hasNextPage endCursor } } }';
  interface Page {
    sessions: { totalCount: number; nodes: { id: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string } };
  }
  const pageAfter = async (after: string | null) => ((await harness.graphql(query, { after }, user.headers[0])).data as unknown as Page).sessions;
  const first = await pageAfter(null);
  expect(first).toMatchObject({ totalCount: 3, pageInfo: { hasNextPage: true } });
  const second = await pageAfter(first.pageInfo.endCursor);
  expect(second.pageInfo.hasNextPage).toBe(false);
  const listed = await list(user.headers[0] ?? {});
  expect([...first.nodes, ...second.nodes]).toEqual(listed.map(({ id }) => ({ id })));
  const found = await harness.graphql(
    'query ($id: ID!) { node(id: $id) { id ... on UserSession { name } } }',
    { id: listed[1]?.id },
    user.headers[0],
  );
  expect(found.data?.node).toEqual({ id: listed[1]?.id, name: 'Firefox on Linux' });
});

test('one session is ended by either id, then all others; their tokens stop working, and each ending leaves an event', async () => {
  const user = await threeTimes('ended');
  const [oldest = {}, middle = {}, newest = {}] = user.headers;
  const [third, second] = await list(newest);
  expect(await run(harness, documents.endSession, { id: second?.id }, newest)).toEqual({
    ...{ __typename: 'EndSessionSuccess', endedSessionId: second?.id, current: false },
  });
  expect(await codeOf('{ sessions { totalCount } }', middle)).toBe('UNAUTHENTICATED');
  expect((await refresh(harness, user.sessions[1]?.refreshToken ?? '')).statusCode).toBe(401);
  expect((await harness.graphql(endOthers, {}, newest)).data).toEqual({
    endOtherSessions: { __typename: 'EndOtherSessionsSuccess', endedCount: 1 },
  });
  expect(await codeOf('{ sessions { totalCount } }', oldest)).toBe('UNAUTHENTICATED');
  expect((await harness.graphql(endOthers, {}, newest)).data).toMatchObject({ endOtherSessions: { endedCount: 0 } });
  expect(await list(newest)).toMatchObject([{ id: third?.id, current: true }]);
  const events = await eventsOf(harness, user.id, 'SESSION_ENDED');
  expect(events.map(({ reason }) => reason).sort()).toEqual(['by the user: 1 others', `by the user: ${second?.restId}`].sort());
  expect(await run(harness, documents.endSession, { id: third?.restId }, newest)).toMatchObject({ current: true });
  expect(await codeOf('{ sessions { totalCount } }', newest)).toBe('UNAUTHENTICATED');
});

test('a session of another user, one that has ended and one that never was get the same answer, and nothing ends', async () => {
  const [mine, other] = [await threeTimes('mine'), await threeTimes('theirs')];
  const own = mine.headers[2] ?? {};
  const [, ended] = await list(own);
  const [theirs] = await list(other.headers[2] ?? {});
  await run(harness, documents.endSession, { id: ended?.id }, own);
  const before = await list(other.headers[2] ?? {});
  const answers = [];
  for (const id of [theirs?.id, theirs?.restId, ended?.id, '00000000-0000-4000-8000-000000000000', '__proto__', "' or 1=1 --"]) {
    answers.push(await run(harness, documents.endSession, { id }, own));
  }
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  expect(answers[0]).toMatchObject({ __typename: 'SessionNotFoundError', code: 'SESSION_NOT_FOUND', path: ['input', 'id'] });
  const node = await harness.graphql('query ($id: ID!) { node(id: $id) { id } }', { id: theirs?.id }, own);
  expect(node).toEqual({ data: { node: null } });
  expect(await list(other.headers[2] ?? {})).toEqual(before);
});

test('only a user has sessions, and ids that could never be one are refused', async () => {
  const environment = await asEnvironment(harness);
  const [user] = (await threeTimes('formats')).headers;
  for (const document of ['{ sessions { totalCount } }', endOthers]) {
    expect(await codeOf(document, {})).toBe('UNAUTHENTICATED');
    expect(await codeOf(document, environment)).toBe('FORBIDDEN');
  }
  for (const id of ['', 'x'.repeat(201)]) expect(await run(harness, documents.endSession, { id }, user)).toMatchObject({ code: 'INVALID_INPUT' });
});

describe('of a user who has a factor', () => {
  let user: Awaited<ReturnType<typeof ownUser>>;
  let secret: string;
  beforeAll(async () => {
    user = await ownUser(harness, 'with-factor');
    secret = await addApp(harness, user.headers);
    await setPolicy(harness, { enforceMFAType: 'DontForce' }, user.tenantId);
  });

  test('T22 a session that has not proven it lately sees all sessions and ends none but itself, so that a thief cannot shut the owner out', async () => {
    const before = await list(user.headers);
    expect(before).toMatchObject([{ current: true, mfaProvenAt: null }]);
    const raised = await steppedUp(harness, (await loggedInAgain()).headers, secret);
    const [owners] = await list(raised);
    expect(owners).toMatchObject({ current: true, mfaProvenAt: expect.any(String) });
    const refused = await harness.graphql(documents.endSession, { input: { id: owners?.id } }, user.headers);
    expect(refused.errors?.[0]?.extensions).toMatchObject({ code: 'STEP_UP_REQUIRED', maxAge: 300 });
    expect(await codeOf(endOthers, user.headers)).toBe('STEP_UP_REQUIRED');
    expect(await list(raised)).toHaveLength(2);

    expect(await run(harness, documents.endSession, { id: before[0]?.id }, raised)).toMatchObject({ __typename: 'EndSessionSuccess' });
    expect(await codeOf('{ sessions { totalCount } }', user.headers)).toBe('UNAUTHENTICATED');
    harness.clock.advance({ seconds: 400 });
    expect(await codeOf(endOthers, raised)).toBe('STEP_UP_REQUIRED');
    expect(await run(harness, documents.endSession, { id: owners?.id }, raised)).toMatchObject({ current: true });
  });

  /** Another session of the person, which the policy lets in by the password alone. */
  async function loggedInAgain(): Promise<{ headers: Headers }> {
    const answer = (await logIn(harness, user.email)).json<{ mfaToken?: string; accessToken?: string }>();
    if (answer.accessToken !== undefined) return { headers: bearer(answer.accessToken) };
    const value = totp(harness, secret);
    const url = '/identity/resources/auth/v1/user/mfa/verify';
    const verified = await harness.send({ method: 'POST', url, body: { mfaToken: answer.mfaToken, value } });
    return { headers: bearer(verified.json<{ accessToken: string }>().accessToken) };
  }
});
