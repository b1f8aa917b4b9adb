import { isSupportedCountry } from 'libphonenumber-js/max';
import { z } from 'zod';
import { maxServiceNameBytes, maxWebAuthnNameBytes } from '../domain/bounds.ts';
import { isIssuer, notAnIssuer } from '../domain/environment/environment.ts';
import { isAppOrigin, userVerifications } from '../domain/environment/relying-party.ts';
import { notAMailbox, readMailbox } from '../domain/messaging/mailbox.ts';
import { isAndroidApp, isIosAppId } from '../domain/oauth/app-links.ts';
import { isName, notAName, utf8Length } from '../domain/text.ts';
import { parseMasterKeys } from '../platform/keyring.ts';
import { parseWebhookSecret } from '../platform/sms/webhook.ts';
import { isHttp, isNetwork, isOrigin, isPolicySource, isProviderAddress } from './addresses.ts';

const flag = z.enum(['0', '1']).transform((value) => value === '1');
/** Reads comma-separated items, each of which has to satisfy `isItem`. */
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
/** Reads a whole number in decimal digits. `Number` alone would accept blanks, exponents and hexadecimal numbers as well. */
const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .refine((text) => /^\d{1,9}$/.test(text) && Number(text) >= min && Number(text) <= max, `must be a whole number from ${min} to ${max}`)
    .transform(Number);
const count = wholeNumber(1, 1_000_000);
const url = (isValid: (url: URL) => boolean, message: string) => z.string().refine((text) => URL.canParse(text) && isValid(new URL(text)), message);
/** Accepts a text if `read` does not throw on it. The error messages of these readers never contain the text. */
const readableBy = (read: (text: string) => unknown) =>
  z.string().superRefine((text, context) => {
    try {
      read(text);
    } catch (error) {
      context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : 'unreadable' });
    }
  });

const providerAddress = () => url(isProviderAddress, 'must be https://…, or http:// to this machine');

/** Returns the pattern of a Twilio id: two letters that name its kind, and 32 hexadecimal digits. */
const twilioSid = (kind: string): RegExp => new RegExp(`^${kind}[0-9a-f]{32}$`);

/** One setting: the values it accepts, its default, and its line in README. */
interface Setting<S extends z.ZodType = z.ZodType> {
  schema: S;
  /** The default as README shows it; an empty string means not set. */
  default: string;
  doc: string;
}
const setting = <S extends z.ZodType>(schema: S, fallback: string, doc: string): Setting<S> => ({ schema, default: fallback, doc });

