import type { Claim, Run } from './claim.ts';
import type { Deployment } from './support/deployment.ts';
import { inParallel, openDeployment, pause, upTo } from './support/deployment.ts';
import type { Call } from './support/http.ts';
import { tally } from './support/http.ts';
import type { Sent } from './support/story.ts';
import {
  answerByApp,
  answerByMail,
  answerByText,
  audited,
  createPerson,
  createTenant,
  enroll,
  enrollPhone,
  mailCode,
  mfaTokenOf,
  recoverCall,
  setStrategy,
  textCode,
  totp,
} from './support/story.ts';

/** One code, every request that tries to spend it at once, and others that come after it was spent. */
interface Round {
  userId: string;
  race: Call[];
  afterwards: Call[];
  /** What is in the audit trail exactly once after the code was spent, and for logins also in the table of sessions. */
  event: 'MFA_SUCCEEDED' | 'RECOVERY_USED';
}

/** Rounds of one kind of code. They are prepared together and then raced one after the other. */
type Kind = (deployment: Deployment, rounds: number, logins: number) => Promise<(() => Promise<Round>)[]>;

const racers = 100;
const atOnce = 4;

/** Half of the requests answer one login, half of them others, over both transports in turn. */
const spread = (mfaTokens: readonly string[], call: (mfaToken: string, graphql: boolean) => Call): Call[] =>
  upTo(racers).map((index) => {
    const mfaToken = index < racers / 2 ? mfaTokens[0] : mfaTokens[1 + (index % (mfaTokens.length - 1))];
    return call(mfaToken ?? '', index % 4 >= 2);
  });

const byApp: Kind = async (deployment, rounds, logins) => {
  const tenantId = await createTenant(deployment, 'apps');
  const people = await inParallel(upTo(rounds), atOnce, async (round) =>
    enroll(deployment, await createPerson(deployment, tenantId, `app-${round}`)),
  );
  return people.map((person) => async () => {
    const mfaTokens = await inParallel(upTo(1 + logins), atOnce, () => mfaTokenOf(deployment, person));
    const code = totp(person.secret);
    const later = await mfaTokenOf(deployment, person);
    return {
      userId: person.id,
      race: spread(mfaTokens, (mfaToken, graphql) => answerByApp(mfaToken, code, graphql)),
      afterwards: [answerByApp(later, code), answerByApp(later, code, true), answerByApp(later, ` ${code}`)],
      event: 'MFA_SUCCEEDED',
    };
  });
};

/** A code that was sent belongs to one login, so the race is for that login, and others try it afterwards. */
const sent = (code: Sent, laterMfaToken: string, call: (given: Sent, graphql: boolean) => Call) => ({
  race: upTo(racers).map((index) => call(code, index % 4 >= 2)),
  afterwards: [call({ ...code, mfaToken: laterMfaToken }, false), call({ ...code, mfaToken: laterMfaToken }, true), call(code, false)],
});

const byMail: Kind = async (deployment, rounds) => {
  await setStrategy(deployment, 'EmailCode');
  const tenantId = await createTenant(deployment, 'mailboxes');
  const people = await inParallel(upTo(rounds), atOnce, (round) => createPerson(deployment, tenantId, `mail-${round}`));
  return people.map((person) => async () => {
    const code = await mailCode(deployment, person, await mfaTokenOf(deployment, person));
    return { userId: person.id, event: 'MFA_SUCCEEDED', ...sent(code, await mfaTokenOf(deployment, person), answerByMail) };
  });
};

/** A second text may be sent 30 seconds after the first. */
const textPauseMilliseconds = 31_000;

const byText: Kind = async (deployment, rounds) => {
  await setStrategy(deployment, 'SMS');
  const tenantId = await createTenant(deployment, 'phones');
  const people = await inParallel(upTo(rounds), atOnce, async (round) =>
    enrollPhone(deployment, await createPerson(deployment, tenantId, `phone-${round}`), `+447400${100_000 + round}`),
  );
  const enrolledAt = performance.now();
  return people.map((person) => async () => {
    await pause(enrolledAt + textPauseMilliseconds - performance.now());
    const code = await textCode(deployment, person, await mfaTokenOf(deployment, person));
    const call = (given: Sent, graphql: boolean): Call => answerByText(person.deviceId, given, graphql);
    return { userId: person.id, event: 'MFA_SUCCEEDED', ...sent(code, await mfaTokenOf(deployment, person), call) };
  });
};

const byRecoveryCode: Kind = async (deployment, rounds) => {
  const tenantId = await createTenant(deployment, 'losses');
  const people = await inParallel(upTo(rounds), atOnce, async (round) =>
    enroll(deployment, await createPerson(deployment, tenantId, `lost-${round}`)),
  );
  return people.map(({ id, email, recoveryCode }) => async () => ({
    userId: id,
    race: upTo(racers).map((index) => recoverCall(email, recoveryCode, index % 4 >= 2)),
    afterwards: [recoverCall(email, recoveryCode), recoverCall(email, recoveryCode.toLowerCase(), true)],
    event: 'RECOVERY_USED',
  }));
};

/** Phones are enrolled first and used last, so that nobody waits until the next text may be sent. */
const kinds: Readonly<Record<string, Kind>> = { sms: byText, totp: byApp, email: byMail, recovery: byRecoveryCode };

async function run({ db, short, note }: Run) {
  const [rounds, logins] = short ? [3, 5] : [25, 50];
  const deployment = await openDeployment({ db });
  const sum = { attempted: 0, accepted: 0, refused: 0, errors5xx: 0 };
  const accepted: Record<string, number> = {};
  let spentTwice = 0;
  let replayed = 0;
  const prepared: [name: string, rounds: (() => Promise<Round>)[]][] = [];
  for (const [name, prepare] of Object.entries(kinds)) prepared.unshift([name, await prepare(deployment, rounds, logins)]);
  for (const [name, all] of prepared) {
    accepted[name] = 0;
    for (const round of all) {
      const { userId, race, afterwards, event } = await round();
      const sessions = async () => (await deployment.query('select id from sessions where user_id = $1', [userId])).length;
      const [eventsBefore, sessionsBefore] = [await audited(deployment, userId, event), await sessions()];
      const raced = tally(await Promise.all(race.map((call) => deployment.send(call))));
      for (const field of ['attempted', 'accepted', 'refused', 'errors5xx'] as const) sum[field] += raced[field];
      accepted[name] += raced.accepted;
      const events = (await audited(deployment, userId, event)) - eventsBefore;
      const opened = event === 'MFA_SUCCEEDED' ? (await sessions()) - sessionsBefore : events;
      if (raced.accepted > 1 || events > 1 || opened > 1) spentTwice += 1;
      if (raced.accepted !== 1 || events !== 1 || opened !== 1) note(`${name}: ${JSON.stringify({ ...raced, events, opened })}`);
      for (const call of afterwards) if (tally([await deployment.send(call)]).accepted > 0) replayed += 1;
    }
  }
  await deployment.close();
  const exact = Object.values(accepted).every((count) => count === rounds);
  return {
    ...sum,
    pass: exact && spentTwice === 0 && replayed === 0 && sum.errors5xx === 0,
    racers,
    rounds,
    accepted_by_kind: accepted,
    spentTwice,
    replayed,
  };
}

export const oneCodeOnce: Claim = {
  id: 'B1',
  title: 'B1, T01, T02, R10: one TOTP, e-mail, SMS or recovery code is spent once under 100 parallel requests',
  dbs: ['sqlite', 'pg2'],
  shortDbs: ['pg2'],
  run,
};
