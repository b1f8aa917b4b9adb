import type { Claim, Run } from './claim.ts';
import { openDeployment } from './support/deployment.ts';
import { graphqlCall } from './support/fill.ts';
import type { Answer, Call } from './support/http.ts';
import { jsonOf, tally } from './support/http.ts';
import { inputFieldsOf, rootFields } from './support/operations.ts';
import { answerByApp, createPerson, createTenant, enroll, mfaTokenOf, password, totp, wrongTotps } from './support/story.ts';

/** Input fields that are a secret somebody could guess: a mutation that takes one checks it. */
const guessable = /^(password|secret|code|recoveryCode|token|response)$/;

const verify = 'verifyAuthenticatorApp';

/** A guess as a field of a document. */
const guess = (code: string): string => `${verify}(input: { mfaToken: $mfaToken, code: "${code}" }) { __typename }`;

/** Every way to put several guesses into one document. */
function documentsOf(codes: readonly string[]): Record<string, string> {
  const operation = (selection: string, rest = ''): string => `mutation ($mfaToken: String!) { ${selection} } ${rest}`;
  const [first = '', second = ''] = codes;
  const aliased = codes.map((code, index) => `a${index}: ${guess(code)}`);
  return {
    [`${codes.length} aliases`]: operation(aliased.join(' ')),
    [`${codes.length} inline fragments`]: operation(aliased.map((text) => `... on Mutation { ${text} }`).join(' ')),
    [`${codes.length} nested fragments`]: operation(aliased.map((text) => `... { ... on Mutation { ${text} } }`).join(' ')),
    [`${codes.length} named fragments`]: operation(
      aliased.map((_, index) => `...f${index}`).join(' '),
      aliased.map((text, index) => `fragment f${index} on Mutation { ${text} }`).join(' '),
    ),
    [`${codes.length} under @include`]: operation(aliased.map((text) => text.replace(') {', ') @include(if: true) {')).join(' ')),
    [`${codes.length} under @skip`]: operation(aliased.map((text, index) => text.replace(') {', `) @skip(if: ${index !== 0}) {`)).join(' ')),
    'plain and aliased': operation(`${guess(first)} b: ${guess(second)}`),
    'a fragment used twice': operation(`x: ${guess(first)} ...f ...f`, `fragment f on Mutation { y: ${guess(second)} }`),
    'with another field between': operation(`a: ${guess(first)} __typename b: ${guess(second)}`),
  };
}

async function run({ db, note }: Run) {
  const deployment = await openDeployment({ db });
  const person = await enroll(deployment, await createPerson(deployment, await createTenant(deployment, 'batches'), 'batches'));
  const mfaToken = await mfaTokenOf(deployment, person);
  const events = async (): Promise<number> => (await deployment.query('select id from audit_events where user_id = $1', [person.id])).length;
  const charges = async (): Promise<string> => JSON.stringify(await deployment.query('select * from budgets order by key'));
  const [eventsBefore, chargesBefore] = [await events(), await charges()];
  const wrong = wrongTotps(person.secret, 1000);
  const answers: Answer[] = [];
  const problems: string[] = [];
  let executed = 0;
  const send = async (title: string, call: Call): Promise<void> => {
    const answer = await deployment.send(call);
    answers.push(answer);
    const ran = (await events()) - eventsBefore;
    const { data } = jsonOf(answer) ?? {};
    if (ran > executed || (data !== undefined && data !== null)) {
      problems.push(`${title}: ${answer.text.slice(0, 160)}`);
      executed = Math.max(executed + 1, ran);
    }
  };

  for (const count of [2, 3, 5, 6, 16, 17, 100, 1000]) {
    for (const [title, query] of Object.entries(documentsOf(wrong.slice(0, count)))) {
      await send(title, { path: '/graphql', body: { query, variables: { mfaToken } } });
    }
  }

  // Every pair of mutations that check a secret, whichever it is.
  const credentials = rootFields.filter((field) => field.kind === 'mutation' && inputFieldsOf(field).some(({ name }) => guessable.test(name)));
  const values = { ...{ mfaToken, email: person.email, password, userId: person.id, code: wrong[0], token: wrong[0] } };
  for (const [index, one] of credentials.entries()) {
    for (const other of credentials.slice(index)) {
      const [first, second] = [one, other].map((field) => graphqlCall(field, values, 1).body as { variables: { input: object } });
      const query = `mutation ($a: ${one.field.args[0]?.type}, $b: ${other.field.args[0]?.type}) { a: ${one.name}(input: $a) { __typename } b: ${other.name}(input: $b) { __typename } }`;
      await send(`${one.name} and ${other.name}`, {
        path: '/graphql',
        body: { query, variables: { a: first?.variables.input, b: second?.variables.input } },
      });
    }
  }

  // Several requests in one body.
  const single = { query: `mutation ($mfaToken: String!) { ${guess(wrong[0] ?? '')} }`, variables: { mfaToken } };
  await send('a JSON array of two', { path: '/graphql', body: [single, single] });
  const boundary = 'x'.repeat(20);
  const part = `--${boundary}\r\nContent-Disposition: form-data; name="operations"\r\n\r\n${JSON.stringify([single, single])}\r\n--${boundary}--\r\n`;
  await send('multipart', { path: '/graphql', headers: { 'content-type': `multipart/form-data; boundary=${boundary}` }, body: part });

  const unchanged = (await charges()) === chargesBefore;
  if (!unchanged) problems.push('a refused document was charged');
  const right = tally([await deployment.send(answerByApp(mfaToken, totp(person.secret), true))]);
  if (right.accepted !== 1) problems.push('a document with one guess did not work afterwards');
  await deployment.close();
  for (const problem of problems) note(problem);
  const counts = tally(answers);
  return {
    ...counts,
    pass: problems.length === 0 && counts.errors5xx === 0,
    documents: answers.length,
    executed,
    credential_mutations: credentials.length,
  };
}

export const oneCredentialADocument: Claim = {
  id: 'B11',
  title: 'B11, T08: a document with two or more guesses runs none of them',
  dbs: ['sqlite', 'pg2'],
  shortDbs: ['sqlite'],
  run,
};
