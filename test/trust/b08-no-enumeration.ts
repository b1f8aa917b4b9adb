import type { Claim, Run } from './claim.ts';
import { inParallel, openDeployment, upTo } from './support/deployment.ts';
import type { Answer, Call } from './support/http.ts';
import { classifierAccuracy, kolmogorovSmirnov, median, quantile } from './support/statistics.ts';
import { asEnvironment, createPerson, createTenant, enroll, identity, logInCall, must, mutation, recoverCall, setStrategy } from './support/story.ts';
import type { TcpProxy } from './support/tcp-proxy.ts';
import { startTcpProxy, throughProxy } from './support/tcp-proxy.ts';

/** Every public operation that takes an address, and what a stranger sends to it. */
const operations: Readonly<Record<string, (email: string) => Call>> = {
  'REST login': (email) => logInCall(email, 'a wrong password'),
  'GraphQL logIn': (email) => mutation('logIn', { email, password: 'a wrong password' }),
  'REST prelogin': (email) => ({ path: `${identity}/auth/v1/passwordless/code/prelogin`, body: { email } }),
  'GraphQL sendLoginCode': (email) => mutation('sendLoginCode', { email }, '... on SendLoginCodeSuccess { loginToken expiresAt }'),
  'REST passwords/reset': (email) => ({ path: `${identity}/users/v1/passwords/reset`, body: { email } }),
  'GraphQL requestPasswordReset': (email) => mutation('requestPasswordReset', { email }, '... on RequestPasswordResetSuccess { accepted }'),
  'REST mfa/recover': (email) => recoverCall(email, '00000-00000-00000-00000-00000'),
  'GraphQL recoverMfa': (email) => recoverCall(email, '00000-00000-00000-00000-00000', true),
};

/** What somebody with an account may be, who must look like somebody without one. */
const kinds = ['known', 'locked', 'enrolled'] as const;

/** An answer without what is different in every answer: ids, tokens, times and the cookie that carries one. */
function masked({ status, headers, text }: Answer): string {
  const shown = Object.entries(headers)
    .filter(([name]) => !['date', 'frontegg-trace-id', 'connection', 'keep-alive'].includes(name))
    .map(([name, value]) => `${name}: ${String(value)}`);
  return `${status}\n${shown.sort().join('\n')}\n${text}`
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<id>')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
    .replace(/[\w-]{43}/g, '<token>')
    .replace(/retry-after: \d+|"retryAfterSeconds":\d+/gi, '<seconds>')
    .replace(/content-length: \d+/, 'content-length');
}

const rounds = 5;

/** Whether the times of two kinds of people can be told apart, by the figures of T38. Few samples get the room that chance needs. */
function compare(unknown: readonly number[], known: readonly number[]) {
  const [medianUnknown, medianKnown] = [median(unknown), median(known)];
  const size = Math.floor(unknown.length / rounds);
  const similar = upTo(rounds).filter((round) => {
    const part = (values: readonly number[]): number[] => values.slice(round * size, (round + 1) * size);
    return kolmogorovSmirnov(part(unknown), part(known)) > 0.01;
  }).length;
  const accuracy = classifierAccuracy(unknown, known);
  // The classifier is tried on one half of both kinds: the standard error of its share is 0.5 / sqrt(n).
  const allowed = 0.55 + (unknown.length >= 1000 ? 0 : 1.5 / Math.sqrt(unknown.length));
  const difference = Math.abs(medianUnknown - medianKnown);
  // The standard error of the difference of two medians, from the quartiles.
  const spread = (values: readonly number[]): number => quantile(values, 0.75) - quantile(values, 0.25);
  const error = (0.93 * Math.hypot(spread(unknown), spread(known))) / Math.sqrt(unknown.length);
  const alike = difference < Math.max(3, 0.05 * medianUnknown) + (unknown.length >= 1000 ? 0 : 3 * error) && similar >= 4 && accuracy <= allowed;
  return {
    alike,
    medians_ms: [Number(medianUnknown.toFixed(2)), Number(medianKnown.toFixed(2))],
    ks_rounds: similar,
    accuracy: Number(accuracy.toFixed(3)),
  };
}

