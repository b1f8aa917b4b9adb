import { beforeAll, expect, test } from 'vitest';
import type { TestUser } from '../../support/builders.ts';
import { asEnvironment, createUserInTenant, enroll, setPolicy } from '../../support/builders.ts';
import { documents, run } from '../../support/graphql-documents.ts';
import { useHarness } from '../../support/use-harness.ts';

/** Authenticators, remembered devices and events, by their global ids. */
const harness = useHarness();
let user: TestUser;
let own: Record<string, string>;
beforeAll(async () => {
  user = await createUserInTenant(harness, 'nodes');
  await setPolicy(harness, { enforceMFAType: 'Force', allowRememberMyDevice: true, mfaDeviceExpiration: 3600 });
  own = { authorization: `Bearer ${(await enroll(harness, user.email)).accessToken}` };
  for (const id of ['one', 'two']) {
    const at = harness.clock.now();
    await harness.app.store.rememberedDevices.add({ id: `device-${id}`, userId: user.id, tokenHash: id, name: '', createdAt: at, lastUsedAt: at });
  }
});

interface Viewer {
  authenticators: { id: string; restId: string }[];
  rememberedDevices: { id: string; restId: string }[];
}
const viewer = async (): Promise<Viewer> => {
  const { data } = await harness.graphql('{ viewer { authenticators { id restId } rememberedDevices { id restId } } }', {}, own);
  return (data as { viewer: Viewer }).viewer;
};
const nodes = async (ids: string[]): Promise<unknown> => {
  const query = `query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Authenticator { label } ... on RememberedDevice { honored } ... on MfaEvent { kind } } }`;
  return (await harness.graphql(query, { ids }, own)).data?.nodes;
};

test('what belongs to a user is found again by its id, in the order that is asked for and for the statements of one', async () => {
  const { authenticators, rememberedDevices } = await viewer();
  const [authenticator] = authenticators;
  const ids = [...rememberedDevices.map(({ id }) => id), authenticator?.id ?? ''];
  expect(await nodes(ids)).toEqual([
    { id: ids[0], honored: true },
    { id: ids[1], honored: true },
    { id: ids[2], label: 'Authenticator app' },
  ]);
  const statements = async (wanted: string[]): Promise<number> => {
    harness.queries.length = 0;
    await nodes(wanted);
    return harness.queries.length;
  };
  expect(await statements(ids.slice(0, 2))).toBe(await statements(ids.slice(0, 1)));
});

test('mutations take global ids and those of REST', async () => {
  const { authenticators, rememberedDevices } = await viewer();
  const [one, two] = rememberedDevices;
  expect(await run(harness, documents.revokeRememberedDevice, { deviceId: one?.id }, own)).toMatchObject({
    __typename: 'RevokeRememberedDeviceSuccess',
  });
  expect(await nodes([one?.id ?? '', two?.id ?? ''])).toEqual([null, { id: two?.id, honored: true }]);
  expect(await run(harness, documents.revokeRememberedDevice, { deviceId: two?.restId }, own)).toMatchObject({
    __typename: 'RevokeRememberedDeviceSuccess',
  });
  for (const deviceId of [authenticators[0]?.id, authenticators[0]?.restId]) {
    const renamed = await run(harness, documents.renameAuthenticator, { deviceId, name: 'Mine' }, own);
    expect(renamed).toMatchObject({ authenticator: { label: 'Mine' } });
  }
  expect(await run(harness, documents.renameAuthenticator, { deviceId: two?.id, name: 'Mine' }, own)).toMatchObject({ code: 'DEVICE_NOT_FOUND' });
});

test('an expired device is no node any more', async () => {
  const at = harness.clock.now();
  await harness.app.store.rememberedDevices.add({ id: 'device-old', userId: user.id, tokenHash: 'old', name: '', createdAt: at, lastUsedAt: at });
  const [device] = (await viewer()).rememberedDevices;
  harness.clock.advance({ seconds: 600 });
  expect(await nodes([device?.id ?? ''])).toEqual([{ id: device?.id, honored: true }]);
  await setPolicy(harness, { enforceMFAType: 'Force', allowRememberMyDevice: true, mfaDeviceExpiration: 300 });
  expect(await nodes([device?.id ?? ''])).toEqual([null]);
});

test('the events of a list are nodes', async () => {
  const environment = await asEnvironment(harness, user.tenantId);
  const { data } = await harness.graphql('{ mfaEvents(first: 3) { nodes { id kind } } }', {}, environment);
  const { nodes: events } = (data as { mfaEvents: { nodes: { id: string; kind: string }[] } }).mfaEvents;
  const query = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on MfaEvent { kind } } }';
  expect((await harness.graphql(query, { ids: events.map(({ id }) => id) }, environment)).data?.nodes).toEqual(events);
  expect(await nodes(events.map(({ id }) => id))).toEqual([null, null, null]);
});
