import type { Db } from '../../trust/claim.ts';
import type { Deployment } from '../../trust/support/deployment.ts';
import { inParallel, openDeployment, pause, stopPostgres, upTo } from '../../trust/support/deployment.ts';
import type { Answer, Call } from '../../trust/support/http.ts';
import { quantile } from '../../trust/support/statistics.ts';
import type { Enrolled } from '../../trust/support/story.ts';
import { answerByApp, createPerson, createTenant, enroll, fieldOf, mfaTokenOf, mutation, totp } from '../../trust/support/story.ts';
import { useAllCores, useLoadCore } from '../support/program.ts';

/** So many clients at a time, each a person of its own. */
const clientCounts = [1, 8, 32, 64] as const;
const stepMilliseconds = 30_000;

/** What one deployment did for so many clients at a time. */
export interface ClientsStanding {
  deployment: string;
  work: 'codes that complete a login' | 'refreshes';
  clients: number;
  perSecond: number;
  /** In milliseconds. */
  p99: number;
  /** Answers with 503. */
  refused: number;
}

/** One database with so many of its servers asked. */
interface Subject {
  name: string;
  db: Db;
  instances: number;
}

const subjects: readonly Subject[] = [
  { name: 'SQLite', db: 'sqlite', instances: 1 },
  { name: 'PostgreSQL, one instance', db: 'pg2', instances: 1 },
  { name: 'PostgreSQL, two instances', db: 'pg2', instances: 2 },
];

/**
 * Throughput with one client and with more and more, on SQLite and on PostgreSQL with one and two instances. Servers, database and clients share all
 * cores, because PostgreSQL needs some as well, and both instances wait for the disk with every commit.
 */
export async function manyClients(quick: boolean, progress: (text: string) => void): Promise<ClientsStanding[]> {
  const [people, seconds] = quick ? [64, 2] : [192, 10];
  const standings: ClientsStanding[] = [];
  useAllCores();
  for (const db of ['sqlite', 'pg2'] as const) {
    const deployment = await openDeployment({ db, durable: true, settings: { LOG_LEVEL: 'info' } });
    const tenantId = await createTenant(deployment, 'clients');
    progress(`enrolling ${people} users on ${db}`);
    const everybody = await inParallel(upTo(people), 6, async (index) =>
      enroll(deployment, await createPerson(deployment, tenantId, `client-${index}`)),
    );
    for (const subject of subjects.filter((each) => each.db === db)) {
      progress(`warming up ${subject.name}`);
      await refreshes(deployment, subject, everybody, 64, seconds);
      if (!quick) await codes(deployment, subject, everybody, 64);
      for (const clients of clientCounts) {
        progress(`${subject.name}: ${clients} clients`);
        if (!quick) standings.push({ ...(await codes(deployment, subject, everybody, clients)), work: 'codes that complete a login' });
        standings.push({ ...(await refreshes(deployment, subject, everybody, clients, seconds)), work: 'refreshes' });
      }
    }
    await deployment.close();
  }
  await stopPostgres();
  useLoadCore();
  return standings;
}

type Figures = Omit<ClientsStanding, 'work'>;

/** Sends to the instances that are asked, in turn. */
function senderTo(deployment: Deployment, { instances }: Subject): (call: Call) => Promise<Answer> {
  let turn = 0;
  return (call) => deployment.send(call, turn++ % instances);
}

/** Completes one login of everybody by the code of an app. The logins by password come before what is timed. */
async function codes(deployment: Deployment, subject: Subject, everybody: readonly Enrolled[], clients: number): Promise<Figures> {
  const send = senderTo(deployment, subject);
  const mfaTokens = await inParallel(everybody, 6, (person) => mfaTokenOf(deployment, person));
  // The codes of the present step may be spent.
  await pause(stepMilliseconds - (Date.now() % stepMilliseconds) + 500);
  const since = performance.now();
  const answers = await inParallel(everybody, clients, ({ secret }, index) => send(answerByApp(mfaTokens[index] ?? '', totp(secret))));
  return figuresOf(subject, clients, answers, (performance.now() - since) / 1000);
}

/** Refreshes the session of each client again and again. */
async function refreshes(
  deployment: Deployment,
  subject: Subject,
  everybody: readonly Enrolled[],
  clients: number,
  seconds: number,
): Promise<Figures> {
  const send = senderTo(deployment, subject);
  const answers: Answer[] = [];
  const since = performance.now();
  await Promise.all(
    everybody.slice(0, clients).map(async (person) => {
      while (performance.now() - since < seconds * 1000) {
        const call = mutation('refreshSession', { refreshToken: person.refreshToken }, '... on RefreshSessionSuccess { session { refreshToken } }');
        const answer = await send(call);
        answers.push(answer);
        const refreshToken: string | undefined = fieldOf(answer)?.session?.refreshToken;
        if (refreshToken !== undefined) person.refreshToken = refreshToken;
      }
    }),
  );
  return figuresOf(subject, clients, answers, (performance.now() - since) / 1000);
}

function figuresOf({ name }: Subject, clients: number, answers: readonly Answer[], seconds: number): Figures {
  const refused = answers.filter(({ status, text }) => status === 503 || text.includes('"UNAVAILABLE"')).length;
  const wrong = answers.find(({ status, text }) => status >= 300 && !(status === 503 || text.includes('"UNAVAILABLE"')));
  if (wrong !== undefined) throw new Error(`${name} answered ${wrong.status}: ${wrong.text.slice(0, 200)}`);
  const p99 = quantile(
    answers.map(({ milliseconds }) => milliseconds),
    0.99,
  );
  return { deployment: name, clients, perSecond: (answers.length - refused) / seconds, p99, refused };
}
