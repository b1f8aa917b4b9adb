import type { Claim, Run } from './claim.ts';
import { inParallel, openDeployment, upTo } from './support/deployment.ts';
import type { Answer } from './support/http.ts';
import { tally, verdictOf } from './support/http.ts';
import { answerByApp, audited, createPerson, createTenant, enroll, mfaTokenOf, totp, wrongTotps } from './support/story.ts';

/** Codes that are right at any moment: those of the step before, this one and the next. */
const liveCodes = 3;
const codes = 10 ** 6;
const windowMilliseconds = 15 * 60_000;

async function run({ db, short, note }: Run) {
  const burst = short ? 40 : 200;
  const deployment = await openDeployment({ db });
  const tenantId = await createTenant(deployment, 'guessers');
  const someone = async (name: string) => enroll(deployment, await createPerson(deployment, tenantId, name));
  const evaluated: Record<string, number> = {};
  const answers: Answer[] = [];
  const problems: string[] = [];
  const expect = (holds: boolean, text: string): void => {
    if (!holds) problems.push(text);
  };
  const guess = async (mfaToken: string, code: string, graphql = false, instance?: number): Promise<Answer> => {
    const answer = await deployment.send(answerByApp(mfaToken, code, graphql), instance);
    answers.push(answer);
    return answer;
  };
  /** What was looked at and found wrong, as the audit trail has it. */
  const lookedAt = (userId: string): Promise<number> => audited(deployment, userId, 'MFA_FAILED', 'INVALID_CODE');

  // One login: the sixth guess is refused, and the login is dead.
  const one = await someone('one-login');
  const single = await mfaTokenOf(deployment, one);
  for (const [index, code] of wrongTotps(one.secret, 6).entries()) await guess(single, code, index % 2 === 1);
  evaluated.one_login = await lookedAt(one.id);
  expect(evaluated.one_login === 5, 'one login: five guesses should be looked at');
  const lateAnswer = await guess(single, totp(one.secret));
  expect(verdictOf(lateAnswer) === 'refused', 'the right code passed on a dead login');

  // Bursts: one guess for each of many logins, all at the same time, over both transports and all instances.
  const many = await someone('many-logins');
  const mfaTokens = await inParallel(upTo(burst), 4, () => mfaTokenOf(deployment, many));
  const wrong = wrongTotps(many.secret, burst);
  await Promise.all(mfaTokens.map((mfaToken, index) => guess(mfaToken, wrong[index] ?? '', index % 4 >= 2)));
  evaluated.burst = await lookedAt(many.id);
  expect(evaluated.burst <= 5, 'burst: more than five guesses were looked at');
  // The right code while the factor waits is refused and not used up, so that it works as soon as the window has passed.
  const right = totp(many.secret);
  expect(verdictOf(await guess(await mfaTokenOf(deployment, many), right)) === 'refused', 'the right code passed while the factor waits');

  // New logins and restarts give no guess back.
  const patient = await someone('new-logins-and-restarts');
  const four = wrongTotps(patient.secret, 10);
  for (const code of four.slice(0, 3)) await guess(await mfaTokenOf(deployment, patient), code);
  for (const instance of deployment.instances.keys()) await deployment.restart(instance, 'SIGKILL');
  for (const code of four.slice(3)) await guess(await mfaTokenOf(deployment, patient), code);
  evaluated.restarts = await lookedAt(patient.id);
  expect(evaluated.restarts <= 5, 'restart: more than five guesses were looked at');

  // Documents with several guesses are refused as a whole.
  const sly = await someone('alias-documents');
  const slyToken = await mfaTokenOf(deployment, sly);
  for (const fields of [2, 5, 16, 17, 100, 1000]) {
    const guesses = wrongTotps(sly.secret, fields).map(
      (code) => `verifyAuthenticatorApp(input: { mfaToken: $mfaToken, code: "${code}" }) { __typename }`,
    );
    const query = `mutation ($mfaToken: String!) { ${guesses.map((text, index) => `a${index}: ${text}`).join(' ')} }`;
    answers.push(await deployment.send({ path: '/graphql', body: { query, variables: { mfaToken: slyToken } } }));
  }
  evaluated.alias_documents = await lookedAt(sly.id);
  expect(evaluated.alias_documents === 0, 'a document with several guesses was run');
  expect(verdictOf(await guess(slyToken, totp(sly.secret))) === 'accepted', 'the login was harmed by documents that were refused');

  // A hundred wrong codes in a row, as fast as the windows allow: from then on the factor is closed for good.
  const cap = await someone('a-hundred-in-a-row');
  const quarter = db === 'sqlite' ? windowMilliseconds + 1_000 : `interval '${windowMilliseconds + 1_000} milliseconds'`;
  for (let round = 0; round < 25; round += 1) {
    const mfaToken = await mfaTokenOf(deployment, cap);
    for (const code of wrongTotps(cap.secret, 6)) await guess(mfaToken, code);
    // A quarter of an hour passes for this user.
    const moved = upTo(5).map((index) => `t${index + 1} = t${index + 1} - ${quarter}`);
    await deployment.execute(`update budgets set ${moved.join(', ')} where key like $1`, [`check:%${cap.id}`]);
  }
  evaluated.in_a_row = await lookedAt(cap.id);
  expect(evaluated.in_a_row === 100, 'the factor should be closed after a hundred wrong codes in a row');
  expect(verdictOf(await guess(await mfaTokenOf(deployment, cap), totp(cap.secret))) === 'refused', 'the right code passed on a closed factor');

  await deployment.close();
  for (const problem of problems) note(problem);
  const counts = tally(answers);
  const perDay = (5 * 24 * 60 * 60_000) / windowMilliseconds;
  const percent = (guesses: number): string => `${((100 * guesses * liveCodes) / codes).toFixed(3)} %`;
  return {
    ...counts,
    pass: problems.length === 0 && counts.errors5xx === 0,
    evaluated,
    odds: { one_login: percent(5), a_day: percent(perDay), until_the_factor_closes: percent(100) },
    problems,
  };
}

export const guessBudget: Claim = {
  id: 'B2',
  title: 'B2, T06, R10: the guess budget holds under bursts, new logins, restarts and alias documents',
  dbs: ['sqlite', 'pg2'],
  shortDbs: ['sqlite'],
  run,
};
