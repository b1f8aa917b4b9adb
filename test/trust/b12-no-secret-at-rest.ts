import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Claim, Run } from './claim.ts';
import { allowBelongings, giveBelongings } from './support/belongings.ts';
import type { Deployment } from './support/deployment.ts';
import { clientSecret, openDeployment, pause } from './support/deployment.ts';
import type { Answer, Call } from './support/http.ts';
import { jsonOf, tally } from './support/http.ts';
import {
  answerByApp,
  answerByMail,
  answerByText,
  asEnvironment,
  createPerson,
  createTenant,
  enroll,
  enrollPhone,
  fieldOf,
  identity,
  logInCall,
  mailCode,
  mfaTokenOf,
  must,
  mutation,
  password,
  recoverCall,
  setStrategy,
  textCode,
  totp,
  wrongTotps,
} from './support/story.ts';

/** A secret that must be nowhere, and what it is. */
interface Canary {
  what: string;
  value: string | Buffer;
}

const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The bytes that a Base32 text stands for. */
function bytesOf(text: string): Buffer {
  let bits = '';
  for (const letter of text) bits += base32.indexOf(letter).toString(2).padStart(5, '0');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}

/** A secret in every spelling it could be stored or logged in. */
function spellings({ value }: Canary): Buffer[] {
  const bytes = Buffer.isBuffer(value) ? value : Buffer.from(value);
  const text = Buffer.isBuffer(value) ? [] : [value, value.toLowerCase(), value.replaceAll('-', ''), encodeURIComponent(value)];
  const all = [...text, bytes.toString('hex'), bytes.toString('base64').replace(/=+$/, ''), bytes.toString('base64url')];
  return [...[...new Set(all)].map((spelling) => Buffer.from(spelling)), ...(Buffer.isBuffer(value) ? [value] : [])];
}

/** Whether a text holds a secret. A code of six digits counts only where it stands alone, because longer numbers contain any six. */
function holds(haystack: Buffer, canary: Canary): boolean {
  if (typeof canary.value === 'string' && /^\d{6}$/.test(canary.value)) {
    return new RegExp(`(?<![\\w.-])${canary.value}(?![\\w.-])`).test(haystack.toString('latin1'));
  }
  return spellings(canary).some((spelling) => haystack.includes(spelling));
}

/** One long story, told over both transports; answers every secret that occurred in it. */
async function tell(deployment: Deployment, answers: Answer[]): Promise<Canary[]> {
  const canaries: Canary[] = [
    { what: 'password', value: password },
    { what: 'secret of the environment', value: clientSecret },
    { what: 'master key', value: Buffer.alloc(32, 7) },
  ];
  const keep = (what: string, ...values: unknown[]): void => {
    for (const value of values) if (typeof value === 'string' && value !== '') canaries.push({ what, value });
  };
  const send = async (call: Call): Promise<Answer> => {
    const answer = await deployment.send(call);
    answers.push(answer);
    return answer;
  };
  await setStrategy(deployment, 'EmailCode');
  await setStrategy(deployment, 'SMS');
  const tenantId = await createTenant(deployment, 'canaries');
  await must(deployment, {
    method: 'PATCH',
    path: `${identity}/configurations/v1/mfa-policy`,
    headers: await asEnvironment(deployment, tenantId),
    body: { allowRememberMyDevice: true },
  });

  // An authenticator app: enrolled, right, wrong, replayed, recovered from.
  const app = await enroll(deployment, await createPerson(deployment, tenantId, 'canary-app'));
  keep('TOTP seed', app.secret);
  canaries.push({ what: 'TOTP seed', value: bytesOf(app.secret) });
  keep('recovery code', app.recoveryCode);
  keep('refresh token', app.refreshToken);
  keep('access token', app.accessToken);
  const mfaToken = await mfaTokenOf(deployment, app);
  const [wrong = ''] = wrongTotps(app.secret, 1);
  const code = totp(app.secret);
  keep('mfaToken', mfaToken);
  keep('code', wrong, code);
  await send(answerByApp(mfaToken, wrong, true));
  const remembered = await send({ ...answerByApp(mfaToken, code), body: { mfaToken, value: code, rememberDevice: true } });
  const { accessToken, refreshToken } = jsonOf(remembered);
  keep('refresh token', refreshToken);
  keep('access token', accessToken);
  for (const cookie of [remembered.headers['set-cookie'] ?? []].flat()) keep('cookie', /^fe_device_\w+=([^;]+)/.exec(cookie)?.[1]);
  await send(answerByApp(await mfaTokenOf(deployment, app), code, true));
  const bearer = { authorization: `Bearer ${accessToken}` };
  const codes = fieldOf(
    await send(mutation('generateRecoveryCodes', { replaceExisting: true }, '... on GenerateRecoveryCodesSuccess { recoveryCodes }', bearer)),
  );
  keep('recovery code', ...(codes?.recoveryCodes ?? []));
  const refreshed = fieldOf(
    await send(mutation('refreshSession', { refreshToken }, '... on RefreshSessionSuccess { session { refreshToken accessToken } }')),
  );
  keep('refresh token', refreshed?.session?.refreshToken);
  await send(mutation('refreshSession', { refreshToken: 'canary-refresh-token-that-nobody-was-given' }));
  keep('refresh token', 'canary-refresh-token-that-nobody-was-given');
  await send(recoverCall(app.email, 'WRONG-CANAR-YCODE-WRONG-CANAR'));
  keep('recovery code', 'WRONG-CANAR-YCODE-WRONG-CANAR');
  await send(recoverCall(app.email, codes?.recoveryCodes?.[0] ?? ''));

  // Wrong passwords, also where the document is at fault itself.
  keep('wrong password', 'canary wrong password', 'canary literal password');
  await send(logInCall(app.email, 'canary wrong password'));
  await send(mutation('logIn', { email: app.email, password: 'canary wrong password' }));
  const literal =
    'mutation ($e: EmailAddress = "a@acme.example") { logIn(input: { email: $e, password: "canary literal password" }) { __typename } }';
  await send({ path: '/graphql', body: { query: literal, variables: { e: null } } });
  await send({ path: '/graphql', body: { query: literal.replace('logIn(', 'logInn('), variables: {} } });
  await send({ path: `${identity}/auth/v1/user`, body: `{"email":"${app.email}","password":"canary literal password"` });
  await send({ path: `${identity}/auth/v1/user`, body: { email: app.email, password: ['canary literal password'] } });
  await send({ path: `${identity}/auth/v1/user?password=canary%20literal%20password`, body: {} });

  // What programs and links open something by.
  await allowBelongings(deployment);
  const owner = await enroll(deployment, await createPerson(deployment, tenantId, 'canary-owner'));
  const { secrets } = await giveBelongings(deployment, owner, 'canary');
  keep('API token, access token or invitation link', ...secrets);

  // Codes by e-mail and by text, right and wrong.
  const mailbox = await createPerson(deployment, tenantId, 'canary-mail');
  const mailed = await mailCode(deployment, mailbox, await mfaTokenOf(deployment, mailbox));
  keep('code', mailed.code, '000001');
  keep('otcToken', mailed.otcToken);
  await send(answerByMail({ ...mailed, code: '000001' }));
  await send(answerByMail(mailed, true));
  const phone = await enrollPhone(deployment, await createPerson(deployment, tenantId, 'canary-phone'), '+447400555555');
  await pause(31_000);
  const texted = await textCode(deployment, phone, await mfaTokenOf(deployment, phone));
  keep('code', texted.code);
  keep('otcToken', texted.otcToken);
  await send(answerByText(phone.deviceId, texted));

  // Links, and what they set.
  await send({ path: `${identity}/users/v1/passwords/reset`, body: { email: mailbox.email } });
  const link = await deployment.mailTo(mailbox.email, ({ text }) => /reset-password/.test(text));
  const token = new URL(/https:\/\/\S+/.exec(link.text)?.[0] ?? 'https://none').searchParams.get('token');
  keep('reset token', token);
  keep('new password', 'canary new password');
  await send({ path: `${identity}/users/v1/passwords/reset/verify`, body: { userId: mailbox.id, token, password: 'canary new password' } });
  // The query string of this route holds an mfaToken.
  const queried = await mfaTokenOf(deployment, phone);
  keep('mfaToken', queried);
  await send({ path: `${identity}/configurations/v1/mfa-policy/allow-remember-device?mfaToken=${queried}` });
  return canaries;
}