/** Every setting of the server by its environment variable, in the order of README. An empty variable counts as not set. */
export const settings = {
  HOST: setting(z.string().regex(/^\S+$/, 'must be an address or a name'), '127.0.0.1', 'Address to listen on'),
  PORT: setting(wholeNumber(0, 65_535), '4000', 'Port to listen on; 0 takes a free one'),
  DATABASE_URL: setting(
    z
      .string()
      .refine(
        (text) => text === ':memory:' || /^file:.+$/.test(text) || (/^postgres(ql)?:\/\//.test(text) && URL.canParse(text)),
        'must be file:<path>, :memory: or postgres://…',
      ),
    'file:./data/sallyport.db',
    'SQLite file, or a PostgreSQL URL, which several instances need',
  ),
  DATABASE_POOL_SIZE: setting(
    wholeNumber(1, 500),
    '20',
    'Most connections that one instance opens to PostgreSQL. If the server allows fewer, requests wait for one of those',
  ),
  PUBLIC_URL: setting(
    url(
      (given) => isHttp(given) && `${given.username}${given.search}${given.hash}` === '',
      'must be http://… or https://…, without a query',
    ).optional(),
    '',
    'URL clients reach the server by, and the `iss` of its tokens; default `http://localhost:<PORT>`',
  ),
  APP_URL: setting(
    url(
      (given) => isHttp(given) && `${given.username}${given.search}${given.hash}` === '',
      'must be http://… or https://…, without a query',
    ).optional(),
    '',
    'URL of a front end of your own, to whose pages `/account/activate`, `/account/reset-password`, `/account/invitation/accept`, `/account/unlock` and `/account/login/magic-link` the links in messages lead. Without it they lead to pages of this server',
  ),
  SALLYPORT_KEYS: setting(
    readableBy(parseMasterKeys).optional(),
    '',
    'Master keys that encrypt stored secrets: 32 bytes each in base64, comma-separated; the first is used for new values. Required in production; outside production one is generated into the file `keys` beside the database',
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
    'Secret of the environment; default: generated and printed once. A changed one becomes valid beside the old one, until that is retired',
  ),
  SALLYPORT_NAME: setting(
    z.string().refine(isIssuer, notAnIssuer),
    'Sallyport',
    `Name of a new environment, at most ${maxServiceNameBytes} bytes; authenticator apps show it as the issuer`,
  ),
  SALLYPORT_DEMO: setting(
    flag.optional(),
    '',
    '`1` puts a demo tenant and demo users into an empty database. The default is `1` for developers, and `0` elsewhere, where `1` is refused because the demo password is public',
  ),
  SMTP_URL: setting(
    url(({ protocol, hostname }) => /^smtps?:$/.test(protocol) && hostname !== '', 'must be smtp://… or smtps://…').optional(),
    '',
    'Mail server. Without it no e-mail is sent; for developers, messages go to the log and to `GET /dev/outbox`',
  ),
  MAIL_FROM: setting(
    z.string().refine((text) => readMailbox(text) !== null, notAMailbox),
    'Sallyport <no-reply@localhost>',
    'Sender of e-mail: an address, or a name and an address',
  ),
  SMS_PROVIDER: setting(
    z.enum(['twilio', 'webhook']).optional(),
    '',
    'Provider that sends text messages: `twilio` or `webhook`. Without it SMS cannot be switched on as a second factor, nor to log in by',
  ),
  SMS_COUNTRIES: setting(
    listOf((item) => item === '*' || isSupportedCountry(item), 'must list countries by two letters (ISO 3166), such as US,DE, or be *'),
    '',
    'Countries text messages may be sent to: two-letter codes, comma-separated, or `*` for all. Required with `SMS_PROVIDER`. List only countries you need, because fraudsters earn money from messages to expensive numbers',
  ),
  SMS_DOMAIN: setting(
    z
      .string()
      .regex(/^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$|^localhost$/, 'must be a domain in lower case, such as login.acme.example')
      .optional(),
    '',
    'Domain of the login page. If set, text messages end with `@domain #code`, and browsers offer the code only on that domain',
  ),
  TWILIO_ACCOUNT_SID: setting(
    z.string().regex(twilioSid('AC'), 'must be AC and 32 hexadecimal digits').optional(),
    '',
    'Twilio account that sends the messages; required with `SMS_PROVIDER=twilio`',
  ),
  TWILIO_AUTH_TOKEN: setting(
    z.string().min(16, 'must have at least 16 characters').optional(),
    '',
    'Token of the account; set either this or an API key',
  ),
  TWILIO_API_KEY: setting(
    z.string().regex(twilioSid('SK'), 'must be SK and 32 hexadecimal digits').optional(),
    '',
    'API key, used instead of the token',
  ),
  TWILIO_API_SECRET: setting(z.string().min(16, 'must have at least 16 characters').optional(), '', 'Secret of `TWILIO_API_KEY`'),
  TWILIO_FROM: setting(
    z
      .string()
      .regex(/^\+[1-9]\d{6,14}$|^\d{3,8}$|^(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}$/, 'must be a number, a short code or up to 11 letters and digits')
      .optional(),
    '',
    'Number or name the messages come from; set either this or a messaging service',
  ),
  TWILIO_MESSAGING_SERVICE_SID: setting(
    z.string().regex(twilioSid('MG'), 'must be MG and 32 hexadecimal digits').optional(),
    '',
    'Twilio messaging service that chooses the sender',
  ),
  TWILIO_BASE_URL: setting(providerAddress(), 'https://api.twilio.com', 'Address of the Twilio API, or of a service with the same API'),
  SMS_WEBHOOK_URL: setting(
    providerAddress().optional(),
    '',
    'Address that messages are posted to as `{"to","text"}`; required with `SMS_PROVIDER=webhook`',
  ),
  SMS_WEBHOOK_SECRET: setting(
    readableBy(parseWebhookSecret).optional(),
    '',
    'Key that signs these posts (Standard Webhooks): 24 to 64 bytes in base64, with or without `whsec_` before them',
  ),
  CAPTCHA_VERIFY_URL: setting(
    providerAddress().optional(),
    '',
    'Address at which the provider of captchas checks answers by the protocol `siteverify`, such as `https://www.google.com/recaptcha/api/siteverify`, `https://api.hcaptcha.com/siteverify` or `https://challenges.cloudflare.com/turnstile/v0/siteverify`. Without it a captcha policy cannot be switched on',
  ),
  CAPTCHA_SCRIPT_URL: setting(
    url(
      (given) => isProviderAddress(given) && isPolicySource(given.origin),
      'must be https://… with a plain host name, or http:// to this machine',
    ).optional(),
    '',
    'Script of the provider for the pages of hosted login, with `{siteKey}` where the key belongs, such as `https://www.google.com/recaptcha/api.js?render={siteKey}`. It has to offer `grecaptcha.ready` and `grecaptcha.execute` as reCAPTCHA v3 does. Without it these pages refuse what a captcha policy asks for',
  ),
  CAPTCHA_ORIGINS: setting(
    listOf(isPolicySource, 'must list origins such as https://www.gstatic.com'),
    '',
    'Further origins that the script loads from, comma-separated; reCAPTCHA needs `https://www.gstatic.com`. The pages allow them and the origin of the script, and only while a captcha is asked for',
  ),
  TRUST_PROXY: setting(
    listOf(isNetwork, 'must list addresses or networks such as 10.0.0.0/8'),
    '',
    'Addresses or networks of the proxies whose `X-Forwarded-For` is believed, comma-separated. No other header, such as `Forwarded`, can change the client address',
  ),
  CORS_ORIGINS: setting(
    listOf(isOrigin, 'must list origins such as https://app.example, without a path'),
    '',
    'Origins whose pages may send requests with credentials, comma-separated. While there are none, cookies are set with `SameSite=Lax` even if the core settings say `NONE`',
  ),
  WEBAUTHN_RP_ID: setting(
    z
      .string()
      .regex(/^[a-z0-9.-]{1,253}$/, 'must be a domain in lower case')
      .optional(),
    '',
    'Domain that WebAuthn credentials are bound to. It has to be the domain of every origin in `WEBAUTHN_ORIGINS`, or a parent domain of it. After a change, enrolled credentials no longer work. Default: the host of `PUBLIC_URL`',
  ),
  WEBAUTHN_ORIGINS: setting(
    listOf(
      (item) => isOrigin(item) || isAppOrigin(item),
      'must list origins such as https://app.example, without a path, or android:apk-key-hash:… with 43 characters of base64url',
    ),
    '',
    'Origins of the pages and Android apps that use WebAuthn, comma-separated. An app is `android:apk-key-hash:` and the SHA-256 hash of its signing certificate in base64url; apps on iOS need no entry. Default: the origin of `PUBLIC_URL`',
  ),
  WEBAUTHN_RP_NAME: setting(
    z
      .string()
      .refine(isName, notAName)
      .refine((text) => utf8Length(text) <= maxWebAuthnNameBytes, `must have at most ${maxWebAuthnNameBytes} bytes`)
      .optional(),
    '',
    `Name that browsers show when a WebAuthn credential is created, at most ${maxWebAuthnNameBytes} bytes; default: the beginning of \`SALLYPORT_NAME\``,
  ),
  WEBAUTHN_USER_VERIFICATION: setting(
    z.enum(userVerifications),
    'preferred',
    'Whether a WebAuthn authenticator has to check a PIN or a fingerprint: `required`, `preferred` or `discouraged`',
  ),
  WEBAUTHN_SYNCED_AS_HWK: setting(
    flag,
    '1',
    '`1` writes `hwk` as well as `swk` to `amr` for a synced passkey, because clients written for Frontegg know only `hwk`; `0` writes only `swk`',
  ),
  HOSTED_TENANT_CHOICE: setting(
    flag,
    '0',
    '`1` asks members of several tenants at hosted login which one to enter, unless the application names one; `0` enters the one used last',
  ),
  OAUTH_SECRET_WITHOUT_VERIFIER: setting(
    flag,
    '0',
    "`1` lets an application that proves the secret of the environment exchange a code without the PKCE verifier although it sent a challenge. Frontegg's SDK for Next.js does so in its secure mode; RFC 9700 advises against it",
  ),
  IOS_APP_IDS: setting(
    listOf(isIosAppId, 'must list ids of apps such as 9Z8Y7X6W5V.com.example.app'),
    '',
    'Apps for iOS that may open links of this server, comma-separated: each the prefix of the team, a dot and the bundle id. They are served at `/.well-known/apple-app-site-association`',
  ),
  ANDROID_APPS: setting(
    listOf(isAndroidApp, 'must list packages, each with = and a fingerprint of 32 pairs of hexadecimal digits with colons'),
    '',
    'Apps for Android that may open links of this server, comma-separated: each the package, `=` and the SHA-256 fingerprint of a certificate that signs it. They are served at `/.well-known/assetlinks.json`',
  ),
  LOG_LEVEL: setting(
    z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']),
    'info',
    'Lowest level that is logged: `debug`, `info`, `warn`, `error` or `fatal`; `silent` logs nothing',
  ),
  NODE_ENV: setting(
    z.enum(['production', 'development', 'test']),
    'development',
    '`production` requires master keys and has no conveniences for developers; also `development` and `test`',
  ),
  STRICT_STEP_UP: setting(
    flag,
    '0',
    '`1` requires a recent second factor for sensitive operations over REST too, not only over GraphQL; clients written for Frontegg cannot handle that',
  ),
  STRICT_PASSKEYS: setting(
    flag,
    '0',
    '`1` counts a login by a passkey as one factor even if the passkey verified its user, so that policies ask for a second one as after a password',
  ),
  GRAPHIQL: setting(
    flag.optional(),
    '',
    '`1` serves GraphiQL and introspection to everybody, but no token with it; `0` to nobody. Default: GraphiQL for the developer who opens the printed link, and introspection for requests from the same machine',
  ),
  CONSOLE: setting(
    flag.optional(),
    '',
    '`1` serves the console for operators at `/console`; `0` does not. Default: `1`, but `0` in production. Its pages hold nothing before somebody signs in',
  ),
  SHUTDOWN_DELAY_SECONDS: setting(
    wholeNumber(0, 300).optional(),
    '',
    'Seconds from SIGTERM until the server stops listening, 0 to 300. Meanwhile `/ready` answers 503, so that load balancers send requests elsewhere; default `0`, in production `5`',
  ),
  AUDIT_RETENTION_DAYS: setting(wholeNumber(1, 3650), '365', 'Days that audit events are kept, 1 to 3650'),
  BREACHED_PASSWORDS_PATH: setting(
    z
      .string()
      .min(1)
      .max(4096)
      .refine((path) => !path.includes('\0'), 'must be a path')
      .optional(),
    '',
    'Folder with the list of breached passwords, as the downloader of Have I Been Pwned writes it: a file `00000.txt` to `FFFFF.txt` for each beginning of a SHA-1 hash. Without it, `blockPwnedPasswords` cannot be switched on. Nothing is ever asked over the network',
  ),
  LIMIT_LOGIN_PER_MINUTE: setting(count, '100', 'Most login attempts per minute from one client address'),
  LIMIT_PASSWORD_FAILURES: setting(
    wholeNumber(1, 50),
    '5',
    'Wrong passwords in a row that one client network may send for one account before it has to wait, 1 to 50. The waits grow from 30 seconds to an hour',
  ),
  LIMIT_FACTOR_PER_MINUTE: setting(count, '10', 'Most second-factor requests per minute from one client address, counted for each operation'),
  LIMIT_ENVIRONMENT_PER_SECOND: setting(count, '30', 'Most environment logins per second from one client address'),
  LIMIT_SMS_ADDRESS_PER_HOUR: setting(count, '60', 'Most text messages per hour requested from one client address'),
  LIMIT_SMS_TENANT_PER_DAY: setting(count, '1000', 'Most text messages per day to the users of one tenant'),
} satisfies Record<string, Setting>;

type Settings = typeof settings;

/** The value of every setting after it was read. */
export type Values = { [Name in keyof Settings]: z.output<Settings[Name]['schema']> };

/** Returns README's table of settings in Markdown. */
export const settingsTable = (): string =>
  [
    '| variable | default | meaning |',
    '|---|---|---|',
    ...Object.entries(settings).map(([name, { default: fallback, doc }]) => `| \`${name}\` | ${fallback === '' ? '' : `\`${fallback}\``} | ${doc} |`),
  ].join('\n');
