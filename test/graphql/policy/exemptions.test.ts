import { beforeAll, describe, expect, test } from 'vitest';
import { asEnvironment, createRole, createTenant, createUser, createUserInTenant, identity, logIn, setPolicy } from '../../support/builders.ts';
import { giveAuthenticator } from '../../support/built-world.ts';
import { audited, eventsOf } from '../../support/database.ts';
import { daySeconds, end, grant, guardedTenant, inDays } from '../../support/enforcement.ts';
import { documents, mutation, run } from '../../support/graphql-documents.ts';
import type { Harness } from '../../support/harness.ts';
import { openInstances } from '../../support/instances.ts';
import { createForcedUser, refresh } from '../../support/requests.ts';
import { asUser, joinTenant } from '../../support/rest.ts';
import { roleIds } from '../../support/role-ids.ts';
import { useHarness } from '../../support/use-harness.ts';

const outcomeOf = async (harness: Harness, email: string): Promise<string> => {
  const body = (await logIn(harness, email)).json<{ accessToken?: string; mfaEnrolled?: boolean }>();
  return body.accessToken === undefined ? (body.mfaEnrolled ? 'VERIFY' : 'ENROLL') : 'SESSION';
};
const idOf = (granted: unknown): string => (granted as { exemption: { restId: string } }).exemption.restId;
type Listed = { restId: string; reason: string | null; lastsUntil: string | null; tenant: { restId: string } | null };
async function exemptionsOf(harness: Harness, id: string, headers?: Record<string, string>): Promise<Listed[]> {
  const document = 'query ($id: ID!) { user(id: $id) { mfaExemptions { restId reason lastsUntil tenant { restId } } } }';
  const { data } = await harness.graphql(document, { id }, headers ?? (await asEnvironment(harness)));
  return (data as { user: { mfaExemptions: Listed[] } }).user.mfaExemptions;
}

