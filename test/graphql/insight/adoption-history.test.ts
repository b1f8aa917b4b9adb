import { afterAll, beforeAll, expect, test } from 'vitest';
import { adoptionOf, fullCount } from '../../support/adoption.ts';
import { asEnvironment, createRole, createTenant, createUser, identity, logIn, totp } from '../../support/builders.ts';
import { HandClock } from '../../support/clock.ts';
import { mutation } from '../../support/graphql-documents.ts';
import type { Harness, SentMessage } from '../../support/harness.ts';
import { collectingDelivery, dialect, openDatabase, openHarness, start } from '../../support/harness.ts';
import { selfService } from '../../support/self-service.ts';
import { newNumber, textedCode } from '../../support/sms.ts';
import { recover } from '../../support/step-up.ts';
import { createSecurityKey } from '../../support/webauthn.ts';
import { beginOwnEnrollment, offerWebAuthn, rest } from '../../support/webauthn-flows.ts';
import { seededRandom } from '../../trust/support/random.ts';

const seed = Number(process.env.ADOPTION_SEED ?? Math.floor(Math.random() * 2 ** 31));
const rounds = 40;
const atOnce = 8;
const tenants = ['north', 'east', 'south', 'west'];

let database: Awaited<ReturnType<typeof openDatabase>>;
/** Every instance of the deployment: two on PostgreSQL, which SQLite does not allow. */
let instances: Harness[];
let environment: Record<string, string>;
const mail: SentMessage[] = [];
beforeAll(async () => {
  database = await openDatabase();
  const clock = new HandClock(start);
  const options = { databaseUrl: database.url, clock, sms: true, ports: { delivery: collectingDelivery(mail, [], true) } };
  const open = async () => ({ ...(await openHarness(options)), mail });
  instances = dialect === 'postgres' ? [await open(), await open()] : [await open()];
  const [first] = instances as [Harness];
  environment = await asEnvironment(first);
  for (const tenantId of tenants) await createTenant(first, tenantId);
  await offerWebAuthn(first);
  await first.graphql(
    mutation('setMfaStrategy', 'mfaStrategies { active }').replace(/ {4}\.\.\. on InvalidInputError.*\n/, ''),
    { input: { strategy: 'SMS', active: true } },
    environment,
  );
}, 60_000);
afterAll(async () => {
  for (const instance of instances) await instance.close();
  await database.drop();
});

interface Person {
  id: string;
  email: string;
  headers?: Record<string, string>;
  secret?: string;
  recoveryCodes: string[];
}

