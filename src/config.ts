import { isIP } from 'node:net';
import { isSupportedCountry } from 'libphonenumber-js/max';
import { z } from 'zod';
import type { RelyingParty } from './domain/environment/relying-party.ts';
import { problemOfRelyingParty, userVerifications } from './domain/environment/relying-party.ts';
import { parseMasterKeys } from './platform/keyring.ts';
import { parseMailbox } from './platform/mail/mailbox.ts';
import type { SmsProvider } from './platform/sms/providers.ts';
import { parseWebhookSecret } from './platform/sms/webhook.ts';

const flag = z.enum(['0', '1']).transform((value) => value === '1');
/** Comma-separated items, each of which must pass. */
const listOf = (isItem: (item: string) => boolean, message: string) =>
  z
    .string()
    .transform((text) =>
      text
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== ''),
    )
    .refine((items) => items.every(isItem), message);
/** Digits alone: `Number` would take blanks, exponents and hexadecimal numbers as well. */
const whole = (min: number, max: number) =>
  z
    .string()
    .refine((text) => /^\d{1,9}$/.test(text) && Number(text) >= min && Number(text) <= max, `must be a whole number from ${min} to ${max}`)
    .transform(Number);
const count = whole(1, 1_000_000);
const url = (isRight: (url: URL) => boolean, message: string) => z.string().refine((text) => URL.canParse(text) && isRight(new URL(text)), message);
/** Text that a reader of the platform takes; its errors never show the text. */
const readableBy = (read: (text: string) => unknown) =>
  z.string().superRefine((text, context) => {
    try {
      read(text);
    } catch (error) {
      context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : 'unreadable' });
    }
  });

const isWeb = ({ protocol }: URL): boolean => protocol === 'http:' || protocol === 'https:';
const isOrigin = (item: string): boolean => URL.canParse(item) && isWeb(new URL(item)) && new URL(item).origin === item;

/** Codes travel in what is posted there: encrypted, or not beyond this machine. No user name, because it would be logged. */
const isProviderAddress = ({ protocol, hostname, username, hash }: URL): boolean =>
  `${username}${hash}` === '' && (protocol === 'https:' || (protocol === 'http:' && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)));
const providerAddress = () => url(isProviderAddress, 'must be https://…, or http:// to this machine');

/** How Twilio names things. */
const twilioSid = (kind: string): RegExp => new RegExp(`^${kind}[0-9a-f]{32}$`);

/** An address, a network in CIDR notation, or one of the names the host knows networks by. */
function isNetwork(item: string): boolean {
  const [address = '', bits = '0', ...rest] = item.split('/');
  const longest = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return ['loopback', 'linklocal', 'uniquelocal'].includes(item) || (rest.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= longest);
}

/** One setting: its environment variable, what it accepts, and the line README prints for it. */
interface Setting<S extends z.ZodType = z.ZodType> {
  schema: S;
  /** As README shows it; an empty string means unset. */
  default: string;
  doc: string;
}
const setting = <S extends z.ZodType>(schema: S, fallback: string, doc: string): Setting<S> => ({ schema, default: fallback, doc });

