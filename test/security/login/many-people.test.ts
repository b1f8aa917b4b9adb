import { expect, test } from 'vitest';
import { DomainError } from '../../../src/domain/errors.ts';
import { enroll, logIn, mfaTokenFor, totp } from '../../support/builders.ts';
import { databaseForAnother, query } from '../../support/database.ts';
import { openHarness } from '../../support/harness.ts';
import { openInstances } from '../../support/instances.ts';
import { createForcedUser, verifyApp } from '../../support/requests.ts';
import { useHarness } from '../../support/use-harness.ts';

const people = 64;
const harness = useHarness(openInstances);

test('B1 64 people who log in at the same moment are all let in, and no guess stays charged', async () => {
  const crowd = [];
  for (let index = 0; index < people; index += 1) {
    const user = await createForcedUser(harness, `crowd-${index}`);
    crowd.push({ ...user, ...(await enroll(harness, user.email)) });
  }
  const logins = await Promise.all(crowd.map(({ email }) => logIn(harness, email)));
  expect(new Set(logins.map(({ statusCode }) => statusCode))).toEqual(new Set([200]));
  const answers = await Promise.all(
    crowd.map(({ secret }, index) => verifyApp(harness, logins[index]?.json<{ mfaToken: string }>().mfaToken ?? '', totp(harness, secret))),
  );
  expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([201]));
  expect(await query(harness, "select key from budgets where key like 'check:%'")).toEqual([]);
});

test('a guess that the server could not judge is given back: the person has all five left', async () => {
  const user = await createForcedUser(harness, 'unjudged');
  const { secret } = await enroll(harness, user.email);
  const mfaToken = await mfaTokenFor(harness, user.email);
  const broken = await openHarness({ databaseUrl: databaseForAnother(harness), clock: harness.clock });
  const unavailable = async () => {
    throw new DomainError('UNAVAILABLE', 'for the test');
  };
  const { advanceStep } = broken.app.store.authenticators;
  broken.app.store.authenticators.advanceStep = unavailable;
  for (let tries = 1; tries <= 6; tries += 1) expect((await verifyApp(broken, mfaToken, totp(harness, secret))).statusCode).toBe(503);
  broken.app.store.authenticators.advanceStep = advanceStep;
  broken.app.store.sessions.add = unavailable;
  for (let tries = 1; tries <= 6; tries += 1) expect((await verifyApp(broken, mfaToken, totp(harness, secret))).statusCode).toBe(503);
  const rows = await query(broken, 'select attempts from challenges where user_id = $1 and consumed_at is null', [user.id]);
  expect(rows).toEqual([{ attempts: 0 }]);
  await broken.close();
  expect((await verifyApp(harness, mfaToken, totp(harness, secret))).statusCode).toBe(201);
});