describe('an exemption', () => {
  const harness = useHarness(openInstances);

  test('opens logins until it ends by itself, is told to the person by mail, and leaves an event for its beginning and its end', async () => {
    const anna = await createForcedUser(harness, 'ends');
    const until = inDays(harness, 2);
    expect(await grant(harness, { userId: anna.id, until })).toMatchObject({
      exemption: { reason: 'The phone is lost.', lastsUntil: until, user: { restId: anna.id }, tenant: null, grantedBy: null },
    });
    expect(await outcomeOf(harness, anna.email)).toBe('SESSION');
    expect(await exemptionsOf(harness, anna.id)).toMatchObject([{ lastsUntil: until, tenant: null }]);
    await harness.app.outbox.flush();
    expect(harness.notices.filter(({ to }) => to === anna.email).map(({ kind }) => kind)).toEqual(['EXEMPTION_GRANTED']);
    harness.clock.advance({ seconds: 2 * daySeconds - 1 });
    expect(await outcomeOf(harness, anna.email)).toBe('SESSION');
    harness.clock.advance({ seconds: 1 });
    // It has ended for logins at this moment, whether or not the server has noticed.
    expect(await outcomeOf(harness, anna.email)).toBe('ENROLL');
    expect(await exemptionsOf(harness, anna.id)).toEqual([]);
    await harness.app.enforcement.run();
    await harness.app.enforcement.run();
    expect((await eventsOf(harness, anna.id, 'MFA_EXEMPTION_GRANTED')).map(({ reason }) => reason)).toEqual([`until ${until}: The phone is lost.`]);
    expect((await eventsOf(harness, anna.id, 'MFA_EXEMPTION_ENDED')).map(({ reason }) => reason)).toEqual(['expired']);
  });

  test('counts in the adoption until it has ended, once for a person who has several', async () => {
    const ben = await createForcedUser(harness, 'counted');
    const exempt = async () => {
      const document = '{ mfaAdoption(tenantId: "counted") { now { exempt } } }';
      const { data } = await harness.graphql(document, {}, await asEnvironment(harness));
      return (data as { mfaAdoption: { now: { exempt: number } } }).mfaAdoption.now.exempt;
    };
    expect(await exempt()).toBe(0);
    const one = idOf(await grant(harness, { userId: ben.id }));
    await grant(harness, { userId: ben.id, tenantId: 'counted', until: inDays(harness, 3) });
    expect(await exempt()).toBe(1);
    await end(harness, one);
    expect(await exempt()).toBe(1);
    harness.clock.advance({ seconds: 3 * daySeconds });
    await harness.app.enforcement.run();
    expect(await exempt()).toBe(0);
  });

  test('of the same person from the same owner takes the place of the one before', async () => {
    const carl = await createForcedUser(harness, 'replaced');
    const first = idOf(await grant(harness, { userId: carl.id, until: inDays(harness, 9) }));
    const second = idOf(await grant(harness, { userId: carl.id, until: inDays(harness, 1), reason: 'Shorter.' }));
    expect(await exemptionsOf(harness, carl.id)).toMatchObject([{ restId: second, reason: 'Shorter.' }]);
    expect(await end(harness, first)).toMatchObject({ code: 'EXEMPTION_NOT_FOUND' });
    harness.clock.advance({ seconds: daySeconds });
    expect(await outcomeOf(harness, carl.email)).toBe('ENROLL');
    expect(await audited(harness, carl.id, 'MFA_EXEMPTION_ENDED', 'replaced')).toBe(1);
  });

  test('can be ended before its time, once, and sessions stay', async () => {
    const dora = await createForcedUser(harness, 'ended');
    const id = idOf(await grant(harness, { userId: dora.id }));
    const { refreshToken } = (await logIn(harness, dora.email)).json<{ refreshToken: string }>();
    expect(await end(harness, id)).toMatchObject({ exemption: { restId: id, user: { restId: dora.id } } });
    expect(await end(harness, id)).toMatchObject({ code: 'EXEMPTION_NOT_FOUND' });
    expect(await outcomeOf(harness, dora.email)).toBe('ENROLL');
    expect((await refresh(harness, refreshToken)).statusCode).toBe(200);
  });

  test('of parallel ends exactly one ends it', async () => {
    const user = await createForcedUser(harness, 'ended-twice');
    const id = idOf(await grant(harness, { userId: user.id }));
    const ends = await Promise.all(Array.from({ length: 8 }, () => end(harness, id)));
    expect(ends.filter((answer) => (answer as { __typename: string }).__typename === 'EndMfaExemptionSuccess')).toHaveLength(1);
    expect(await audited(harness, user.id, 'MFA_EXEMPTION_ENDED')).toBe(1);
  });

  test('goes before an authenticator, and a step-up still needs one', async () => {
    const emil = await createForcedUser(harness, 'has-one');
    await giveAuthenticator(harness, emil.id, 'AUTHENTICATOR_APP');
    await grant(harness, { userId: emil.id });
    const headers = await asUser(harness, emil.email);
    expect(await run(harness, documents.generateStepUp, {}, headers)).toMatchObject({ __typename: 'StepUpChallenge' });
  });

  test('of a tenant opens logins to that tenant, and none that somebody else asks a second factor for', async () => {
    const flora = await createForcedUser(harness, 'mine');
    await createTenant(harness, 'theirs');
    await joinTenant(harness, flora.email, 'theirs');
    const enter = (tenantId: string) => harness.app.store.users.enterNext(flora.id, tenantId, harness.clock.now());
    await grant(harness, { userId: flora.id, tenantId: 'mine' });
    await enter('mine');
    expect(await outcomeOf(harness, flora.email)).toBe('SESSION');
    await enter('theirs');
    expect(await outcomeOf(harness, flora.email)).toBe('ENROLL');
    await enter('mine');
    // The session of the exempt tenant does not go on in the other one without a factor.
    const { refreshToken } = (await logIn(harness, flora.email)).json<{ refreshToken: string }>();
    const switched = await refresh(harness, refreshToken, { body: { tenantId: 'theirs' } });
    expect(switched.json()).toMatchObject({ mfaRequired: true });
    await setPolicy(harness, { enforceMFAType: 'Force' }, 'theirs');
    expect(await outcomeOf(harness, flora.email)).toBe('ENROLL');
    await setPolicy(harness, { enforceMFAType: 'DontForce' }, 'theirs');
    await setPolicy(harness, { enforceMFAType: 'Force' });
    expect(await outcomeOf(harness, flora.email)).toBe('ENROLL');
    await setPolicy(harness, { enforceMFAType: 'DontForce' });
    await enter('mine');
    expect(await outcomeOf(harness, flora.email)).toBe('SESSION');
  });

  test('is gone with the tenant that gave it, and with the person', async () => {
    const gone = await createUserInTenant(harness, 'kept');
    await createTenant(harness, 'gone');
    await joinTenant(harness, gone.email, 'gone');
    await grant(harness, { userId: gone.id, tenantId: 'gone' });
    const url = '/tenants/resources/tenants/v1/gone';
    expect((await harness.send({ method: 'DELETE', url, headers: await asEnvironment(harness) })).statusCode).toBe(200);
    expect(await exemptionsOf(harness, gone.id)).toEqual([]);
    expect((await harness.app.store.users.findMany([gone.id]))[0]?.exemptUntil).toBeNull();
    await grant(harness, { userId: gone.id });
    await run(harness, mutation('deleteUser', '__typename'), { userId: gone.id }, await asEnvironment(harness));
    expect(await harness.app.store.mfaExemptions.lasting([gone.id], harness.clock.now())).toEqual([]);
  });

  test('refuses what it cannot mean, and says which field', async () => {
    const user = await createForcedUser(harness, 'exact');
    const refused: [object, string][] = [
      [{ until: inDays(harness, 0) }, 'until'],
      [{ until: inDays(harness, 90.01) }, 'until'],
      [{ reason: '' }, 'reason'],
      [{ reason: 'x'.repeat(501) }, 'reason'],
    ];
    for (const [fields, field] of refused) {
      expect(await grant(harness, { userId: user.id, ...fields }), field).toMatchObject({
        code: 'INVALID_INPUT',
        issues: [{ path: ['input', field] }],
      });
    }
    expect(await grant(harness, { userId: user.id, tenantId: 'nowhere' })).toMatchObject({ code: 'TENANT_NOT_FOUND' });
    expect(await grant(harness, { userId: '00000000-0000-4000-8000-000000000000' })).toMatchObject({ code: 'USER_NOT_FOUND' });
    await createTenant(harness, 'not-a-member');
    expect(await grant(harness, { userId: user.id, tenantId: 'not-a-member' })).toMatchObject({ code: 'USER_NOT_FOUND' });
    expect(await grant(harness, { userId: user.id, until: inDays(harness, 90), reason: 'x'.repeat(500) })).toMatchObject({
      __typename: 'GrantMfaExemptionSuccess',
    });
  });
});

