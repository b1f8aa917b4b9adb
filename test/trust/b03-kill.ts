import Database from 'better-sqlite3';
import type { Claim, Run } from './claim.ts';
import type { Deployment } from './support/deployment.ts';
import { openDeployment, pause, upTo } from './support/deployment.ts';
import { jsonOf } from './support/http.ts';
import type { SeededRandom } from './support/random.ts';
import { answerByApp, createPerson, createTenant, fieldOf, identity, logInCall, mutation, totp, wrongTotps } from './support/story.ts';

const mfa = `${identity}/auth/v1/user/mfa`;

/** Something that a server has acknowledged, and the question whether it is still so. */
interface Acknowledged {
  what: string;
  holds: () => Promise<boolean>;
}

/** One client of many: a person who enrolls, logs in, refreshes, guesses and logs out until the server is gone. */
async function live(
  deployment: Deployment,
  tenantId: string,
  name: string,
  log: Acknowledged[],
  gone: () => boolean,
  random: SeededRandom,
): Promise<void> {
  const count = async (sql: string, values: unknown[]): Promise<number> => (await deployment.query(sql, values)).length;
  const person = await createPerson(deployment, tenantId, name);
  log.push({ what: 'user', holds: async () => (await count('select id from users where id = $1', [person.id])) === 1 });
  const { mfaToken, secret } = jsonOf(await deployment.send(logInCall(person.email)));
  const enrolled = await deployment.send({ path: `${mfa}/authenticator/enroll/verify`, body: { mfaToken, token: totp(secret, -30) } });
  if (enrolled.status !== 201) return;
  log.push({ what: 'factor', holds: async () => (await count('select id from authenticators where user_id = $1', [person.id])) === 1 });
  let { refreshToken } = jsonOf(enrolled);
  let sessions = 1;
  let wrong = 0;
  let spent = '';
  const opened = (number: number) => async () =>
    (await count("select id from audit_events where user_id = $1 and kind = 'MFA_SUCCEEDED'", [person.id])) >= number;
  while (!gone()) {
    const choice = random.below(4);
    if (choice === 0 && spent === '') {
      // A login by a code: once acknowledged, the code must stay spent.
      const login = jsonOf(await deployment.send(logInCall(person.email)));
      spent = totp(secret);
      const answer = await deployment.send(answerByApp(login.mfaToken, spent));
      if (answer.status !== 201) return;
      sessions += 1;
      log.push({ what: 'login', holds: opened(sessions - 1) });
      const code = spent;
      log.push({
        what: 'spent code',
        holds: async () => {
          const again = jsonOf(await deployment.send(logInCall(person.email)));
          return (await deployment.send(answerByApp(again.mfaToken, code))).status >= 400;
        },
      });
    } else if (choice === 1) {
      const refreshed = fieldOf(
        await deployment.send(mutation('refreshSession', { refreshToken }, '... on RefreshSessionSuccess { session { refreshToken } }')),
      );
      if (refreshed?.session === undefined) return;
      refreshToken = refreshed.session.refreshToken;
      const newest = refreshToken;
      log.push({
        what: 'refresh',
        // A later refresh may have replaced it, which its event proves; the newest one has to work.
        holds: async () => newest !== refreshToken || /accessToken/.test((await deployment.send(refreshOf(newest))).text),
      });
    } else if (choice === 2 && wrong < 4) {
      const login = jsonOf(await deployment.send(logInCall(person.email)));
      const answer = await deployment.send(answerByApp(login.mfaToken, wrongTotps(secret, 1)[0] ?? ''));
      if (answer.status >= 500) return;
      wrong += 1;
      const charged = wrong;
      log.push({
        what: 'counter',
        holds: async () => (await count("select id from audit_events where user_id = $1 and kind = 'MFA_FAILED'", [person.id])) >= charged,
      });
    } else if (choice === 3 && sessions > 1) {
      const ended = await deployment.send(mutation('logOut', { refreshToken }));
      if (fieldOf(ended)?.__typename !== 'LogOutSuccess') return;
      const dead = refreshToken;
      refreshToken = '';
      log.push({ what: 'logout', holds: async () => !/accessToken":"/.test((await deployment.send(refreshOf(dead))).text) });
      return;
    }
  }
}

const refreshOf = (refreshToken: string) => mutation('refreshSession', { refreshToken }, '... on RefreshSessionSuccess { session { accessToken } }');

/** Rows of which one half is there and the other is not. */
async function halfStates(deployment: Deployment): Promise<number> {
  const unrecorded = `select a.id from authenticators a where not exists
    (select 1 from audit_events e where e.user_id = a.user_id and e.kind = 'FACTOR_ENROLLED')`;
  const memberless = 'select u.id from users u where not exists (select 1 from memberships m where m.user_id = u.id)';
  return (await deployment.query(unrecorded)).length + (await deployment.query(memberless)).length;
}

async function run({ db, short, random, note }: Run) {
  const [kills, clients] = short ? [6, 16] : [200, 32];
  const deployment = await openDeployment({ db, durable: true });
  const tenantId = await createTenant(deployment, 'killed');
  const lostWrites: string[] = [];
  const starts: number[] = [];
  let [acked, integrity_ok, halves] = [0, 0, 0];
  for (let kill = 0; kill < kills; kill += 1) {
    const log: Acknowledged[] = [];
    let gone = false;
    const victim = random.below(deployment.instances.length);
    const running = Promise.allSettled(upTo(clients).map((client) => live(deployment, tenantId, `k${kill}-c${client}`, log, () => gone, random)));
    // The load has begun once something was acknowledged; the moment after that is chosen at random.
    while (log.length === 0) await pause(5);
    await pause(50 + random.below(450));
    gone = true;
    deployment.instances[victim]?.kill('SIGKILL');
    await deployment.instances[victim]?.exited;
    await running;
    if (db === 'sqlite') {
      const database = new Database(deployment.databaseUrl.slice('file:'.length));
      if (database.pragma('integrity_check', { simple: true }) === 'ok') integrity_ok += 1;
      database.close();
    } else {
      integrity_ok += 1;
    }
    starts.push(await deployment.start(victim));
    for (const { what, holds } of log) if (!(await holds())) lostWrites.push(`kill ${kill}: ${what}`);
    acked += log.length;
    halves += await halfStates(deployment);
    if (kill % 20 === 19) note(`${kill + 1} kills, ${acked} acknowledged writes, ${lostWrites.length} lost`);
  }
  await deployment.close();
  for (const lost of lostWrites) note(`lost: ${lost}`);
  const slowestStart = Math.round(Math.max(...starts));
  const pass = lostWrites.length === 0 && integrity_ok === kills && halves === 0 && acked >= kills;
  return {
    ...{ attempted: acked, accepted: acked - lostWrites.length, refused: 0, errors5xx: 0, pass },
    ...{ kills, acked, lost: lostWrites.length, integrity_ok, half_states: halves, slowest_start_ms: slowestStart },
  };
}

export const kill: Claim = {
  id: 'B3',
  title: 'B3, R1, R9, R18: kill -9 during writes loses nothing that was acknowledged',
  dbs: ['sqlite', 'pg2'],
  shortDbs: ['sqlite'],
  run,
};
