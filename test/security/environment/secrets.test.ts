import { readFile } from 'node:fs/promises';
import { ScureBase32Plugin } from '@otplib/plugin-base32-scure';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Message } from '../../../src/domain/messaging/message.ts';
import { codeIn, cookiesOf, enroll, mailedCode, mfaTokenFor, password, setStrategy, totp } from '../../support/builders.ts';
import { everything, execute, pathOf } from '../../support/database.ts';
import type { Harness, SentMessage } from '../../support/harness.ts';
import { dialect, secret as environmentSecret } from '../../support/harness.ts';
import { openInstances } from '../../support/instances.ts';
import { createForcedUser, deviceCookie, loggedIn, me, otcTokenFor, refresh, verifyApp, verifyMail } from '../../support/requests.ts';

let harness: Harness;
/** Text → what it is; each was really handed out or given by this test. */
const secrets = new Map<string, string>();
/** Six digits alone: too short to be looked for among random bytes. */
const codes = new Map<string, string>();
const undelivered: SentMessage[] = [];
let broken = false;

beforeAll(async () => {
  const send = async (message: Message): Promise<void> => {
    if (message.template === 'NOTICE') {
      harness.notices.push(message);
    } else if (broken) {
      undelivered.push(message);
      throw new Error('no mail server');
    } else harness.mail.push(message);
  };
  harness = await openInstances({ ports: { delivery: { email: { available: true }, sms: { available: false, reason: 'no provider' }, send } } });
  await setStrategy(harness, 'EmailCode', true);
  await useEverything();
});
afterAll(() => harness.close());

/** A life of a user with every kind of secret there is, refusals included. */
async function useEverything(): Promise<void> {
  const keep = (what: string, value: string): string => {
    secrets.set(value, what);
    return value;
  };
  const code = (what: string, value: string): string => {
    codes.set(value, what);
    return value;
  };
  keep('the secret of the environment', environmentSecret);
  keep('the password', password);
  keep('the environment token', await harness.environmentToken());
  const user = await createForcedUser(harness, 'secrets', { allowRememberMyDevice: true });
  keep('a pending TOTP secret', (await loggedIn(harness, user.email)).secret);
  const app = await enroll(harness, user.email);
  keep('the TOTP secret', app.secret);
  keep('the recovery code', app.recoveryCode);
  keep('the recovery code without hyphens', app.recoveryCode.replaceAll('-', ''));
  keep('the access token', app.accessToken);
  keep('the refresh token', app.refreshToken);
  keep('the next refresh token', (await refresh(harness, app.refreshToken)).json<{ refreshToken: string }>().refreshToken);
  keep('a bearer token that is refused', `${app.accessToken}x`);
  await me(harness, `${app.accessToken}x`);

  const mfaToken = keep('the mfaToken', await mfaTokenFor(harness, user.email));
  await harness.send({ url: `/identity/resources/configurations/v1/mfa-policy/allow-remember-device?mfaToken=${mfaToken}` });
  await verifyApp(harness, mfaToken, code('a wrong TOTP', '739214'));
  const verified = await verifyApp(harness, mfaToken, code('the TOTP', totp(harness, app.secret)), { rememberDevice: true });
  expect(cookiesOf(verified)).toContain(deviceCookie);
  keep('the device token', verified.cookies.find(({ name }) => name === deviceCookie)?.value ?? '');

  const mailing = keep('another mfaToken', await mfaTokenFor(harness, user.email));
  const otcToken = keep('the otcToken', await otcTokenFor(harness, mailing));
  const mailed = code('the mailed code', await mailedCode(harness, user.email));
  await verifyMail(harness, { mfaToken: mailing, otcToken, code: code('a wrong mailed code', mailed === '582931' ? '582932' : '582931') });

  broken = true;
  const waiting = keep('a third mfaToken', await mfaTokenFor(harness, user.email));
  keep('an otcToken that waits', await otcTokenFor(harness, waiting));
  await harness.app.outbox.flush();
  code('a code that was not delivered', codeIn(undelivered.at(-1)));
  broken = false;

  keep('a wrong password', 'a wrong password given once');
  await harness.send({
    method: 'POST',
    url: '/identity/resources/auth/v1/user',
    body: { email: user.email, password: 'a wrong password given once' },
  });
  await harness.send({
    method: 'POST',
    url: '/identity/resources/auth/v1/user',
    body: `{"password":"${keep('a password in broken JSON', 'broken json password')}`,
  });
  await harness.send({
    method: 'POST',
    url: '/auth/vendor',
    body: { clientId: 'x', secret: keep('a wrong environment secret', 'a wrong secret given') },
  });
}