async function run({ db, short, note, random }: Run) {
  const samples = short ? 60 : 1000;
  let proxy: TcpProxy | undefined;
  const deployment = await openDeployment({
    db,
    // A round trip of two milliseconds, as between a server and its database in the next building: every statement shows.
    reach: async (url) => {
      proxy = await startTcpProxy(Number(new URL(url).port), 1);
      return db === 'sqlite' ? url : throughProxy(url, proxy);
    },
  });
  if (proxy !== undefined) proxy.delayMilliseconds = 0;
  await setStrategy(deployment, 'EmailCode');
  const environment = await asEnvironment(deployment);
  await must(deployment, mutation('updateEnvironmentSettings', { emailCodeLogin: true }, '', environment));
  const tenantId = await createTenant(deployment, 'addresses');
  // Nobody is asked for twice by one operation, so that no limit of an account answers instead.
  const people: Record<(typeof kinds)[number], string[]> = { known: [], locked: [], enrolled: [] };
  for (const kind of kinds) {
    const wanted = kind === 'known' ? samples : Math.ceil(samples / 5);
    people[kind] = await inParallel(upTo(wanted), 4, async (index) => {
      const person = await createPerson(deployment, tenantId, `${kind}-${String(index).padStart(5, '0')}`);
      if (kind === 'enrolled') await enroll(deployment, person);
      if (kind === 'locked') await must(deployment, { method: 'POST', path: `${identity}/users/v1/${person.id}/lock`, headers: environment });
      return person.email;
    });
  }
  if (proxy !== undefined) proxy.delayMilliseconds = 1;
  const pairs: Record<string, unknown> = {};
  const problems: string[] = [];
  let [attempted, errors5xx, serial] = [0, 0, 0];
  for (const [name, call] of Object.entries(operations)) {
    const ask = async (email: string): Promise<Answer> => {
      const answer = await deployment.send(call(email), 0);
      attempted += 1;
      if (answer.status >= 500) errors5xx += 1;
      return answer;
    };
    const nobody = (): string => {
      serial += 1;
      return `nobody${String(serial).padStart(5, '0')}@acme.example`;
    };
    for (let warm = 0; warm < 20; warm += 1) await ask(nobody());
    for (const kind of kinds) {
      // Frontegg's contract tells whoever logs in that an account is locked, whatever the password. README says so.
      if (kind === 'locked' && /login/i.test(name)) continue;
      const [times, bodies] = [{ unknown: [] as number[], known: [] as number[] }, new Map<string, string>()];
      for (const email of people[kind]) {
        const both = [['unknown', nobody()] as const, ['known', email] as const];
        for (const [who, address] of random.below(2) === 0 ? both : both.reverse()) {
          const answer = await ask(address);
          times[who].push(answer.milliseconds);
          bodies.set(masked(answer), who);
        }
      }
      if (bodies.size > 1)
        problems.push(`${name}, ${kind}: different answers: ${[...bodies.keys()].map((body) => JSON.stringify(body).slice(0, 400)).join(' / ')}`);
      // Those who are locked or enrolled are fewer: their answers are compared, and their times where there are enough.
      const result = compare(times.unknown, times.known);
      const enough = times.known.length >= 50;
      pairs[`${name}, ${kind}`] = enough ? result : { medians_ms: result.medians_ms };
      if (enough && !result.alike) problems.push(`${name}, ${kind}: ${JSON.stringify(result)}`);
    }
  }
  await deployment.close();
  await proxy?.close();
  for (const problem of problems) note(problem);
  const pass = problems.length === 0 && errors5xx === 0;
  return { attempted, accepted: attempted - errors5xx, refused: 0, errors5xx, pass, samples, database_round_trip_ms: db === 'pg2' ? 2 : 0, pairs };
}

export const noEnumeration: Claim = {
  id: 'B8',
  title: 'B8, T38: neither answers nor times tell who has an account',
  dbs: ['sqlite', 'pg2'],
  shortDbs: ['pg2'],
  run,
};