/** Every setting of the server, in the order README lists them. An empty variable counts as unset. */
export const settings = {
  HOST: setting(z.string().regex(/^\S+$/, 'must be an address or a name'), '127.0.0.1', 'Address to listen on'),
  PORT: setting(whole(0, 65_535), '4000', 'Port to listen on; 0 takes a free one'),
  DATABASE_URL: setting(
    z
      .string()
      .refine(
        (text) => text === ':memory:' || /^file:.+$/.test(text) || (/^postgres(ql)?:\/\//.test(text) && URL.canParse(text)),
        'must be file:<path>, :memory: or postgres://…',
      ),
    'file:./data/sallyport.db',
    'SQLite file, or a PostgreSQL URL when several instances serve',
  ),
  PUBLIC_URL: setting(
    url(
      (given) => isWeb(given) && `${given.username}${given.search}${given.hash}` === '',
      'must be http://… or https://…, without a query',
    ).optional(),
    '',
    'URL clients reach the server by, the `iss` of its tokens; default `http://localhost:<PORT>`',
  ),
  SALLYPORT_KEYS: setting(
    readableBy(parseMasterKeys).optional(),
    '',
    'Master keys that seal secrets at rest: 32 bytes each in base64, comma-separated, the first is current. Required in production; elsewhere made once into `data/keys`',
  ),
  SALLYPORT_CLIENT_ID: setting(
    z
      .string()
      .regex(/^[A-Za-z0-9-]{8,64}$/, 'must be 8 to 64 letters, digits or hyphens')
      .optional(),
    '',
    'Client id of a new environment; default: generated',
  ),
  SALLYPORT_SECRET: setting(
    z.string().min(16, 'must have at least 16 characters').optional(),
    '',
    'Secret of a new environment; default: generated and printed once',
  ),
  SALLYPORT_NAME: setting(z.string().min(1).max(100), 'Sallyport', 'Name of a new environment, the issuer authenticator apps show'),
  SALLYPORT_DEMO: setting(
    flag.optional(),
    '',
    '`1` puts a demo tenant and users into an empty database, `0` does not; default `1`; refused in production, because everybody knows the demo password',
  ),
  SMTP_URL: setting(
    url(({ protocol, hostname }) => /^smtps?:$/.test(protocol) && hostname !== '', 'must be smtp://… or smtps://…').optional(),
    '',
    'Mail server. Without it e-mail codes are off in production; elsewhere messages go to the log and `GET /dev/outbox`',
  ),
  MAIL_FROM: setting(readableBy(parseMailbox), 'Sallyport <no-reply@localhost>', 'Sender of messages'),
  SMS_PROVIDER: setting(
    z.enum(['twilio', 'webhook']).optional(),
    '',
    '`twilio` or `webhook` sends text messages. Without it SMS cannot be switched on as a second factor',
  ),
  SMS_COUNTRIES: setting(
    listOf((item) => item === '*' || isSupportedCountry(item), 'must list countries by two letters (ISO 3166), such as US,DE, or be *'),
    '',
    'Countries text messages may be sent to, by two letters and comma-separated; `*` for all. Required with `SMS_PROVIDER`: every country more is one more where others earn money by your messages',
  ),
  SMS_DOMAIN: setting(
    z
      .string()
      .regex(/^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$|^localhost$/, 'must be a domain in lower case, such as login.acme.example')
      .optional(),
    '',
    'Domain of the login page. With it text messages end in `@domain #code`, and browsers offer the code on that domain alone',
  ),
  TWILIO_ACCOUNT_SID: setting(
    z.string().regex(twilioSid('AC'), 'must be AC and 32 hexadecimal digits').optional(),
    '',
    'Account texts are sent from; with `SMS_PROVIDER=twilio`',
  ),
  TWILIO_AUTH_TOKEN: setting(
    z.string().min(16, 'must have at least 16 characters').optional(),
    '',
    "The account's token, unless an API key is given",
  ),
  TWILIO_API_KEY: setting(z.string().regex(twilioSid('SK'), 'must be SK and 32 hexadecimal digits').optional(), '', 'API key in place of the token'),
  TWILIO_API_SECRET: setting(z.string().min(16, 'must have at least 16 characters').optional(), '', 'Secret of `TWILIO_API_KEY`'),
  TWILIO_FROM: setting(
    z
      .string()
      .regex(/^\+[1-9]\d{6,14}$|^\d{3,8}$|^(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}$/, 'must be a number, a short code or up to 11 letters and digits')
      .optional(),
    '',
    'Number or name texts come from, unless a messaging service is given',
  ),
  TWILIO_MESSAGING_SERVICE_SID: setting(
    z.string().regex(twilioSid('MG'), 'must be MG and 32 hexadecimal digits').optional(),
    '',
    'Messaging service that chooses the sender',
  ),
  TWILIO_BASE_URL: setting(providerAddress(), 'https://api.twilio.com', "Twilio's API, or what answers as it does"),
  SMS_WEBHOOK_URL: setting(providerAddress().optional(), '', 'Where texts are posted as `{"to","text"}`; with `SMS_PROVIDER=webhook`'),
  SMS_WEBHOOK_SECRET: setting(
    readableBy(parseWebhookSecret).optional(),
    '',
    'Key that signs these posts (Standard Webhooks): 24 to 64 bytes in base64, with or without `whsec_`',
  ),
  TRUST_PROXY: setting(
    listOf(isNetwork, 'must list addresses or networks such as 10.0.0.0/8'),
    '',
    'Addresses or networks of proxies whose `X-Forwarded-For` is believed, comma-separated',
  ),
  CORS_ORIGINS: setting(
    listOf(isOrigin, 'must list origins such as https://app.example, without a path'),
    '',
    'Origins whose pages may call with credentials, comma-separated',
  ),
  WEBAUTHN_RP_ID: setting(
    z
      .string()
      .regex(/^[a-z0-9.-]{1,253}$/, 'must be a domain in lower case')
      .optional(),
    '',
    'Domain WebAuthn credentials are bound to: that of every origin below, or one above it. A change makes enrolled credentials useless. Default: the host of `PUBLIC_URL`',
  ),
  WEBAUTHN_ORIGINS: setting(
    listOf(isOrigin, 'must list origins such as https://app.example, without a path'),
    '',
    'Origins of the pages that ask for WebAuthn credentials, comma-separated; default: the origin of `PUBLIC_URL`',
  ),
  WEBAUTHN_RP_NAME: setting(
    z.string().min(1).max(64).optional(),
    '',
    'Name browsers show while a WebAuthn credential is made; default: `SALLYPORT_NAME`',
  ),
  WEBAUTHN_USER_VERIFICATION: setting(
    z.enum(userVerifications),
    'preferred',
    'Whether a WebAuthn authenticator has to know its person, by PIN or fingerprint: `required`, `preferred` or `discouraged`',
  ),
  WEBAUTHN_SYNCED_AS_HWK: setting(
    flag,
    '1',
    '`1` names a synced passkey `hwk` in `amr` beside `swk`, since clients written for Frontegg know no other word; `0` writes `swk` alone',
  ),
  LOG_LEVEL: setting(z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']), 'info', 'Least level that is logged'),
  NODE_ENV: setting(
    z.enum(['production', 'development', 'test']),
    'development',
    '`production` requires keys, seeds nothing and switches GraphiQL and introspection off',
  ),
  STRICT_STEP_UP: setting(
    flag,
    '0',
    '`1` demands a fresh second factor for sensitive operations over REST as well; clients written for Frontegg cannot answer that',
  ),
  GRAPHIQL: setting(flag.optional(), '', '`1` serves GraphiQL and introspection; default `1`, in production `0`'),
  AUDIT_RETENTION_DAYS: setting(whole(1, 3650), '365', 'Days an event of the audit trail is kept'),
  LIMIT_LOGIN_PER_MINUTE: setting(count, '100', 'Logins one client address may try a minute'),
  LIMIT_FACTOR_PER_MINUTE: setting(count, '10', 'Second-factor requests one client address may send a minute, for each operation'),
  LIMIT_ENVIRONMENT_PER_SECOND: setting(count, '30', 'Environment logins one client address may try a second'),
  LIMIT_SMS_ADDRESS_PER_HOUR: setting(count, '60', 'Text messages one client address may cause an hour'),
  LIMIT_SMS_TENANT_PER_DAY: setting(count, '1000', 'Text messages the users of one tenant may cause a day'),
} satisfies Record<string, Setting>;

type Settings = typeof settings;
type Values = { [Name in keyof Settings]: z.output<Settings[Name]['schema']> };

/** Settings that end in `smsProvider` and nowhere else. */
type ProviderSetting = Extract<keyof Values, `TWILIO_${string}` | `SMS_WEBHOOK_${string}` | 'SMS_PROVIDER'>;

export interface Config extends Omit<Values, 'PUBLIC_URL' | 'SALLYPORT_DEMO' | 'GRAPHIQL' | 'NODE_ENV' | ProviderSetting> {
  production: boolean;
  publicUrl: string;
  relyingParty: RelyingParty;
  demo: boolean;
  graphiql: boolean;
  /** Null where no text messages are sent. */
  smsProvider: SmsProvider | null;
}

/** Reads the settings; throws one Error that names every variable at fault and never repeats a value. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const faults: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, { schema, default: fallback }] of Object.entries(settings)) {
    const given = environment[name] === '' ? undefined : environment[name];
    const result = schema.safeParse(given ?? (fallback === '' && schema.safeParse(undefined).success ? undefined : fallback));
    if (result.success) values[name] = result.data;
    else faults.push(`${name}: ${result.error.issues.map((issue) => issue.message).join('; ')}`);
  }
  if (environment.NODE_ENV === 'production' && !environment.SALLYPORT_KEYS) {
    faults.push('SALLYPORT_KEYS: is required in production; make one with `node -e "console.log(crypto.randomBytes(32).toString(\'base64\'))"`');
  }
  if (environment.NODE_ENV === 'production' && values.SALLYPORT_DEMO === true) faults.push('SALLYPORT_DEMO: must not be 1 in production');
  faults.push(...smsFaults(environment));
  if (faults.length > 0) throw invalid(faults);
  // Filled above from every schema of `settings`, or a fault was thrown; the loop over names cannot carry each one's type.
  const all = values as unknown as Values;
  const { PUBLIC_URL, SALLYPORT_DEMO, GRAPHIQL, NODE_ENV, SMS_PROVIDER, SMS_WEBHOOK_URL, SMS_WEBHOOK_SECRET, ...others } = all;
  const { TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, TWILIO_API_KEY, TWILIO_API_SECRET, ...more } = others;
  const { TWILIO_FROM, TWILIO_MESSAGING_SERVICE_SID, TWILIO_BASE_URL, ...rest } = more;
  const production = NODE_ENV === 'production';
  const publicUrl = (PUBLIC_URL ?? `http://localhost:${rest.PORT}`).replace(/\/$/, '');
  const relyingParty = relyingPartyOf(rest, new URL(publicUrl));
  // Where the operator set neither, WebAuthn is merely not available.
  const fault = rest.WEBAUTHN_RP_ID === undefined && rest.WEBAUTHN_ORIGINS.length === 0 ? null : problemOfRelyingParty(relyingParty);
  if (fault !== null) throw invalid([`WEBAUTHN_RP_ID: ${fault}`]);
  return {
    ...rest,
    production,
    publicUrl,
    relyingParty,
    demo: SALLYPORT_DEMO ?? !production,
    graphiql: GRAPHIQL ?? !production,
    smsProvider: smsProviderOf(all),
  };
}

/** What the chosen provider lacks, one line a variable. */
function smsFaults(environment: Readonly<Record<string, string | undefined>>): string[] {
  const lacks = (name: keyof Settings): boolean => !environment[name];
  const provider = environment.SMS_PROVIDER;
  const required = (...names: (keyof Settings)[]) => names.filter(lacks).map((name) => `${name}: is required with SMS_PROVIDER=${provider}`);
  const oneOf = (one: keyof Settings, other: keyof Settings) =>
    lacks(one) === lacks(other) ? [`${one}: give this or ${other}, one of the two`] : [];
  if (provider === 'twilio') {
    return [
      ...required('SMS_COUNTRIES', 'TWILIO_ACCOUNT_SID'),
      ...oneOf('TWILIO_AUTH_TOKEN', 'TWILIO_API_KEY'),
      ...(lacks('TWILIO_API_KEY') ? [] : required('TWILIO_API_SECRET')),
      ...oneOf('TWILIO_FROM', 'TWILIO_MESSAGING_SERVICE_SID'),
    ];
  }
  return provider === 'webhook' ? required('SMS_COUNTRIES', 'SMS_WEBHOOK_URL', 'SMS_WEBHOOK_SECRET') : [];
}

/** To be called when `smsFaults` found none: what it requires is there. */
function smsProviderOf(values: Values): SmsProvider | null {
  const { TWILIO_ACCOUNT_SID: accountSid = '', TWILIO_AUTH_TOKEN, TWILIO_API_KEY, TWILIO_API_SECRET } = values;
  if (values.SMS_PROVIDER === 'webhook') {
    return { kind: 'WEBHOOK', url: values.SMS_WEBHOOK_URL ?? '', secret: parseWebhookSecret(values.SMS_WEBHOOK_SECRET ?? '') };
  }
  if (values.SMS_PROVIDER === undefined) return null;
  const service = values.TWILIO_MESSAGING_SERVICE_SID;
  return {
    kind: 'TWILIO',
    baseUrl: values.TWILIO_BASE_URL.replace(/\/+$/, ''),
    accountSid,
    credentials:
      TWILIO_API_KEY === undefined
        ? { user: accountSid, password: TWILIO_AUTH_TOKEN ?? '' }
        : { user: TWILIO_API_KEY, password: TWILIO_API_SECRET ?? '' },
    from: service === undefined ? { From: values.TWILIO_FROM ?? '' } : { MessagingServiceSid: service },
  };
}

const invalid = (faults: readonly string[]): Error => new Error(`The settings are invalid:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);

const relyingPartyOf = (values: Pick<Values, 'SALLYPORT_NAME' | Extract<keyof Values, `WEBAUTHN_${string}`>>, publicUrl: URL): RelyingParty => ({
  id: values.WEBAUTHN_RP_ID ?? publicUrl.hostname,
  name: values.WEBAUTHN_RP_NAME ?? values.SALLYPORT_NAME,
  origins: values.WEBAUTHN_ORIGINS.length > 0 ? values.WEBAUTHN_ORIGINS : [publicUrl.origin],
  userVerification: values.WEBAUTHN_USER_VERIFICATION,
  syncedAsHardware: values.WEBAUTHN_SYNCED_AS_HWK,
});

/** README's table of settings, in Markdown. */
export const settingsTable = (): string =>
  [
    '| variable | default | meaning |',
    '|---|---|---|',
    ...Object.entries(settings).map(([name, { default: fallback, doc }]) => `| \`${name}\` | ${fallback === '' ? '' : `\`${fallback}\``} | ${doc} |`),
  ].join('\n');
