import { eventually, inParallel, openDeployment, pause, upTo } from '../support/deployment.ts';
import { verdictOf } from '../support/http.ts';
import {
  answerByApp,
  asEnvironment,
  audited,
  createPerson,
  createTenant,
  enroll,
  identity,
  logIn,
  logInCall,
  mfaTokenOf,
  must,
  totp,
} from '../support/story.ts';
import type { TcpProxy } from '../support/tcp-proxy.ts';
import { startTcpProxy, throughProxy } from '../support/tcp-proxy.ts';
import type { Fault } from './fault.ts';
import { faultsIn, histogram } from './fault.ts';

export const connectionsKilled: Fault = {
  id: 'R6',
  title: 'connections to PostgreSQL are killed in the middle of transactions',
  dbs: ['pg2'],
  async run({ short }) {
    const deployment = await openDeployment({ db: 'pg2' });
    const tenantId = await createTenant(deployment, 'killed-connections');
    const people = await inParallel(upTo(short ? 8 : 40), 4, async (index) =>
      enroll(deployment, await createPerson(deployment, tenantId, `r6-${index}`)),
    );
    const tokens = await inParallel(people, 4, (person) => mfaTokenOf(deployment, person));
    // The enrollment completed a login as well.
    const before = await inParallel(people, 4, (person) => audited(deployment, person.id, 'MFA_SUCCEEDED'));
    let killing = true;
    const database = new URL(deployment.databaseUrl).pathname.slice(1);
    const killer = (async () => {
      while (killing) {
        await deployment
          .query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and pid <> pg_backend_pid()', [database])
          .catch(() => undefined);
        await pause(200);
      }
    })();
    const statuses: (number | string)[] = [];
    let [accepted, doubles, missing] = [0, 0, 0];
    await inParallel(people, 4, async (person, index) => {
      const code = totp(person.secret);
      // Ten requests for one code, and whoever is told to come again comes again.
      const verdicts = await inParallel(upTo(10), 5, async () => {
        const answer = await deployment.send(answerByApp(tokens[index] ?? '', code)).catch(() => null);
        statuses.push(answer?.status ?? 'broken');
        await pause(100);
        return answer === null ? 'fault' : verdictOf(answer);
      });
      const told = verdicts.filter((verdict) => verdict === 'accepted').length;
      const counted = await eventually('an answer of the database', () => audited(deployment, person.id, 'MFA_SUCCEEDED').catch(() => undefined));
      const happened = counted - (before[index] ?? 0);
      accepted += told;
      if (told > 1 || happened > 1) doubles += 1;
      if (happened < told) missing += 1;
    });
    const until = performance.now() + (short ? 0 : 60_000);
    while (performance.now() < until) {
      for (const person of people.slice(0, 4)) statuses.push((await deployment.send(logInCall(person.email)).catch(() => null))?.status ?? 'broken');
    }
    killing = false;
    await killer;
    const recovered = await eventually('a login afterwards', async () =>
      (await deployment.send(logInCall(people[0]?.email ?? ''))).status === 200 ? true : undefined,
    );
    await deployment.close();
    const errors5xx = faultsIn(statuses);
    return {
      pass: accepted > 0 && doubles === 0 && missing === 0 && errors5xx === 0 && recovered,
      ...{ attempted: statuses.length, accepted, errors5xx, statuses: histogram(statuses), double_spends: doubles, acknowledged_and_lost: missing },
    };
  },
};

export const postgresCut: Fault = {
  id: 'R7',
  title: 'PostgreSQL cannot be reached for a while',
  dbs: ['pg2'],
  async run({ short }) {
    let proxy: TcpProxy | undefined;
    const deployment = await openDeployment({
      db: 'pg2',
      reach: async (url) => {
        proxy ??= await startTcpProxy(Number(new URL(url).port));
        return throughProxy(url, proxy);
      },
    });
    const person = await createPerson(deployment, await createTenant(deployment, 'cut'), 'cut');
    await logIn(deployment, person);
    const readiness = async (wanted: number): Promise<number> => {
      const since = performance.now();
      await eventually(
        `/ready with ${wanted}`,
        async () => ((await deployment.send({ path: '/ready' }, 0)).status === wanted ? true : undefined),
        30_000,
      );
      return Math.round(performance.now() - since);
    };
    proxy?.cut();
    const not_ready_ms = await readiness(503);
    const during = (await deployment.send(logInCall(person.email), 0)).status;
    await pause(short ? 2_000 : 30_000);
    proxy?.mend();
    const ready_ms = await readiness(200);
    const after = (await deployment.send(logInCall(person.email), 0)).status;
    await deployment.close();
    await proxy?.close();
    const pass = not_ready_ms <= 5_000 && ready_ms <= 5_000 && during === 503 && after === 200;
    return { pass, attempted: 2, accepted: after === 200 ? 1 : 0, errors5xx: faultsIn([during, after]), not_ready_ms, ready_ms, during, after };
  },
};

export const twoInstances: Fault = {
  id: 'R10',
  title: 'what one instance changes, the other sees',
  dbs: ['pg2'],
  async run() {
    const deployment = await openDeployment({ db: 'pg2' });
    const tenantId = await createTenant(deployment, 'two', 'DontForce');
    const person = await createPerson(deployment, tenantId, 'two');
    const headers = await asEnvironment(deployment, tenantId);
    const before = await must(deployment, logInCall(person.email), 1);
    await must(deployment, { method: 'PUT', path: `${identity}/configurations/v1/mfa-policy`, headers, body: { enforceMFAType: 'Force' } }, 0);
    const since = performance.now();
    await eventually('the new policy', async () => ((await must(deployment, logInCall(person.email), 1)).mfaRequired ? true : undefined));
    const seen_after_ms = Math.round(performance.now() - since);
    // A token of one instance is good at the other, and what one ends is over at the other.
    const me = { path: `${identity}/users/v2/me`, headers: { authorization: `Bearer ${before.accessToken}` } };
    const shared = (await deployment.send(me, 0)).status;
    await must(deployment, { method: 'POST', path: `${identity}/users/v1/${person.id}/lock`, headers }, 1);
    const ended = (await deployment.send(me, 0)).status;
    await deployment.close();
    return {
      pass: before.mfaRequired === false && shared === 200 && ended === 401 && seen_after_ms < 5_000,
      attempted: 4,
      accepted: 3,
      errors5xx: 0,
      seen_after_ms,
      shared,
      ended,
    };
  },
};