/** The secret as it might be stored: as text, in hex, in base64, or as the bytes it stands for. */
function formsOf(text: string): [string, Buffer][] {
  const bytes = Buffer.from(text);
  const forms: [string, Buffer][] = [
    ['text', bytes],
    ['hex', Buffer.from(bytes.toString('hex'))],
    ['base64', Buffer.from(bytes.toString('base64').replace(/=+$/, '').slice(0, -1))],
  ];
  if (/^[A-Z2-7]{32}$/.test(text)) {
    const raw = Buffer.from(new ScureBase32Plugin().decode(text));
    forms.push(['raw bytes', raw], ['raw hex', Buffer.from(raw.toString('hex'))], ['raw base64', Buffer.from(raw.toString('base64').slice(0, 26))]);
  } else if (/^[\w-]{43}$/.test(text)) {
    const raw = Buffer.from(text, 'base64url');
    forms.push(['raw bytes', raw], ['raw hex', Buffer.from(raw.toString('hex'))]);
  }
  return forms;
}

const finds = (haystack: Buffer): string[] =>
  [...secrets].flatMap(([text, what]) => formsOf(text).flatMap(([form, bytes]) => (haystack.includes(bytes) ? [`${what} as ${form}`] : [])));

/** Ids and digests are random and long; one of them may hold six digits by chance. */
const withoutIds = (text: string): string => text.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '').replace(/[\w-]{20,}/g, '');
const findsCodes = (text: string): string[] => [...codes].flatMap(([code, what]) => (withoutIds(text).includes(code) ? [what] : []));

describe('T10g T47 no secret is written down', () => {
  test('there are secrets of every kind to look for', () => {
    expect(secrets.size).toBeGreaterThanOrEqual(17);
    expect([...secrets.keys()].filter((text) => text.length < 16 || text === 'undefined')).toEqual([]);
    expect([...codes.keys()].filter((code) => !/^\d{6}$/.test(code))).toEqual([]);
    expect(codes.size).toBe(5);
  });

  test('T10g no row of any table holds one, neither as text nor as bytes', async () => {
    const rows = await everything(harness);
    expect(new Set(rows.map(({ table }) => table)).size).toBeGreaterThan(12);
    const found = rows.flatMap(({ table, row }) =>
      Object.entries(row).flatMap(([column, value]) => {
        const bytes = Buffer.isBuffer(value) ? value : Buffer.from(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));
        const text =
          typeof value === 'string'
            ? value
            : typeof value === 'object' && !(value instanceof Date) && !Buffer.isBuffer(value)
              ? JSON.stringify(value)
              : '';
        return [...finds(bytes), ...findsCodes(text)].map((what) => `${what} in ${table}.${column}`);
      }),
    );
    expect(found).toEqual([]);
  });

  test.runIf(dialect === 'sqlite')('T10g nor does the database file or its log, deleted rows included', async () => {
    const path = pathOf(harness.config.databaseUrl);
    for (const file of [path, `${path}-wal`]) expect(finds(await readFile(file)), file).toEqual([]);
  });

  test('T10g the private key that signs is sealed', async () => {
    const rows = await everything(harness);
    const bytes = Buffer.from(
      rows.map(({ row }) => Object.values(row).map((value) => (Buffer.isBuffer(value) ? value.toString('latin1') : String(value)))).join('\n'),
      'latin1',
    );
    expect(bytes.includes('PRIVATE KEY')).toBe(false);
  });

  test('T47 nothing logged holds one', () => {
    const text = JSON.stringify(harness.logged);
    expect(harness.logged.length).toBeGreaterThan(20);
    expect(finds(Buffer.from(text))).toEqual([]);
    expect(findsCodes(text)).toEqual([]);
  });

  test('T43 T47 a fault of the database is logged without what was asked of it, and told to nobody', async () => {
    const user = await createForcedUser(harness, 'secrets-fault');
    const app = await enroll(harness, user.email);
    const mfaToken = await mfaTokenFor(harness, user.email);
    const value = totp(harness, app.secret);
    const before = harness.logged.length;
    await execute(harness, 'alter table sessions rename to sessions_gone');
    const answer = await verifyApp(harness, mfaToken, value);
    await execute(harness, 'alter table sessions_gone rename to sessions');
    expect([answer.statusCode, answer.json()]).toEqual([500, { errors: ['Internal server error'] }]);
    const logged = JSON.stringify(harness.logged.slice(before));
    expect(logged).toContain('unexpected error');
    for (const text of [mfaToken, app.secret, value, app.refreshToken]) expect(withoutIds(logged)).not.toContain(text);
    expect(logged).not.toContain(user.email);
    // Rolled back as a whole: neither the code nor the mfaToken was spent.
    expect((await verifyApp(harness, mfaToken, value)).statusCode).toBe(201);
  });
});