describe('the flag `mfaBypass`', () => {
  const harness = useHarness();

  test('shows as an exemption without an end, which an environment token ends alone', async () => {
    const { headers, tenantId } = await guardedTenant(harness, 'bypass');
    const gina = await createUser(harness, tenantId, 'gina@bypass.example', { mfaBypass: true });
    const [bypass] = await exemptionsOf(harness, gina.id);
    expect(bypass).toEqual({ restId: `bypass:${gina.id}`, reason: null, lastsUntil: null, tenant: null });
    const found = await harness.graphql('query ($id: ID!) { user(id: $id) { mfaExemptions { id } } }', { id: gina.id }, await asEnvironment(harness));
    const { id } = (found.data as { user: { mfaExemptions: [{ id: string }] } }).user.mfaExemptions[0];
    const node = await harness.graphql(
      'query ($id: ID!) { node(id: $id) { ... on MfaExemption { restId lastsUntil } } }',
      { id },
      await asEnvironment(harness),
    );
    expect(node.data?.node).toEqual({ restId: bypass?.restId, lastsUntil: null });
    const byUser = await harness.graphql(mutation('endMfaExemption', '__typename'), { input: { exemptionId: id } }, headers);
    expect(byUser.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    await setPolicy(harness, { enforceMFAType: 'Force' }, tenantId);
    expect(await outcomeOf(harness, gina.email)).toBe('SESSION');
    expect(await end(harness, id)).toMatchObject({ __typename: 'EndMfaExemptionSuccess' });
    expect(await end(harness, id)).toMatchObject({ code: 'EXEMPTION_NOT_FOUND' });
    expect(await outcomeOf(harness, gina.email)).toBe('ENROLL');
    expect(await audited(harness, gina.id, 'MFA_BYPASS_SET', 'off')).toBe(1);
  });
});

describe('who may exempt whom', () => {
  const harness = useHarness();
  let administrator: { id: string; headers: Record<string, string> };
  let member: { id: string; email: string };
  let stranger: { id: string; email: string };
  beforeAll(async () => {
    await createTenant(harness, 'own');
    const policyRole = await createRole(harness, 'own', 'policy', ['fe.secure.write.securityPolicy', 'fe.secure.read.securityPolicy']);
    const roleUrl = `${identity}/roles/v1/${policyRole}`;
    const changed = { method: 'PATCH', url: roleUrl, headers: await asEnvironment(harness, 'own'), body: { level: 9 } } as const;
    expect((await harness.send(changed)).statusCode).toBe(200);
    const admin = await createUser(harness, 'own', 'admin@own.example', { roleIds: [policyRole] });
    administrator = { id: admin.id, headers: await asUser(harness, admin.email) };
    member = await createUser(harness, 'own', 'member@own.example');
    stranger = await createUserInTenant(harness, 'other');
  });
  const codeOf = async (sent: Promise<unknown>): Promise<string | undefined> => {
    const answer = (await sent) as { code?: string; __typename?: string };
    return answer.code ?? answer.__typename;
  };
  const topLevel = async (name: string, input: object, headers: Record<string, string>) =>
    (await harness.graphql(mutation(name, '__typename'), { input }, headers)).errors?.[0]?.extensions.code;
  const fields = (userId: string, more: object = {}) => ({ userId, until: inDays(harness, 1), reason: 'A reason.', ...more });

  test('a user whose role may change the policy exempts members of the current tenant, from that tenant alone', async () => {
    expect(await grant(harness, fields(member.id), administrator.headers)).toMatchObject({
      exemption: { tenant: { restId: 'own' }, user: null, grantedBy: { restId: administrator.id } },
    });
    expect(await codeOf(grant(harness, fields(stranger.id), administrator.headers))).toBe('USER_NOT_FOUND');
    expect(await topLevel('grantMfaExemption', fields(member.id, { tenantId: 'other' }), administrator.headers)).toBe('FORBIDDEN');
    const ofEnvironment = idOf(await grant(harness, fields(member.id)));
    expect(await codeOf(end(harness, ofEnvironment, administrator.headers))).toBe('EXEMPTION_NOT_FOUND');
    const own = (await exemptionsOf(harness, member.id)).find(({ tenant }) => tenant !== null)?.restId ?? '';
    expect(await codeOf(end(harness, own, administrator.headers))).toBe('EndMfaExemptionSuccess');
  });

  test('nobody exempts somebody more powerful, nor without the permission, nor without a recent factor if they have one', async () => {
    const powerful = await createUser(harness, 'own', 'powerful@own.example', { roleIds: [roleIds.admin] });
    expect(await codeOf(grant(harness, fields(powerful.id), administrator.headers))).toBe('ROLE_LEVEL_TOO_LOW');
    const plain = await asUser(harness, member.email);
    expect(await topLevel('grantMfaExemption', fields(member.id), plain)).toBe('FORBIDDEN');
    expect(await topLevel('endMfaExemption', { exemptionId: 'whatever' }, plain)).toBe('FORBIDDEN');
    expect(await topLevel('grantMfaExemption', fields(member.id), {})).toBe('UNAUTHENTICATED');
    await giveAuthenticator(harness, administrator.id, 'AUTHENTICATOR_APP');
    expect(await topLevel('grantMfaExemption', fields(member.id), administrator.headers)).toBe('STEP_UP_REQUIRED');
  });

  test('an environment token that names a tenant gives the exemption of that one', async () => {
    const headers = await asEnvironment(harness, 'other');
    expect(await grant(harness, fields(stranger.id), headers)).toMatchObject({ exemption: { tenant: { restId: 'other' } } });
    expect(await codeOf(grant(harness, fields(member.id), headers))).toBe('USER_NOT_FOUND');
    expect(await topLevel('grantMfaExemption', fields(stranger.id, { tenantId: 'own' }), headers)).toBe('FORBIDDEN');
  });

  test('each reads what concerns them: the person all of their own, a reader of the policy those of the tenant and of the environment', async () => {
    await grant(harness, fields(member.id, { until: inDays(harness, 2) }));
    await grant(harness, fields(member.id, { tenantId: 'own' }));
    await joinTenant(harness, member.email, 'other');
    await grant(harness, fields(member.id, { tenantId: 'other' }));
    const owners = (list: Listed[]) => list.map(({ tenant }) => tenant?.restId ?? null).sort();
    expect(owners(await exemptionsOf(harness, member.id))).toEqual(['other', 'own', null].sort());
    const reader = await createUser(harness, 'own', 'reader@own.example', {
      roleIds: [await createRole(harness, 'own', 'reader', ['fe.secure.read.securityPolicy', 'fe.secure.read.users'])],
    });
    const asReader = await asUser(harness, reader.email);
    expect(owners(await exemptionsOf(harness, member.id, asReader))).toEqual([null, 'own'].sort());
    const colleague = await createUser(harness, 'own', 'colleague@own.example', {
      roleIds: [await createRole(harness, 'own', 'colleague', ['fe.secure.read.users'])],
    });
    expect(await exemptionsOf(harness, member.id, await asUser(harness, colleague.email))).toEqual([]);
    const list = '{ mfaExemptions(first: 1) { totalCount pageInfo { hasNextPage endCursor } nodes { lastsUntil tenant { restId } } } }';
    expect((await harness.graphql(list, {}, asReader)).data?.mfaExemptions).toMatchObject({ totalCount: 1, nodes: [{ tenant: { restId: 'own' } }] });
    const all = (await harness.graphql(list, {}, await asEnvironment(harness))).data?.mfaExemptions as {
      totalCount: number;
      pageInfo: { endCursor: string };
      nodes: { lastsUntil: string }[];
    };
    expect(all).toMatchObject({ totalCount: 4, pageInfo: { hasNextPage: true }, nodes: [{ lastsUntil: inDays(harness, 1) }] });
    const rest = 'query ($after: String) { mfaExemptions(after: $after) { nodes { lastsUntil } } }';
    const { mfaExemptions } = (await harness.graphql(rest, { after: all.pageInfo.endCursor }, await asEnvironment(harness))).data as {
      mfaExemptions: typeof all;
    };
    expect(mfaExemptions.nodes.map(({ lastsUntil }) => lastsUntil)).toEqual([inDays(harness, 1), inDays(harness, 1), inDays(harness, 2)]);
    const own = await asUser(harness, member.email);
    expect(owners(await exemptionsOf(harness, member.id, own))).toEqual([null, 'other', 'own'].sort());
  });
});
