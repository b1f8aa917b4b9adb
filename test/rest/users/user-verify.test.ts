import { beforeAll, expect, test } from 'vitest';
import { asEnvironment, createTenant, identity, logIn, password } from '../../support/builders.ts';
import { expectStrangersRefused, expectUsersRefused } from '../../support/callers.ts';
import { call, expectEmpty, expectRefusal, refusal } from '../../support/rest.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness();
beforeAll(() => createTenant(harness, 'acme'));

const verify = async (id: string, more: object = {}) =>
  call(harness, 'POST', `/users/v1/${id}/verify`, { headers: { ...(await asEnvironment(harness)), ...more } });
const unverified = async (email: string): Promise<string> => {
  const body = { email, password, tenantId: 'acme' };
  return (await call(harness, 'POST', '/vendor-only/users/v1', { headers: await asEnvironment(harness), body })).json().id;
};

test('answers 200 with nothing, marks the address as verified and lets the user in; again is harmless', async () => {
  const id = await unverified('a@acme.example');
  expectRefusal(await logIn(harness, 'a@acme.example'), 401, refusal('Email is not verified', 'ER-01060'));
  expectEmpty(await verify(id), 200);
  expect((await logIn(harness, 'a@acme.example')).json()).toMatchObject({ emailVerified: true });
  expectEmpty(await verify(id), 200);
});

test('a content type without a body is no fault', async () => {
  expectEmpty(await verify(await unverified('b@acme.example'), { 'content-type': 'application/json' }), 200);
});

test('an unknown user answers 404, strangers get 401, users 403', async () => {
  const id = await unverified('c@acme.example');
  for (const nobody of ['00000000-0000-4000-8000-000000000000', 'c@acme.example']) {
    expectRefusal(await verify(nobody), 404, refusal('User not found'));
  }
  await expectStrangersRefused(harness, { method: 'POST', url: `${identity}/users/v1/${id}/verify` });
  await expectUsersRefused(harness, { method: 'POST', url: `${identity}/users/v1/${id}/verify` });
  expectRefusal(await logIn(harness, 'c@acme.example'), 401, refusal('Email is not verified', 'ER-01060'));
});
