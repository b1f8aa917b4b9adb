import { describe, expect, test } from 'vitest';
import { adoption, adoptionOf, fullCount } from '../../support/adoption.ts';
import { asEnvironment, createTenant, createUser, createUserInTenant, enroll, logIn, mfaTokenFor } from '../../support/builders.ts';
import { execute } from '../../support/database.ts';
import { mutation, run } from '../../support/graphql-documents.ts';
import { openHarness } from '../../support/harness.ts';
import { createForcedUser } from '../../support/requests.ts';
import { useHarness } from '../../support/use-harness.ts';

describe('a recount', () => {
  const harness = useHarness();
  const recount = async (input: object = {}) =>
    run(
      harness,
      mutation('recountMfaAdoption', 'tenantCount differences { tenant { restId } name dayStartsAt counted actual } next'),
      input,
      await asEnvironment(harness),
    );

  test('finds what was changed behind the back of the server, says so, and mends it', async () => {
    const user = await createForcedUser(harness, 'broken');
    await createUser(harness, 'broken', 'other@broken.example');
    await enroll(harness, user.email);
    await createUserInTenant(harness, 'whole');
    expect(await recount()).toMatchObject({ differences: [] });
    await harness.app.adoption.run();
    await execute(harness, "update adoption_totals set users = users + 7, sms = 3 where owner = 'tenant:broken'");
    await execute(harness, "update adoption_days set enrolled = 0, users = 9 where owner = 'tenant:broken' and users = 1 and enrolled = 1");
    await execute(harness, "delete from adoption_totals where owner = 'environment'");
    const { differences, tenantCount } = await recount();
    expect(tenantCount).toBe(2);
    const tenant = { restId: 'broken' };
    const dayStartsAt = '2026-03-02T00:00:00.000Z';
    expect(differences.filter((difference: { tenant: object | null }) => difference.tenant !== null)).toEqual(
      expect.arrayContaining([
        { tenant, name: 'USERS', dayStartsAt: null, counted: 9, actual: 2 },
        { tenant, name: 'SMS', dayStartsAt: null, counted: 3, actual: 0 },
        { tenant, name: 'USERS', dayStartsAt, counted: 9, actual: 1 },
        { tenant, name: 'ENROLLED', dayStartsAt, counted: 0, actual: 1 },
      ]),
    );
    expect(differences).toContainEqual({ tenant: null, name: 'USERS', dayStartsAt: null, counted: 0, actual: 3 });
    expect(await recount()).toMatchObject({ differences: [] });
    const actual = await fullCount(harness);
    for (const owner of ['', 'broken', 'whole'])
      expect(await adoptionOf(harness, owner === '' ? null : owner, await asEnvironment(harness))).toEqual(actual.get(owner));
  });

  test('mends a difference once, also if two recounts find it at once while people come and go', async () => {
    await harness.app.adoption.run();
    await execute(harness, "update adoption_totals set users = users + 5, locked = 2 where owner = 'environment'");
    let number = 0;
    const comes = async () => {
      number += 1;
      const user = await createUser(harness, 'whole', `comes-${number}@acme.example`);
      await logIn(harness, user.email);
    };
    await Promise.all([
      recount(),
      comes(),
      comes(),
      recount(),
      comes(),
      harness.app.adoption.run(),
      comes(),
      recount({ tenantId: 'whole' }),
      comes(),
    ]);
    expect(await recount()).toMatchObject({ differences: [] });
    expect(await adoptionOf(harness, null, await asEnvironment(harness))).toEqual((await fullCount(harness)).get(''));
  });

  test('goes on with the next tenants where the call before has ended', async () => {
    expect(await recount({ after: 'broken' })).toMatchObject({ tenantCount: 1, differences: [], next: null });
    expect(await recount({ tenantId: 'broken' })).toMatchObject({ tenantCount: 1, next: null });
  });
});

test('a tenant that is made again under the id of a deleted one has none of its counts', async () => {
  const harness = await openHarness();
  const user = await createForcedUser(harness, 'again');
  await mfaTokenFor(harness, user.email);
  await harness.app.cleanup.run();
  await run(harness, mutation('deleteTenant', '__typename'), { tenantId: 'again' }, await asEnvironment(harness));
  await createTenant(harness, 'again');
  const nothing = { now: { users: 0, activeLast30Days: 0 }, series: [], funnel: { challenged: 0, enrollmentsBegun: 0 } };
  const selection = 'now { users activeLast30Days } series { dayStartsAt } funnel { challenged enrollmentsBegun }';
  expect(await adoption(harness, selection, { tenantId: 'again' })).toEqual(nothing);
  await harness.app.adoption.run();
  expect(await adoption(harness, selection, { tenantId: 'again' })).toEqual(nothing);
  await harness.close();
});
