import { beforeEach, expect, it } from 'vitest';
import type { Log } from '../../src/domain/ports.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { createLog } from '../../src/platform/log.ts';
import { createMemoryDelivery } from '../../src/platform/mail/smtp.ts';

const lines: string[] = [];
const logger = createLog('info', { write: (line) => lines.push(line) });
/** The pino logger is the domain's Log as it is. */
const log: Log = logger;
beforeEach(() => lines.splice(0));

const secret = 'S3CR3T-VALUE';
const written = (): string => lines.join('');
const last = (): Record<string, unknown> => JSON.parse(lines.at(-1) ?? '{}') as Record<string, unknown>;

const names = [
  'password',
  'newPassword',
  'code',
  'token',
  'mfaToken',
  'otcToken',
  'webauthnToken',
  'refreshToken',
  'accessToken',
  'fe_device_token',
  'secret',
  'clientSecret',
  'recoveryCode',
  'recoveryCodes',
  'privateKey',
  'qrCode',
  'otpauthUri',
  'authorization',
  'Authorization',
  'cookie',
  'set-cookie',
  'Set-Cookie',
];

it.each(names)('a value of %s is never written, at any depth or in any shape', (name) => {
  log.info({ [name]: secret }, 'top');
  log.info({ body: { [name]: secret } }, 'one deep');
  log.info({ a: { b: { c: { d: { e: [{ [name]: secret }] } } } } }, 'six deep');
  log.info({ [name]: [secret], headers: { [name]: { value: secret } } }, 'in shapes');
  logger.child({ req: { headers: { [name]: secret } } }).info('in a child');
  log.error({ err: Object.assign(new Error('x'), { details: { [name]: secret } }) }, 'in an error');
  expect(lines).toHaveLength(6);
  expect(written()).not.toContain(secret);
  expect(written()).toContain('[redacted]');
});

it('a code written as a number is cut out too', () => {
  log.info({ variables: { input: { code: 804_215 } } }, 'x');
  expect(written()).not.toContain('804215');
});

it('codes that name an error stay readable', () => {
  log.warn({ code: 'INVALID_CODE' }, 'refused');
  log.error({ err: Object.assign(new Error('no connection'), { code: 'ECONNREFUSED' }) }, 'failed');
  expect(written()).toContain('"code":"INVALID_CODE"');
  expect(written()).toContain('"code":"ECONNREFUSED"');
});

it('everything else is written as given, and that there was none is no secret', () => {
  const fields = { requestId: 'r1', statusCode: 201, errorCode: 'ER-01011', tokenType: 'bearer', token: null, rememberDevice: true };
  log.info(fields, 'done');
  expect(last()).toMatchObject({ level: 'info', ...fields, msg: 'done' });
});

it('text that looks like a field inside a message breaks no line', () => {
  log.info({ note: '"password":"x"', password: secret }, 'a "token": said {so}');
  expect(last()).toMatchObject({ note: '"password":"x"', password: '[redacted]', msg: 'a "token": said {so}' });
  expect(lines.every((line) => line.endsWith('}\n'))).toBe(true);
});

it('the level set is the level written', () => {
  logger.debug({}, 'quiet');
  expect(lines).toEqual([]);
});

it('mail kept in development is readable in the log, code included', async () => {
  await createMemoryDelivery(log, systemClock).send({ template: 'MFA_CODE', to: 'dana@acme.example', code: '004215', lifetimeSeconds: 300 }, null);
  expect(written()).toContain('Your login code is 004215');
});