test(`after a random history of public operations every count equals a full count (seed ${seed})`, { timeout: 120_000 }, async () => {
  const random = seededRandom(seed);
  const people: Person[] = [];
  const done = new Map<string, number>();
  let number = 0;
  const [first] = instances as [Harness];
  const anyone = (): Harness => random.pick(instances);
  const graphql = async (harness: Harness, name: string, input: object, headers = environment): Promise<boolean> => {
    const answer = await harness.graphql(mutation(name, '__typename'), { input }, headers);
    const result = Object.values(answer.data ?? {})[0] as { __typename?: string } | null | undefined;
    return result?.__typename === `${name.charAt(0).toUpperCase()}${name.slice(1)}Success`;
  };
  const worked = (answer: { statusCode: number }): boolean => answer.statusCode < 300;

  const arrives = async (harness: Harness): Promise<boolean> => {
    number += 1;
    const email = `person-${number}@acme.example`;
    const person = await createUser(harness, random.pick(tenants), email).catch(() => null);
    if (person !== null) people.push({ id: person.id, email, recoveryCodes: [] });
    return person !== null;
  };
  const logsIn = async (harness: Harness, person: Person): Promise<boolean> => {
    const answer = await logIn(harness, person.email);
    if (!worked(answer)) return false;
    const { accessToken, mfaToken } = answer.json<{ accessToken?: string; mfaToken?: string }>();
    const second = accessToken !== undefined || person.secret === undefined ? null : { mfaToken, value: totp(harness, person.secret) };
    const verified = second && (await harness.send({ method: 'POST', url: `${identity}/auth/v1/user/mfa/verify`, body: second }));
    const token = accessToken ?? (verified?.statusCode === 201 ? verified.json<{ accessToken: string }>().accessToken : undefined);
    if (token !== undefined) person.headers = { authorization: `Bearer ${token}` };
    return token !== undefined;
  };
  const inSession =
    (work: (harness: Harness, person: Person, headers: Record<string, string>) => Promise<boolean>) =>
    async (harness: Harness, person: Person): Promise<boolean> => {
      const headers = (await logsIn(harness, person)) ? person.headers : undefined;
      return headers !== undefined && work(harness, person, headers);
    };

  const operations: Record<string, (harness: Harness, person: Person) => Promise<boolean>> = {
    arrives,
    logsIn,
    enrollsApp: inSession(async (harness, person, headers) => {
      const shown = await selfService(harness, '/enroll', headers);
      if (!worked(shown)) return false;
      const { secret } = shown.json<{ secret: string }>();
      const confirmed = await selfService(harness, '/enroll/verify', headers, { token: totp(harness, secret) });
      if (worked(confirmed)) person.secret = secret;
      return worked(confirmed);
    }),
    enrollsKey: inSession(async (harness, _person, headers) => {
      const begun = await beginOwnEnrollment(harness, headers).catch(() => null);
      if (begun === null) return false;
      const deviceType = random.pick(['Platform', 'CrossPlatform'] as const);
      const options = createSecurityKey(deviceType === 'Platform' ? ({ attachment: 'platform' } as object) : {}).create(begun.options);
      return worked(await rest.ownEnrollVerify(harness, headers, { webauthnToken: begun.webauthnToken, deviceType, options }));
    }),
    enrollsPhone: inSession(async (harness, _person, headers) => {
      const phoneNumber = newNumber();
      const sent = await selfService(harness, '/sms/enroll', headers, { phoneNumber });
      if (!worked(sent)) return false;
      const code = await textedCode(harness, phoneNumber).catch(() => '');
      return worked(await selfService(harness, '/sms/enroll/verify', headers, { otcToken: sent.json<{ otcToken: string }>().otcToken, code }));
    }),
    removesApp: inSession(async (harness, { secret = '' }, headers) =>
      secret === '' ? false : worked(await selfService(harness, '/disable', headers, { token: totp(harness, secret) })),
    ),
    makesCodes: inSession(async (harness, person, headers) => {
      const { data } = await harness.graphql(mutation('generateRecoveryCodes', 'recoveryCodes'), { input: { replaceExisting: true } }, headers);
      const codes = (data?.generateRecoveryCodes as { recoveryCodes?: string[] } | null)?.recoveryCodes;
      person.recoveryCodes = codes ?? person.recoveryCodes;
      return codes !== undefined;
    }),
    recovers: async (harness, person) => {
      const code = person.recoveryCodes.pop();
      return code !== undefined && worked(await recover(harness, person.email, code));
    },
    isReset: (harness, { id }) => graphql(harness, 'resetUserMfa', { userId: id }),
    isLocked: (harness, { id }) => graphql(harness, 'lockUser', { userId: id }),
    isUnlocked: (harness, { id }) => graphql(harness, 'unlockUser', { userId: id }),
    isUnlockedAgain: (harness, { id }) => graphql(harness, 'unlockUser', { userId: id }),
    isExempt: (harness, { id }) => graphql(harness, 'updateUser', { userId: id, mfaBypass: random.below(2) === 0 }),
    isExemptForAWhile: (harness, { id }) => {
      const until = new Date(harness.clock.now().getTime() + random.pick([600, 86_400, 10 * 86_400]) * 1_000).toISOString();
      const tenantId = random.below(2) === 0 ? null : random.pick(tenants);
      return graphql(harness, 'grantMfaExemption', { userId: id, tenantId, until, reason: 'A lost phone.' });
    },
    exemptionIsEnded: async (harness, { id }) => {
      const [exemption] = await harness.app.store.mfaExemptions.lasting([id], harness.clock.now());
      return exemption !== undefined && graphql(harness, 'endMfaExemption', { exemptionId: exemption.id });
    },
    exemptionsExpire: async (harness) => {
      await harness.app.enforcement.run();
      return true;
    },
    joins: (harness, { id }) => graphql(harness, 'addUserToTenant', { userId: id, tenantId: random.pick(tenants) }),
    joinsByAddress: async (harness, { email }) =>
      worked(
        await harness.send({
          ...{ method: 'POST', url: `${identity}/users/v2`, body: { email } },
          headers: await asEnvironment(harness, random.pick(tenants)),
        }),
      ),
    isInvited: async (harness, { email }) => {
      const tenantId = random.pick(tenants);
      const { accessToken } = (await logIn(harness, `admin@${tenantId}.example`)).json<{ accessToken?: string }>();
      return accessToken !== undefined && graphql(harness, 'inviteUser', { email }, { authorization: `Bearer ${accessToken}` });
    },
    leaves: (harness, { id }) => graphql(harness, 'removeUserFromTenant', { userId: id, tenantId: random.pick(tenants) }),
    isDisabled: (harness, { id }) => graphql(harness, 'disableUser', { userId: id, tenantId: random.pick(tenants) }),
    isEnabled: (harness, { id }) => graphql(harness, 'enableUser', { userId: id, tenantId: random.pick(tenants) }),
    willLeave: (harness, { id }) => graphql(harness, 'setUserExpiry', { userId: id, tenantId: random.pick(tenants), expiresInSeconds: 300 }),
    isDeleted: (harness, { id }) => (random.below(3) > 0 ? Promise.resolve(false) : graphql(harness, 'deleteUser', { userId: id })),
    tenantMoves: async (harness) => {
      if (random.below(3) > 0) return false;
      return graphql(harness, 'moveTenantUsers', { fromTenantId: random.pick(tenants), toTenantId: random.pick(tenants) });
    },
    tenantIsDeleted: async (harness) => {
      if (random.below(6) > 0) return false;
      const tenantId = random.pick(tenants);
      const deleted = await graphql(harness, 'deleteTenant', { tenantId });
      if (deleted) await createTenant(harness, tenantId).catch(() => undefined);
      return deleted;
    },
    cleansUp: async (harness) => {
      await harness.app.cleanup.run();
      return true;
    },
    addsUp: async (harness) => {
      await harness.app.adoption.run();
      return true;
    },
    recounts: (harness) => graphql(harness, 'recountMfaAdoption', {}),
  };
  for (const tenantId of tenants) {
    const roleId = await createRole(first, tenantId, 'inviter', ['fe.secure.write.users']);
    await createUser(first, tenantId, `admin@${tenantId}.example`, { roleIds: [roleId] });
  }
  for (let count = 0; count < 6; count += 1) await arrives(first);

  // What gives somebody a factor comes more often than what takes it away.
  const giving = ['arrives', 'logsIn', 'enrollsApp', 'enrollsKey', 'enrollsPhone', 'makesCodes', 'makesCodes', 'recovers', 'removesApp'];
  const names = Object.keys(operations);
  for (let round = 0; round < rounds; round += 1) {
    environment = { authorization: `Bearer ${await first.environmentToken()}` };
    // All of a round run at once, some of them on the same person.
    const some = Array.from({ length: 3 }, () => random.pick(people));
    await Promise.all(
      Array.from({ length: atOnce }, async () => {
        const name = random.pick([...names, ...giving, ...giving]);
        if (await operations[name]?.(anyone(), random.pick(some))) done.set(name, (done.get(name) ?? 0) + 1);
      }),
    );
    first.clock.advance({ seconds: random.pick([31, 61, 400, 86_400, 86_400, 5 * 86_400]) });
    if (round % 10 !== 9) continue;
    environment = { authorization: `Bearer ${await first.environmentToken()}` };
    const actual = await fullCount(first);
    for (const owner of ['', ...tenants]) {
      const expected = actual.get(owner) ?? Object.fromEntries(Object.keys(actual.get('') ?? {}).map((name) => [name, 0]));
      expect(await adoptionOf(anyone(), owner === '' ? null : owner, environment), `${owner} after round ${round}`).toEqual(expected);
    }
    const { data } = await first.graphql(mutation('recountMfaAdoption', 'differences { name counted actual }'), { input: {} }, environment);
    expect(data?.recountMfaAdoption).toMatchObject({ differences: [] });
  }
  expect(done.size, `only ${[...done.keys()].join(' ')}`).toBeGreaterThan(names.length / 2);
});