/** Everything that stays of the run: files, rows, and what the servers wrote. */
async function remains(deployment: Deployment): Promise<Record<string, Buffer>> {
  const found: Record<string, Buffer> = {};
  if (deployment.db === 'sqlite') {
    for (const name of await readdir(deployment.folder)) found[name] = await readFile(join(deployment.folder, name));
  } else {
    const [row] = await deployment.query('show data_directory');
    await deployment.execute('checkpoint');
    const folder = String(row?.data_directory);
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !/base|pg_wal/.test(entry.parentPath)) continue;
      found[`${entry.parentPath.slice(folder.length)}/${entry.name}`] = await readFile(join(entry.parentPath, entry.name));
    }
  }
  const tables =
    deployment.db === 'sqlite'
      ? await deployment.query("select name from sqlite_master where type = 'table'")
      : await deployment.query("select table_name as name from information_schema.tables where table_schema = 'public'");
  for (const { name } of tables)
    found[`dump of ${String(name)}`] = Buffer.from(JSON.stringify(await deployment.query(`select * from "${String(name)}"`)));
  for (const [index, server] of deployment.instances.entries()) found[`output of server ${index}`] = Buffer.from(server.output());
  return found;
}

async function run({ db, note }: Run) {
  const deployment = await openDeployment({ db, settings: { LOG_LEVEL: 'debug' } });
  const answers: Answer[] = [];
  const canaries = await tell(deployment, answers);
  const places = await remains(deployment);
  const hits: string[] = [];
  for (const [place, content] of Object.entries(places)) {
    for (const canary of canaries) if (holds(content, canary)) hits.push(`${canary.what} in ${place}`);
  }
  // A search that finds nothing anywhere proves nothing: what is stored openly has to be found.
  const found = Object.values(places).some((content) => content.includes('canary-app@acme.example'));
  await deployment.close();
  for (const hit of hits) note(hit);
  const counts = tally(answers);
  const bytes = Object.values(places).reduce((sum, content) => sum + content.length, 0);
  const pass = hits.length === 0 && found && counts.errors5xx === 0;
  return { ...counts, pass, canaries: canaries.length, places: Object.keys(places).length, bytes, hits: hits.length, search_works: found };
}

export const noSecretAtRest: Claim = {
  id: 'B12',
  title: 'B12, T47: no password, code, seed, token or recovery code is in database files, dumps or logs',
  dbs: ['sqlite', 'pg2'],
  shortDbs: ['sqlite'],
  run,
};
