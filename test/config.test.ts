import { expect, it } from 'vitest';
import type { Config } from '../src/config/config.ts';
import { readConfig } from '../src/config/config.ts';
import { settings, settingsTable } from '../src/config/settings.ts';

type Name = keyof typeof settings;
/** The fingerprint of a certificate, in capitals. */
const fingerprint = Array.from({ length: 32 }, () => '1F').join(':');
const key = (fill: number): string => Buffer.alloc(32, fill).toString('base64');

function problemOf(environment: Record<string, string | undefined>): string {
  try {
    readConfig(environment);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return 'no problem';
}

/** Where the value of a setting ends up. What names a provider is read together: see the end of this file. */
const values: Record<Name, (config: Config) => unknown> = {
  HOST: ({ server }) => server.host,
  PORT: ({ server }) => server.port,
  DATABASE_URL: ({ databaseUrl }) => databaseUrl,
  DATABASE_POOL_SIZE: ({ databasePoolSize }) => databasePoolSize,
  PUBLIC_URL: ({ publicUrl }) => publicUrl,
  APP_URL: ({ linkUrl }) => linkUrl,
  SALLYPORT_KEYS: ({ masterKeys }) => masterKeys,
  SALLYPORT_CLIENT_ID: ({ environment }) => environment.clientId,
  SALLYPORT_SECRET: ({ environment }) => environment.secret,
  SALLYPORT_NAME: ({ environment }) => environment.name,
  SALLYPORT_DEMO: ({ demo }) => demo,
  SMTP_URL: ({ mail }) => mail.smtpUrl,
  MAIL_FROM: ({ mail }) => mail.from,
  SMS_PROVIDER: ({ sms }) => sms.provider,
  SMS_COUNTRIES: ({ sms }) => sms.countries,
  SMS_DOMAIN: ({ sms }) => sms.domain,
  TWILIO_ACCOUNT_SID: ({ sms }) => sms.provider,
  TWILIO_AUTH_TOKEN: ({ sms }) => sms.provider,
  TWILIO_API_KEY: ({ sms }) => sms.provider,
  TWILIO_API_SECRET: ({ sms }) => sms.provider,
  TWILIO_FROM: ({ sms }) => sms.provider,
  TWILIO_MESSAGING_SERVICE_SID: ({ sms }) => sms.provider,
  TWILIO_BASE_URL: ({ sms }) => sms.provider,
  SMS_WEBHOOK_URL: ({ sms }) => sms.provider,
  SMS_WEBHOOK_SECRET: ({ sms }) => sms.provider,
  CAPTCHA_VERIFY_URL: ({ captcha }) => captcha.verifyUrl,
  CAPTCHA_SCRIPT_URL: ({ captcha }) => captcha.scriptUrl,
  CAPTCHA_ORIGINS: ({ captcha }) => captcha.origins,
  TRUST_PROXY: ({ server }) => server.trustProxy,
  CORS_ORIGINS: ({ server }) => server.corsOrigins,
  WEBAUTHN_RP_ID: ({ relyingParty }) => relyingParty.id,
  WEBAUTHN_ORIGINS: ({ relyingParty }) => relyingParty.origins,
  WEBAUTHN_RP_NAME: ({ relyingParty }) => relyingParty.name,
  WEBAUTHN_USER_VERIFICATION: ({ relyingParty }) => relyingParty.userVerification,
  WEBAUTHN_SYNCED_AS_HWK: ({ relyingParty }) => relyingParty.syncedAsHardware,
  HOSTED_TENANT_CHOICE: ({ hostedLogin }) => hostedLogin.asksForTenant,
  OAUTH_SECRET_WITHOUT_VERIFIER: ({ hostedLogin }) => hostedLogin.secretWithoutVerifier,
  IOS_APP_IDS: ({ hostedLogin }) => hostedLogin.linkedApps.ios,
  ANDROID_APPS: ({ hostedLogin }) => hostedLogin.linkedApps.android,
  LOG_LEVEL: ({ log }) => log.level,
  NODE_ENV: ({ production }) => production,
  STRICT_STEP_UP: ({ strictStepUp }) => strictStepUp,
  STRICT_PASSKEYS: ({ strictPasskeys }) => strictPasskeys,
  GRAPHIQL: ({ graphiql }) => graphiql,
  CONSOLE: (config) => config.console,
  SHUTDOWN_DELAY_SECONDS: ({ server }) => server.shutdownDelaySeconds,
  AUDIT_RETENTION_DAYS: ({ audit }) => audit.retentionDays,
  BREACHED_PASSWORDS_PATH: ({ breachedPasswords }) => breachedPasswords,
  LIMIT_LOGIN_PER_MINUTE: ({ limits }) => limits.loginPerMinute,
  LIMIT_PASSWORD_FAILURES: ({ limits }) => limits.passwordFailures,
  LIMIT_FACTOR_PER_MINUTE: ({ limits }) => limits.factorPerMinute,
  LIMIT_ENVIRONMENT_PER_SECOND: ({ limits }) => limits.environmentPerSecond,
  LIMIT_SMS_ADDRESS_PER_HOUR: ({ limits }) => limits.smsPerAddressPerHour,
  LIMIT_SMS_TENANT_PER_DAY: ({ limits }) => limits.smsPerTenantPerDay,
};

/** What each setting is when nothing is given. */
const defaults: Record<Name, unknown> = {
  HOST: '127.0.0.1',
  PORT: 4000,
  DATABASE_URL: 'file:./data/sallyport.db',
  DATABASE_POOL_SIZE: 20,
  PUBLIC_URL: 'http://localhost:4000',
  APP_URL: 'http://localhost:4000/oauth/account',
  SALLYPORT_KEYS: undefined,
  SALLYPORT_CLIENT_ID: undefined,
  SALLYPORT_SECRET: undefined,
  SALLYPORT_NAME: 'Sallyport',
  SALLYPORT_DEMO: true,
  SMTP_URL: undefined,
  MAIL_FROM: 'Sallyport <no-reply@localhost>',
  SMS_PROVIDER: null,
  SMS_COUNTRIES: new Set(),
  SMS_DOMAIN: undefined,
  TWILIO_ACCOUNT_SID: null,
  TWILIO_AUTH_TOKEN: null,
  TWILIO_API_KEY: null,
  TWILIO_API_SECRET: null,
  TWILIO_FROM: null,
  TWILIO_MESSAGING_SERVICE_SID: null,
  TWILIO_BASE_URL: null,
  SMS_WEBHOOK_URL: null,
  SMS_WEBHOOK_SECRET: null,
  CAPTCHA_VERIFY_URL: null,
  CAPTCHA_SCRIPT_URL: null,
  CAPTCHA_ORIGINS: [],
  TRUST_PROXY: [],
  CORS_ORIGINS: [],
  WEBAUTHN_RP_ID: 'localhost',
  WEBAUTHN_ORIGINS: ['http://localhost:4000'],
  WEBAUTHN_RP_NAME: 'Sallyport',
  WEBAUTHN_USER_VERIFICATION: 'preferred',
  WEBAUTHN_SYNCED_AS_HWK: true,
  HOSTED_TENANT_CHOICE: false,
  OAUTH_SECRET_WITHOUT_VERIFIER: false,
  IOS_APP_IDS: [],
  ANDROID_APPS: [],
  LOG_LEVEL: 'info',
  NODE_ENV: false,
  STRICT_STEP_UP: false,
  STRICT_PASSKEYS: false,
  GRAPHIQL: 'DEVELOPERS',
  CONSOLE: true,
  SHUTDOWN_DELAY_SECONDS: 0,
  AUDIT_RETENTION_DAYS: 365,
  BREACHED_PASSWORDS_PATH: null,
  LIMIT_LOGIN_PER_MINUTE: 100,
  LIMIT_PASSWORD_FAILURES: 5,
  LIMIT_FACTOR_PER_MINUTE: 10,
  LIMIT_ENVIRONMENT_PER_SECOND: 30,
  LIMIT_SMS_ADDRESS_PER_HOUR: 60,
  LIMIT_SMS_TENANT_PER_DAY: 1000,
};

/** The origin of an Android app: the SHA-256 hash of its certificate in base64url. */
const appOrigin = 'android:apk-key-hash:7d1ynTRr_KnLpCJLkAgFhM7FHgPjbb2JdFwKCQYKrAU';

/** Values each setting takes, and what they mean; no second entry: the text as it is. */
const accepted: Record<Name, [string, unknown?][]> = {
  HOST: [['0.0.0.0'], ['::1'], ['localhost']],
  PORT: [
    ['0', 0],
    ['8080', 8080],
    ['65535', 65535],
  ],
  DATABASE_POOL_SIZE: [
    ['1', 1],
    ['500', 500],
  ],
  DATABASE_URL: [['file:/var/lib/sallyport.db'], [':memory:'], ['postgres://user:p%40ss@db:5432/sallyport'], ['postgresql://db/sallyport']],
  APP_URL: [
    ['https://app.acme.example/portal/', 'https://app.acme.example/portal/account'],
    ['http://localhost:3000', 'http://localhost:3000/account'],
  ],
  PUBLIC_URL: [['https://id.acme.example'], ['https://id.acme.example/', 'https://id.acme.example'], ['http://localhost:8080']],
  SALLYPORT_KEYS: [[key(1)], [`${key(1)},${key(2)}`], [Buffer.alloc(32, 255).toString('base64url')]],
  SALLYPORT_CLIENT_ID: [['6da27373-1572-444f-b3c5-ef702ce65123'], ['abcd1234']],
  SALLYPORT_SECRET: [['sixteen-letters!']],
  SALLYPORT_NAME: [['Acme Login'], ['n'.repeat(120)], ['漢'.repeat(40)]],
  SALLYPORT_DEMO: [
    ['1', true],
    ['0', false],
  ],
  SMTP_URL: [['smtp://localhost:1025'], ['smtps://user:secret@mail.acme.example']],
  MAIL_FROM: [['no-reply@acme.example'], ['Acme <no-reply@acme.example>'], ['"Acme, Inc." <no-reply@acme.example>']],
  SMS_PROVIDER: [],
  SMS_COUNTRIES: [['US', new Set(['US'])], ['US, DE,', new Set(['US', 'DE'])], ['*']],
  SMS_DOMAIN: [['login.acme.example'], ['localhost']],
  TWILIO_ACCOUNT_SID: [],
  TWILIO_AUTH_TOKEN: [],
  TWILIO_API_KEY: [],
  TWILIO_API_SECRET: [],
  TWILIO_FROM: [],
  TWILIO_MESSAGING_SERVICE_SID: [],
  TWILIO_BASE_URL: [],
  SMS_WEBHOOK_URL: [],
  SMS_WEBHOOK_SECRET: [],
  CAPTCHA_VERIFY_URL: [['https://www.google.com/recaptcha/api/siteverify'], ['http://127.0.0.1:9000/siteverify']],
  CAPTCHA_SCRIPT_URL: [['https://www.google.com/recaptcha/api.js?render={siteKey}'], ['http://localhost:9000/{siteKey}/api.js']],
  CAPTCHA_ORIGINS: [
    ['https://www.gstatic.com', ['https://www.gstatic.com']],
    ['https://hcaptcha.com, https://*.hcaptcha.com', ['https://hcaptcha.com', 'https://*.hcaptcha.com']],
    ['http://localhost:9000', ['http://localhost:9000']],
  ],
  TRUST_PROXY: [
    ['10.0.0.1', ['10.0.0.1']],
    ['10.0.0.0/8, ::1', ['10.0.0.0/8', '::1']],
    ['loopback', ['loopback']],
  ],
  CORS_ORIGINS: [
    ['https://app.acme.example', ['https://app.acme.example']],
    ['http://localhost:3000 ,https://b.example,', ['http://localhost:3000', 'https://b.example']],
  ],
  WEBAUTHN_RP_ID: [['localhost']],
  WEBAUTHN_ORIGINS: [
    ['http://localhost:3000, http://app.localhost', ['http://localhost:3000', 'http://app.localhost']],
    [`http://localhost:3000,${appOrigin}`, ['http://localhost:3000', appOrigin]],
    [appOrigin, [appOrigin]],
  ],
  WEBAUTHN_RP_NAME: [['Acme'], ['n'.repeat(64)]],
  WEBAUTHN_USER_VERIFICATION: [['required'], ['preferred'], ['discouraged']],
  WEBAUTHN_SYNCED_AS_HWK: [
    ['1', true],
    ['0', false],
  ],
  HOSTED_TENANT_CHOICE: [['1', true]],
  OAUTH_SECRET_WITHOUT_VERIFIER: [['1', true]],
  IOS_APP_IDS: [['A1B2C3D4E5.com.acme.app, A1B2C3D4E5.com.acme.other', ['A1B2C3D4E5.com.acme.app', 'A1B2C3D4E5.com.acme.other']]],
  ANDROID_APPS: [[`com.acme.app=${fingerprint.toLowerCase()}`, [{ packageName: 'com.acme.app', fingerprints: [fingerprint] }]]],
  LOG_LEVEL: [['debug'], ['silent']],
  NODE_ENV: [
    ['production', true],
    ['development', false],
    ['test', false],
  ],
  STRICT_STEP_UP: [
    ['0', false],
    ['1', true],
  ],
  STRICT_PASSKEYS: [
    ['0', false],
    ['1', true],
  ],
  GRAPHIQL: [
    ['1', 'EVERYBODY'],
    ['0', 'NOBODY'],
  ],
  CONSOLE: [
    ['1', true],
    ['0', false],
  ],
  SHUTDOWN_DELAY_SECONDS: [
    ['0', 0],
    ['300', 300],
  ],
  BREACHED_PASSWORDS_PATH: [['/var/lib/breached', '/var/lib/breached']],
  AUDIT_RETENTION_DAYS: [
    ['1', 1],
    ['3650', 3650],
  ],
  LIMIT_LOGIN_PER_MINUTE: [
    ['1', 1],
    ['1000000', 1_000_000],
  ],
  LIMIT_PASSWORD_FAILURES: [
    ['1', 1],
    ['50', 50],
  ],
  LIMIT_FACTOR_PER_MINUTE: [
    ['1', 1],
    ['60', 60],
  ],
  LIMIT_ENVIRONMENT_PER_SECOND: [
    ['1', 1],
    ['500', 500],
  ],
  LIMIT_SMS_ADDRESS_PER_HOUR: [
    ['1', 1],
    ['500', 500],
  ],
  LIMIT_SMS_TENANT_PER_DAY: [
    ['1', 1],
    ['50000', 50_000],
  ],
};

/** Values each setting refuses. */
const counts = ['0', '-1', '1.5', '1000001', 'many'];
const refused: Record<Name, string[]> = {
  HOST: [' '],
  PORT: ['-1', '65536', '80.5', 'http', ' ', '0x50', '1e3'],
  DATABASE_POOL_SIZE: ['0', '501', '2.5', 'many'],
  DATABASE_URL: ['mysql://db/sallyport', 'sallyport.db', 'file:', 'postgres://[', 'postgres://user:hunter2@db:port/sallyport'],
  APP_URL: ['app.acme.example', 'ftp://app.acme.example', 'https://app.acme.example/?tenant=x', 'https://app.acme.example/#login'],
  PUBLIC_URL: ['id.acme.example', 'ftp://id.acme.example', 'https://:443', 'https://id.acme.example/?tenant=x', 'https://id.acme.example/#login'],
  SALLYPORT_KEYS: ['hunter2hunter2', Buffer.alloc(31).toString('base64'), `${key(1)},`, `${key(1)},${key(1)}`],
  SALLYPORT_CLIENT_ID: ['short', 'with space in it', 'x'.repeat(65), 'ümlaut-client'],
  SALLYPORT_SECRET: ['fifteen-letters'],
  SALLYPORT_NAME: ['n'.repeat(121), '漢'.repeat(41), ' ', ':', '\u200b'],
  SALLYPORT_DEMO: ['true', 'yes', '2'],
  SMTP_URL: ['mail.acme.example', 'http://mail.acme.example', 'smtp:///', 'smtp://user:hunter2@host:port'],
  MAIL_FROM: ['nobody', 'Acme <nobody>', 'a@b, c@d', 'first,last@b.example', 'jörg@b.example'],
  SMS_PROVIDER: ['Twilio', 'none', '1'],
  SMS_COUNTRIES: ['UK', 'us', 'USA', 'Germany', 'US;DE', '49'],
  SMS_DOMAIN: ['https://login.acme.example', 'login', 'Login.acme.example', '.de', 'a..example', '-a.example'],
  TWILIO_ACCOUNT_SID: ['AC123', `SK${'0'.repeat(32)}`, `AC${'0'.repeat(33)}`, `AC${'0'.repeat(31)}/`],
  TWILIO_AUTH_TOKEN: ['fifteen-letters'],
  TWILIO_API_KEY: [`AC${'0'.repeat(32)}`],
  TWILIO_API_SECRET: ['fifteen-letters'],
  TWILIO_FROM: ['14155552671', '+0123456', 'Acme-Login', 'AcmeLoginCodes', '12'],
  TWILIO_MESSAGING_SERVICE_SID: [`AC${'0'.repeat(32)}`],
  TWILIO_BASE_URL: ['api.twilio.com', 'http://api.twilio.com', 'http://127.0.0.1.evil.example', 'https://user:hunter2@api.twilio.com'],
  SMS_WEBHOOK_URL: ['bridge', 'http://bridge.acme.example/sms', 'ftp://127.0.0.1', 'https://user:hunter2@bridge.example'],
  CAPTCHA_VERIFY_URL: ['siteverify', 'http://captcha.acme.example/siteverify', 'https://user:hunter2@captcha.example'],
  CAPTCHA_SCRIPT_URL: [
    'api.js',
    'http://captcha.acme.example/api.js',
    'https://{siteKey}.captcha.example/api.js',
    "https://a;script-src'b.example/api.js",
  ],
  CAPTCHA_ORIGINS: [
    'captcha',
    'http://captcha.acme.example',
    'https://captcha.example/',
    'https://*',
    'https://a;script-src.example',
    'https://*.*.captcha.example',
  ],
  SMS_WEBHOOK_SECRET: [
    'hunter2hunter2',
    Buffer.alloc(23).toString('base64'),
    Buffer.alloc(65).toString('base64'),
    'not*base64*but*long*enough*to*be*it',
  ],
  TRUST_PROXY: ['proxy.acme.example', '10.0.0.0/33', '10.0.0.1,300.1.1.1', '::1/129'],
  CORS_ORIGINS: ['app.acme.example', 'https://app.acme.example/path', 'https://app.acme.example/', '*', 'https://a.example,null'],
  WEBAUTHN_RP_ID: ['https://acme.example', 'ACME.example', 'acme example', 'ümlaut.example', 'acme.example:443', 'a'.repeat(254)],
  WEBAUTHN_ORIGINS: [
    'app.acme.example',
    'https://app.acme.example/',
    'https://app.acme.example/login',
    '*',
    ...['android:apk-key-hash:abc', `${appOrigin}=`, appOrigin.replace('_', '/'), appOrigin.toUpperCase(), `${appOrigin.slice(0, -1)}B`],
    ...[appOrigin.replace('apk-key-hash', 'apk-key-hash-sha256'), `${appOrigin}/`, `ios:${appOrigin}`],
  ],
  WEBAUTHN_RP_NAME: ['n'.repeat(65), 'é'.repeat(33), ' ', '\u3164'],
  WEBAUTHN_USER_VERIFICATION: ['Required', 'never'],
  WEBAUTHN_SYNCED_AS_HWK: ['yes'],
  HOSTED_TENANT_CHOICE: ['yes', 'true'],
  OAUTH_SECRET_WITHOUT_VERIFIER: ['yes', 'true'],
  IOS_APP_IDS: ['com.acme.app', 'a1b2c3d4e5.com.acme.app', 'A1B2C3D4E5.com.acme.app;A1B2C3D4E5.com.acme.other'],
  ANDROID_APPS: ['com.acme.app', 'com.acme.app=14:6D', `acme=${fingerprint}`],
  LOG_LEVEL: ['verbose', 'INFO'],
  NODE_ENV: ['prod', 'staging'],
  STRICT_STEP_UP: ['yes'],
  STRICT_PASSKEYS: ['yes'],
  GRAPHIQL: ['on'],
  CONSOLE: ['true'],
  SHUTDOWN_DELAY_SECONDS: ['-1', '301', '1.5', 'soon'],
  BREACHED_PASSWORDS_PATH: ['p'.repeat(4_097)],
  AUDIT_RETENTION_DAYS: ['0', '-1', '3651', '1.5', 'ever'],
  LIMIT_LOGIN_PER_MINUTE: counts,
  LIMIT_PASSWORD_FAILURES: ['0', '51', '-1', '1.5', 'many'],
  LIMIT_FACTOR_PER_MINUTE: counts,
  LIMIT_ENVIRONMENT_PER_SECOND: counts,
  LIMIT_SMS_ADDRESS_PER_HOUR: counts,
  LIMIT_SMS_TENANT_PER_DAY: counts,
};

const names = Object.keys(settings) as Name[];
const cases = <T>(table: Record<Name, T[]>) => names.flatMap((name) => table[name].map((value) => ({ name, value })));

it.each(names)('%s has its default when not set, and when empty', (name) => {
  expect(values[name](readConfig({}))).toEqual(defaults[name]);
  expect(values[name](readConfig({ [name]: '' }))).toEqual(defaults[name]);
});

it.each(cases(accepted).map(({ name, value: [text, meaning = text] }) => ({ name, text, meaning })))(
  '$name takes $text',
  ({ name, text, meaning }) => {
    expect(values[name](readConfig({ SALLYPORT_KEYS: key(9), [name]: text }))).toEqual(meaning);
  },
);

it.each(cases(refused))('$name refuses $value by its name, without repeating it', ({ name, value }) => {
  const problem = problemOf({ SALLYPORT_KEYS: key(9), [name]: value });
  expect(problem).toMatch(new RegExp(`^The settings are invalid:\\n  ${name}: .+$`));
  // A short value may stand in the message by chance ("must be 0 to 65535").
  for (const part of value.split(/[,@]/).filter((text) => text.trim().length > 5)) expect(problem).not.toContain(part);
});

it('all problems are told at once, one line each', () => {
  const lines = problemOf({ PORT: 'http', SALLYPORT_SECRET: 'short', LOG_LEVEL: 'loud', NODE_ENV: 'production' }).split('\n').slice(1);
  expect(lines.map((line) => line.trim().split(':')[0])).toEqual(['PORT', 'SALLYPORT_SECRET', 'LOG_LEVEL', 'SALLYPORT_KEYS']);
});

it('production needs keys and says how to make one; given them it neither seeds nor shows GraphiQL', () => {
  for (const SALLYPORT_KEYS of [undefined, '']) {
    const problem = problemOf({ NODE_ENV: 'production', SALLYPORT_KEYS });
    expect(problem).toContain('SALLYPORT_KEYS: is required in production');
    expect(problem).toContain('make one with `npx sallyport keys new`');
  }
  expect(readConfig({ NODE_ENV: 'production', SALLYPORT_KEYS: key(1) })).toMatchObject({ production: true, demo: false, graphiql: 'NOBODY' });
});

it('production shows GraphiQL and the console only when told to, and never takes demo users whose password everybody knows', () => {
  const production = { NODE_ENV: 'production', SALLYPORT_KEYS: key(1) };
  expect(readConfig({ ...production, GRAPHIQL: '1' })).toMatchObject({ graphiql: 'EVERYBODY', demo: false });
  expect([readConfig(production).console, readConfig({ ...production, CONSOLE: '1' }).console]).toEqual([false, true]);
  expect(problemOf({ ...production, SALLYPORT_DEMO: '1' })).toContain('SALLYPORT_DEMO: must not be 1 in production');
});

it.each([
  [{}, true],
  [{ HOST: 'localhost', PUBLIC_URL: 'http://app.localhost:3000/' }, true],
  [{ HOST: '::1', PUBLIC_URL: 'http://[::1]:4000' }, true],
  [{ HOST: '127.0.0.2', PUBLIC_URL: 'https://127.0.0.1' }, true],
  [{ NODE_ENV: 'test' }, true],
  [{ HOST: '0.0.0.0' }, false],
  [{ HOST: '::' }, false],
  [{ HOST: '10.0.0.5' }, false],
  [{ HOST: 'localhost.acme.example' }, false],
  [{ HOST: 'notlocalhost' }, false],
  [{ PUBLIC_URL: 'https://id.acme.example' }, false],
  [{ PUBLIC_URL: 'http://127.0.0.1.acme.example' }, false],
  [{ PUBLIC_URL: 'http://192.168.1.5:4000' }, false],
  [{ NODE_ENV: 'production', SALLYPORT_KEYS: key(1) }, false],
])('T42 with %j the server runs for a developer: %s', (environment: Record<string, string>, development) => {
  expect(readConfig(environment)).toMatchObject({ development, demo: development, graphiql: development ? 'DEVELOPERS' : 'NOBODY' });
  expect(readConfig({ ...environment, SALLYPORT_DEMO: '0', GRAPHIQL: '1' })).toMatchObject({ demo: false, graphiql: 'EVERYBODY' });
  const asked = problemOf({ ...environment, SALLYPORT_DEMO: '1' });
  if (development) expect(asked).toBe('no problem');
  else expect(asked).toContain('SALLYPORT_DEMO: must not be 1 in production, or where HOST or PUBLIC_URL is not of this machine');
});

it('the public URL follows the port', () => {
  expect(readConfig({ PORT: '8081' }).publicUrl).toBe('http://localhost:8081');
});

it('WebAuthn follows the public URL unless told otherwise', () => {
  const relyingParty = (environment: Record<string, string>) => readConfig(environment).relyingParty;
  expect(relyingParty({ PORT: '8081' })).toEqual({
    id: 'localhost',
    name: 'Sallyport',
    origins: ['http://localhost:8081'],
    userVerification: 'preferred',
    syncedAsHardware: true,
  });
  expect(relyingParty({ PUBLIC_URL: 'https://id.acme.example/frontegg', SALLYPORT_NAME: 'Acme' })).toMatchObject({
    id: 'id.acme.example',
    name: 'Acme',
    origins: ['https://id.acme.example'],
  });
  const apart = { WEBAUTHN_RP_ID: 'acme.example', WEBAUTHN_ORIGINS: 'https://app.acme.example,https://acme.example', WEBAUTHN_RP_NAME: 'Login' };
  expect(relyingParty(apart)).toMatchObject({ id: 'acme.example', name: 'Login', origins: ['https://app.acme.example', 'https://acme.example'] });
});

it.each([
  ['a page of another domain', 'acme.example', 'https://app.acme.example,https://acme.test'],
  ['a page whose name merely ends alike', 'acme.example', 'https://notacme.example'],
  ['a page above the id', 'app.acme.example', 'https://acme.example'],
  ['a public suffix alone', 'example', 'https://acme.example'],
  ['an address', '127.0.0.1', 'http://127.0.0.1:3000'],
  ['a page without TLS', 'acme.example', 'http://app.acme.example'],
  ['no page, and a public URL elsewhere', 'acme.example', ''],
  ['no id, and pages away from the public URL', '', 'https://app.acme.example'],
])('a WebAuthn id that no browser would take stops the start: %s', (_, WEBAUTHN_RP_ID, WEBAUTHN_ORIGINS) => {
  const problem = problemOf({ WEBAUTHN_RP_ID, WEBAUTHN_ORIGINS });
  expect(problem).toMatch(/^The settings are invalid:\n {2}WEBAUTHN_RP_ID: .+$/);
  expect(problem).not.toContain('app.acme');
});

it('a public URL that WebAuthn cannot work on stops nothing: the strategies are not available then', () => {
  expect(problemOf({ PUBLIC_URL: 'http://10.0.0.5:4000' })).toBe('no problem');
});

it('foreign variables are no problem', () => {
  expect(problemOf({ PATH: '/bin', npm_config_cache: '', SALLYPORT_UNKNOWN: 'x' })).toBe('no problem');
});

it('README’s table has one line for each setting, with its default and what it does', () => {
  const lines = settingsTable().split('\n').slice(2);
  expect(lines.map((line) => /^\| `([A-Z_]+)` \|/.exec(line)?.[1])).toEqual(names);
  for (const line of lines) expect(line).toMatch(/^\| `[A-Z_]+` \| (`[^|]+`)? \| \S[^|]{9,} \|$/);
});

const accountSid = `AC${'1'.repeat(32)}`;
const twilio = {
  SMS_PROVIDER: 'twilio',
  SMS_COUNTRIES: 'US,DE',
  TWILIO_ACCOUNT_SID: accountSid,
  TWILIO_AUTH_TOKEN: 'token-of-the-account',
  TWILIO_FROM: '+14155552671',
};
const webhook = {
  SMS_PROVIDER: 'webhook',
  SMS_COUNTRIES: '*',
  SMS_WEBHOOK_URL: 'http://127.0.0.1:8080/sms',
  SMS_WEBHOOK_SECRET: `whsec_${Buffer.alloc(24, 3).toString('base64')}`,
};

it('pages may load from the origin of the script of captchas, and from those that are listed', () => {
  const { captcha } = readConfig({
    CAPTCHA_SCRIPT_URL: 'https://www.google.com/recaptcha/api.js?render={siteKey}',
    CAPTCHA_ORIGINS: 'https://www.gstatic.com,https://www.google.com',
  });
  expect(captcha.origins).toEqual(['https://www.google.com', 'https://www.gstatic.com']);
});

it('without a provider no texts are sent, whatever else is set', () => {
  expect(readConfig({ ...twilio, SMS_PROVIDER: '' }).sms.provider).toBeNull();
});

it("Twilio is known by the account's token or by an API key, and sends from a number or a messaging service", () => {
  const base = { kind: 'TWILIO', baseUrl: 'https://api.twilio.com', accountSid };
  expect(readConfig(twilio).sms.provider).toEqual({
    ...base,
    credentials: { user: accountSid, password: 'token-of-the-account' },
    sender: { from: '+14155552671' },
  });
  const [TWILIO_API_KEY, TWILIO_MESSAGING_SERVICE_SID] = [`SK${'2'.repeat(32)}`, `MG${'3'.repeat(32)}`];
  const byKey = { ...twilio, TWILIO_AUTH_TOKEN: '', TWILIO_API_KEY, TWILIO_API_SECRET: 'secret-of-the-key', TWILIO_FROM: '' };
  expect(readConfig({ ...byKey, TWILIO_MESSAGING_SERVICE_SID, TWILIO_BASE_URL: 'http://localhost:9000/' }).sms.provider).toEqual({
    ...base,
    baseUrl: 'http://localhost:9000',
    credentials: { user: TWILIO_API_KEY, password: 'secret-of-the-key' },
    sender: { messagingServiceSid: TWILIO_MESSAGING_SERVICE_SID },
  });
});

it('a webhook has an address and a key, with or without the prefix', () => {
  const expected = { kind: 'WEBHOOK', url: 'http://127.0.0.1:8080/sms', secret: new Uint8Array(24).fill(3) };
  expect(readConfig(webhook).sms.provider).toEqual(expected);
  expect(readConfig({ ...webhook, SMS_WEBHOOK_SECRET: Buffer.alloc(24, 3).toString('base64') }).sms.provider).toEqual(expected);
});

it.each([
  ['SMS_COUNTRIES', { ...twilio, SMS_COUNTRIES: '' }],
  ['TWILIO_ACCOUNT_SID', { ...twilio, TWILIO_ACCOUNT_SID: '' }],
  ['TWILIO_AUTH_TOKEN', { ...twilio, TWILIO_AUTH_TOKEN: '' }],
  ['TWILIO_AUTH_TOKEN', { ...twilio, TWILIO_API_KEY: `SK${'2'.repeat(32)}`, TWILIO_API_SECRET: 'secret-of-the-key' }],
  ['TWILIO_API_SECRET', { ...twilio, TWILIO_AUTH_TOKEN: '', TWILIO_API_KEY: `SK${'2'.repeat(32)}` }],
  ['TWILIO_FROM', { ...twilio, TWILIO_FROM: '' }],
  ['TWILIO_FROM', { ...twilio, TWILIO_MESSAGING_SERVICE_SID: `MG${'3'.repeat(32)}` }],
  ['SMS_COUNTRIES', { ...webhook, SMS_COUNTRIES: '' }],
  ['SMS_WEBHOOK_URL', { ...webhook, SMS_WEBHOOK_URL: '' }],
  ['SMS_WEBHOOK_SECRET', { ...webhook, SMS_WEBHOOK_SECRET: '' }],
])('a provider that lacks %s, or has it twice over, does not start', (name, environment) => {
  expect(problemOf(environment)).toMatch(new RegExp(`^The settings are invalid:\\n  ${name}: .+$`));
});
