import { existsSync, renameSync, rmSync, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { eventually, openDeployment, pause, upTo } from '../support/deployment.ts';
import { verdictOf } from '../support/http.ts';
import { fakeTimeLibrary } from '../support/programs.ts';
import { quantile } from '../support/statistics.ts';
import {
  answerByApp,
  createPerson,
  createTenant,
  enroll,
  identity,
  logIn,
  logInCall,
  mfaTokenOf,
  mutation,
  setStrategy,
  totp,
  wrongTotps,
} from '../support/story.ts';
import type { Fault } from './fault.ts';
import { countOf, faultsIn, histogram } from './fault.ts';

export const clockSteps: Fault = {
  id: 'R8',
  title: 'T05: the clock steps forwards and backwards while the server runs',
  dbs: ['sqlite'],
  async run() {
    const library = fakeTimeLibrary();
    const clock = join(process.env.TMPDIR ?? '/tmp', `sallyport-clock-${process.pid}`);
    const set = async (seconds: number): Promise<void> => {
      await writeFile(clock, `${seconds < 0 ? '-' : '+'}${Math.abs(seconds)}`);
      await pause(200);
    };
    await set(0);
    const fake = {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: clock,
      FAKETIME_NO_CACHE: '1',
      DONT_FAKE_MONOTONIC: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    };
    const deployment = await openDeployment({ db: 'sqlite', settings: fake });
    const tenantId = await createTenant(deployment, 'clocks');
    const statuses: number[] = [];
    const problems: string[] = [];
    for (const [index, step] of [90, -90, 3_600, -3_600].entries()) {
      await set(0);
      const person = await enroll(deployment, await createPerson(deployment, tenantId, `clock-${index}`));
      const spent = totp(person.secret);
      const answer = async (code: string): Promise<number> => {
        const login = await deployment.send(logInCall(person.email));
        if (login.status !== 200) return login.status;
        const { status } = await deployment.send(answerByApp(JSON.parse(login.text).mfaToken, code));
        statuses.push(status);
        return status;
      };
      if ((await answer(spent)) !== 201) problems.push('the right code was refused before the clock moved');
      await set(step);
      if ((await answer(totp(person.secret))) < 400) problems.push(`${step} s: a code of another time was accepted`);
      if ((await answer(spent)) < 400) problems.push(`${step} s: a spent code was accepted`);
      if (step < 0 && (await answer(totp(person.secret, step))) < 400) problems.push(`${step} s: a code of before the last one was accepted`);
      await set(0);
      if ((await answer(spent)) < 400) problems.push(`after ${step} s: a spent code was accepted`);
    }
    await deployment.close();
    const errors5xx = faultsIn(statuses) + countOf(statuses, 503);
    return {
      pass: problems.length === 0 && errors5xx === 0,
      attempted: statuses.length,
      accepted: countOf(statuses, 201),
      errors5xx,
      statuses: histogram(statuses),
      problems,
    };
  },
};

export const restart: Fault = {
  id: 'R9',
  title: 'every instance is restarted',
  dbs: ['sqlite', 'pg2'],
  async run({ db }) {
    const deployment = await openDeployment({ db });
    const tenantId = await createTenant(deployment, 'restarts');
    const person = await enroll(deployment, await createPerson(deployment, tenantId, 'restarts'));
    const guesser = await enroll(deployment, await createPerson(deployment, tenantId, 'guesses'));
    const pending = await mfaTokenOf(deployment, person);
    const code = totp(person.secret);
    await deployment.send(answerByApp(await mfaTokenOf(deployment, person), code));
    for (const wrong of wrongTotps(guesser.secret, 5)) await deployment.send(answerByApp(await mfaTokenOf(deployment, guesser), wrong));
    for (const instance of deployment.instances.keys()) await deployment.restart(instance);
    const refresh = mutation('refreshSession', { refreshToken: person.refreshToken }, '... on RefreshSessionSuccess { session { accessToken } }');
    const found = {
      session_lives: verdictOf(await deployment.send(refresh)) === 'accepted',
      access_token_lives:
        (await deployment.send({ path: `${identity}/users/v2/me`, headers: { authorization: `Bearer ${person.accessToken}` } })).status === 200,
      spent_code_stays_spent: (await deployment.send(answerByApp(pending, code))).status >= 400,
      pending_login_goes_on: (await deployment.send(answerByApp(pending, totp(person.secret, 30)))).status === 201,
      counter_stands: (await deployment.send(answerByApp(await mfaTokenOf(deployment, guesser), totp(guesser.secret)))).status === 429,
    };
    await deployment.close();
    return { pass: Object.values(found).every(Boolean), attempted: 5, accepted: 3, errors5xx: 0, ...found };
  },
};

export const stopUnderLoad: Fault = {
  id: 'R11',
  title: 'SIGTERM while requests are under way',
  dbs: ['sqlite', 'pg2'],
  async run({ db }) {
    const deployment = await openDeployment({ db });
    const person = await createPerson(deployment, await createTenant(deployment, 'stops'), 'stops');
    const server = deployment.instances[0];
    if (server === undefined) throw new Error('there is no server');
    const statuses: (number | string)[] = [];
    let stopping = false;
    const clients = upTo(8).map(async () => {
      while (!stopping) {
        const answer = await deployment.send(logInCall(person.email), 0).catch((error: unknown) => (error as { code?: string }).code ?? 'broken');
        statuses.push(typeof answer === 'string' ? answer : answer.status);
        // A server that is about to end closes the connection with its answer, and a balancer then sends the next request elsewhere.
        // A connection that nobody has accepted yet is no request under way.
        if (typeof answer === 'string' || answer.headers.connection === 'close') return;
      }
    });
    await pause(1_000);
    const asked = performance.now();
    server.kill('SIGTERM');
    const exit = await server.exited;
    const exit_ms = Math.round(performance.now() - asked);
    stopping = true;
    await Promise.all(clients);
    const wal = join(deployment.folder, 'sallyport.db-wal');
    const checkpointed = db !== 'sqlite' || !existsSync(wal) || statSync(wal).size === 0;
    await deployment.start(0);
    await deployment.close();
    const resets = statuses.filter((status) => typeof status === 'string' && status !== 'ECONNREFUSED').length;
    const errors5xx = faultsIn(statuses);
    const pass = exit.code === 0 && exit_ms <= 12_000 && resets === 0 && errors5xx === 0 && checkpointed;
    return {
      pass,
      attempted: statuses.length,
      accepted: countOf(statuses, 200),
      errors5xx,
      statuses: histogram(statuses),
      exit,
      exit_ms,
      resets,
      checkpointed,
    };
  },
};

export const slowClients: Fault = {
  id: 'R13',
  title: 'clients that are slow or silent',
  dbs: ['sqlite'],
  async run({ short }) {
    const deployment = await openDeployment({ db: 'sqlite' });
    const { port } = new URL(deployment.instances[0]?.url ?? '');
    const head = `POST ${identity}/auth/v1/user HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n`;
    const beginnings = ['', head, `${head}Content-Length: 1000\r\n\r\n{`];
    const lives = upTo(short ? 60 : 900).map(
      (index) =>
        new Promise<number>((resolve) => {
          const since = performance.now();
          const socket = connect(Number(port), '127.0.0.1', () => socket.write(beginnings[index % beginnings.length] ?? ''));
          const drip = setInterval(() => socket.write(index % 3 === 1 ? 'x-a: b\r\n' : index % 3 === 2 ? 'x' : ''), 2_000);
          socket.on('error', () => undefined);
          socket.on('data', () => undefined);
          socket.on('close', () => {
            clearInterval(drip);
            resolve(performance.now() - since);
          });
        }),
    );
    const health: number[] = [];
    let open = true;
    const watching = (async () => {
      while (open) {
        health.push((await deployment.send({ path: '/health' })).milliseconds);
        await pause(250);
      }
    })();
    const times = await Promise.all(lives);
    open = false;
    await watching;
    await deployment.close();
    const longest_s = Math.round(Math.max(...times) / 1000);
    const health_p95_ms = Math.round(quantile(health, 0.95));
    // Headers have ten seconds, whole requests fifteen, and both are looked after every few seconds.
    return { pass: longest_s <= 21 && health_p95_ms < 100, attempted: times.length, accepted: 0, errors5xx: 0, longest_s, health_p95_ms };
  },
};

export const mailDown: Fault = {
  id: 'R14',
  title: 'the mail server refuses for now, and the receiver of texts fails',
  dbs: ['sqlite', 'pg2'],
  async run({ db }) {
    const deployment = await openDeployment({ db });
    await setStrategy(deployment, 'EmailCode');
    const person = await createPerson(deployment, await createTenant(deployment, 'mail'), 'mail');
    const { mfaToken } = await logIn(deployment, person);
    deployment.mail.busy = true;
    const sent = await deployment.send({ path: `${identity}/auth/v1/user/mfa/emailcode`, body: { mfaToken } });
    const { otcToken } = JSON.parse(sent.text);
    await pause(1_500);
    const early = deployment.mail.received.filter(({ to }) => to === person.email).length;
    deployment.mail.busy = false;
    const since = performance.now();
    const mail = await eventually('the e-mail', () => deployment.mail.received.find(({ to }) => to === person.email), 90_000);
    const delivered_after_ms = Math.round(performance.now() - since);
    const code = /\b\d{6}\b/.exec(mail.text)?.[0];
    const used = await deployment.send({ path: `${identity}/auth/v1/user/mfa/emailcode/verify`, body: { mfaToken, otcToken, code } });
    await deployment.close();
    const pass = sent.status === 201 && sent.milliseconds < 300 && early === 0 && used.status === 201;
    return {
      pass,
      attempted: 2,
      accepted: 2,
      errors5xx: faultsIn([sent.status, used.status]),
      answer_ms: Math.round(sent.milliseconds),
      delivered_after_ms,
      used: used.status,
    };
  },
};

export const backup: Fault = {
  id: 'R16',
  title: 'a backup is made under load and restored',
  dbs: ['sqlite'],
  async run() {
    const deployment = await openDeployment({ db: 'sqlite' });
    const tenantId = await createTenant(deployment, 'backups');
    const person = await enroll(deployment, await createPerson(deployment, tenantId, 'backups'));
    const code = totp(person.secret);
    await deployment.send(answerByApp(await mfaTokenOf(deployment, person), code));
    let copying = true;
    const writers = upTo(4).map(async () => {
      while (copying) await deployment.send(logInCall(person.email));
    });
    const copy = join(deployment.folder, 'copy.db');
    await pause(300);
    await deployment.execute('vacuum into $1', [copy]);
    copying = false;
    await Promise.all(writers);
    // The operator puts the copy in place of the file while the server is stopped.
    deployment.instances[0]?.kill('SIGTERM');
    await deployment.instances[0]?.exited;
    for (const rest of ['-wal', '-shm']) rmSync(`${join(deployment.folder, 'sallyport.db')}${rest}`, { force: true });
    renameSync(copy, join(deployment.folder, 'sallyport.db'));
    await deployment.start(0);
    const refresh = mutation('refreshSession', { refreshToken: person.refreshToken }, '... on RefreshSessionSuccess { session { accessToken } }');
    const found = {
      integrity: (await deployment.query('pragma integrity_check'))[0]?.integrity_check,
      session_lives: verdictOf(await deployment.send(refresh)) === 'accepted',
      spent_code_stays_spent: (await deployment.send(answerByApp(await mfaTokenOf(deployment, person), code))).status >= 400,
      next_code_works: (await deployment.send(answerByApp(await mfaTokenOf(deployment, person), totp(person.secret, 30)))).status === 201,
    };
    await deployment.close();
    const pass = found.integrity === 'ok' && found.session_lives && found.spent_code_stays_spent && found.next_code_works;
    return { pass, attempted: 3, accepted: 2, errors5xx: 0, ...found };
  },
};
