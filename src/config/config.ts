import { maxWebAuthnNameBytes } from '../domain/bounds.ts';
import { isLocalHost } from '../domain/environment/local-host.ts';
import type { RelyingParty } from '../domain/environment/relying-party.ts';
import { problemOfRelyingParty } from '../domain/environment/relying-party.ts';
import { OwnError } from '../domain/fault.ts';
import type { LinkedApps } from '../domain/oauth/app-links.ts';
import { readAndroidApps } from '../domain/oauth/app-links.ts';
import { cutToBytes } from '../domain/text.ts';
import type { LogLevel } from '../platform/log.ts';
import type { SmsProvider } from '../platform/sms/providers.ts';
import { parseWebhookSecret } from '../platform/sms/webhook.ts';
import type { Values } from './settings.ts';
import { settings } from './settings.ts';

/** The configuration of the server, read from the environment variables in `settings`. Optional texts are undefined if not set. */
export interface Config {
  production: boolean;
  /**
   * True if the server runs for a developer: outside of production, with `HOST` and `PUBLIC_URL` of this machine. Only then are there demo
   * users, pages for developers and e-mail kept for them, because all of these would open the server to strangers.
   */
  development: boolean;
  /** URL clients reach the server by, without a slash at its end. */
  publicUrl: string;
  /** URL below which the pages are that links in messages lead to, without a slash at its end: those of the front end, or our own. */
  linkUrl: string;
  /** URL of the operator's front end, where people begin to sign in. Null if the settings name none. */
  homeUrl: string | null;
  databaseUrl: string;
  databasePoolSize: number;
  /** Master keys as `parseMasterKeys` reads them; undefined means they are kept in a file. */
  masterKeys: string | undefined;
  /** True if demo users are put into an empty database. */
  demo: boolean;
  /** Who may use GraphiQL and introspection. */
  graphiql: 'EVERYBODY' | 'DEVELOPERS' | 'NOBODY';
  /** True if the console for operators is served. */
  console: boolean;
  /** True if sensitive operations require a recent second factor over REST as well. */
  strictStepUp: boolean;
  /** Whether a passkey counts as one factor even if it verified its user. */
  strictPasskeys: boolean;
  server: {
    host: string;
    /** Port to listen on; 0 takes a free one. */
    port: number;
    /** Addresses and networks of proxies whose `X-Forwarded-For` is believed. */
    trustProxy: string[];
    corsOrigins: string[];
    /** Seconds from SIGTERM until the server stops listening. */
    shutdownDelaySeconds: number;
  };
  /** Values for an environment that does not exist yet. */
  environment: { name: string; clientId: string | undefined; secret: string | undefined };
  mail: { smtpUrl: string | undefined; from: string };
  sms: {
    /** Null if no text messages are sent. */
    provider: SmsProvider | null;
    /** Countries text messages may be sent to, as two-letter codes. `*` means all countries. */
    countries: '*' | ReadonlySet<string>;
    /** Domain that codes in text messages are bound to. */
    domain: string | undefined;
  };
  captcha: {
    /** Where answers are checked. Null if nothing checks them. */
    verifyUrl: string | null;
    /** The script of the provider for our own pages, with `{siteKey}` where the key belongs. Null if they cannot ask. */
    scriptUrl: string | null;
    /** Origins that the script may load from, its own first. */
    origins: readonly string[];
  };
  relyingParty: RelyingParty;
  hostedLogin: {
    /** Whether hosted login is active in an environment that has no settings of it yet. */
    activeAtFirst: boolean;
    /** True if developers may begin before they have registered a redirect URI. */
    optionalUris: boolean;
    /** True if an application that proves the secret may leave the verifier of its code out although it sent a challenge. */
    secretWithoutVerifier: boolean;
    /** True if a member of several tenants chooses one where the application names none. */
    asksForTenant: boolean;
    /** The apps that may open links of this server. */
    linkedApps: LinkedApps;
  };
  /** Most requests or text messages for each client address, except for `passwordFailures` and `smsPerTenantPerDay`. */
  limits: {
    loginPerMinute: number;
    /** Wrong passwords in a row from one client network for one account before it has to wait. */
    passwordFailures: number;
    factorPerMinute: number;
    environmentPerSecond: number;
    smsPerAddressPerHour: number;
    smsPerTenantPerDay: number;
  };
  audit: { retentionDays: number };
  /** The folder of the list of breached passwords. Null if there is none. */
  breachedPasswords: string | null;
  log: { level: LogLevel };
  /** What the operator should know about settings that are valid but hardly meant, in words. */
  warnings: { setting: string; text: string }[];
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the configuration from environment variables. Throws one error that names every invalid variable and never
 * repeats a value, because values may be secret.
 */
export function readConfig(environment: Environment): Config {
  const values = readValues(environment);
  const production = values.NODE_ENV === 'production';
  const publicUrl = (values.PUBLIC_URL ?? `http://localhost:${values.PORT}`).replace(/\/$/, '');
  const development = runsForDeveloper(values);
  return {
    production,
    development,
    publicUrl,
    homeUrl: values.APP_URL?.replace(/\/$/, '') ?? null,
    linkUrl: values.APP_URL === undefined ? `${publicUrl}/oauth/account` : `${values.APP_URL.replace(/\/$/, '')}/account`,
    databaseUrl: values.DATABASE_URL,
    databasePoolSize: values.DATABASE_POOL_SIZE,
    masterKeys: values.SALLYPORT_KEYS,
    demo: values.SALLYPORT_DEMO ?? development,
    graphiql: values.GRAPHIQL === undefined ? (development ? 'DEVELOPERS' : 'NOBODY') : values.GRAPHIQL ? 'EVERYBODY' : 'NOBODY',
    console: values.CONSOLE ?? !production,
    strictStepUp: values.STRICT_STEP_UP,
    strictPasskeys: values.STRICT_PASSKEYS,
    server: {
      host: values.HOST,
      port: values.PORT,
      trustProxy: values.TRUST_PROXY,
      corsOrigins: values.CORS_ORIGINS,
      shutdownDelaySeconds: values.SHUTDOWN_DELAY_SECONDS ?? (production ? 5 : 0),
    },
    environment: { name: values.SALLYPORT_NAME, clientId: values.SALLYPORT_CLIENT_ID, secret: values.SALLYPORT_SECRET },
    mail: { smtpUrl: values.SMTP_URL, from: values.MAIL_FROM },
    sms: {
      provider: smsProviderOf(values),
      countries: values.SMS_COUNTRIES.includes('*') ? '*' : new Set(values.SMS_COUNTRIES),
      domain: values.SMS_DOMAIN,
    },
    captcha: {
      verifyUrl: values.CAPTCHA_VERIFY_URL ?? null,
      scriptUrl: values.CAPTCHA_SCRIPT_URL ?? null,
      origins: [
        ...new Set([...(values.CAPTCHA_SCRIPT_URL === undefined ? [] : [new URL(values.CAPTCHA_SCRIPT_URL).origin]), ...values.CAPTCHA_ORIGINS]),
      ],
    },
    relyingParty: relyingPartyOf(values, new URL(publicUrl)),
    hostedLogin: {
      activeAtFirst: !production,
      optionalUris: development,
      secretWithoutVerifier: values.OAUTH_SECRET_WITHOUT_VERIFIER,
      asksForTenant: values.HOSTED_TENANT_CHOICE,
      linkedApps: { ios: values.IOS_APP_IDS, android: readAndroidApps(values.ANDROID_APPS) },
    },
    limits: {
      loginPerMinute: values.LIMIT_LOGIN_PER_MINUTE,
      passwordFailures: values.LIMIT_PASSWORD_FAILURES,
      factorPerMinute: values.LIMIT_FACTOR_PER_MINUTE,
      environmentPerSecond: values.LIMIT_ENVIRONMENT_PER_SECOND,
      smsPerAddressPerHour: values.LIMIT_SMS_ADDRESS_PER_HOUR,
      smsPerTenantPerDay: values.LIMIT_SMS_TENANT_PER_DAY,
    },
    audit: { retentionDays: values.AUDIT_RETENTION_DAYS },
    breachedPasswords: values.BREACHED_PASSWORDS_PATH ?? null,
    log: { level: values.LOG_LEVEL },
    warnings: production ? warningsOf(values, publicUrl) : [],
  };
}

/** Returns what hardly any production server is meant to be without. */
function warningsOf({ PUBLIC_URL, SMTP_URL }: Values, publicUrl: string): Config['warnings'] {
  return [
    ...(PUBLIC_URL === undefined
      ? [{ setting: 'PUBLIC_URL', text: `PUBLIC_URL is not set, so tokens and links name ${publicUrl}, which nobody can reach from elsewhere` }]
      : []),
    ...(SMTP_URL === undefined
      ? [{ setting: 'SMTP_URL', text: 'SMTP_URL is not set, so no e-mail is sent: no codes, no links to set a password, and no notices to users' }]
      : []),
  ];
}

/** Reads every setting, and throws if one is invalid or if they do not fit together. */
function readValues(environment: Environment): Values {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, { schema, default: fallback }] of Object.entries(settings)) {
    const given = environment[name] === '' ? undefined : environment[name];
    const result = schema.safeParse(given ?? (fallback === '' && schema.safeParse(undefined).success ? undefined : fallback));
    if (result.success) values[name] = result.data;
    else problems.push(`${name}: ${result.error.issues.map((issue) => issue.message).join('; ')}`);
  }
  if (environment.NODE_ENV === 'production' && !environment.SALLYPORT_KEYS) {
    problems.push('SALLYPORT_KEYS: is required in production; make one with `npx sallyport keys new`');
  }
  // The loop above filled every name, or an error is thrown below. TypeScript cannot follow the type of each name through a loop.
  const known = values as unknown as Values;
  if (known.SALLYPORT_DEMO && 'HOST' in values && 'PUBLIC_URL' in values && !runsForDeveloper(known)) {
    problems.push('SALLYPORT_DEMO: must not be 1 in production, or where HOST or PUBLIC_URL is not of this machine');
  }
  problems.push(...smsProblems(environment));
  if (problems.length > 0) throw invalid(problems);
  return known;
}

/** Tells whether the server runs for a developer; see `Config.development`. */
const runsForDeveloper = ({ NODE_ENV, HOST, PUBLIC_URL }: Pick<Values, 'NODE_ENV' | 'HOST' | 'PUBLIC_URL'>): boolean =>
  NODE_ENV !== 'production' && isLocalHost(HOST) && (PUBLIC_URL === undefined || isLocalHost(new URL(PUBLIC_URL).hostname));

const invalid = (problems: readonly string[]): OwnError =>
  new OwnError(`The settings are invalid:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);

/** Returns what the chosen SMS provider lacks, one line for each variable. */
function smsProblems(environment: Environment): string[] {
  const lacks = (name: keyof Values): boolean => !environment[name];
  const provider = environment.SMS_PROVIDER;
  const required = (...names: (keyof Values)[]) => names.filter(lacks).map((name) => `${name}: is required with SMS_PROVIDER=${provider}`);
  const oneOf = (one: keyof Values, other: keyof Values) => (lacks(one) === lacks(other) ? [`${one}: set either this or ${other}`] : []);
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

/** Returns the chosen SMS provider. `smsProblems` has found no problem before, so every required value is set. */
function smsProviderOf(values: Values): SmsProvider | null {
  if (values.SMS_PROVIDER === undefined) return null;
  if (values.SMS_PROVIDER === 'webhook') {
    return { kind: 'WEBHOOK', url: values.SMS_WEBHOOK_URL ?? '', secret: parseWebhookSecret(values.SMS_WEBHOOK_SECRET ?? '') };
  }
  const { TWILIO_ACCOUNT_SID: accountSid = '', TWILIO_AUTH_TOKEN, TWILIO_API_KEY, TWILIO_API_SECRET } = values;
  const messagingServiceSid = values.TWILIO_MESSAGING_SERVICE_SID;
  return {
    kind: 'TWILIO',
    baseUrl: values.TWILIO_BASE_URL.replace(/\/+$/, ''),
    accountSid,
    credentials:
      TWILIO_API_KEY === undefined
        ? { user: accountSid, password: TWILIO_AUTH_TOKEN ?? '' }
        : { user: TWILIO_API_KEY, password: TWILIO_API_SECRET ?? '' },
    sender: messagingServiceSid === undefined ? { from: values.TWILIO_FROM ?? '' } : { messagingServiceSid },
  };
}

/** Returns the WebAuthn relying party, and throws if the operator set one that no browser accepts. */
function relyingPartyOf(values: Values, publicUrl: URL): RelyingParty {
  const relyingParty: RelyingParty = {
    id: values.WEBAUTHN_RP_ID ?? publicUrl.hostname,
    name: values.WEBAUTHN_RP_NAME ?? cutToBytes(values.SALLYPORT_NAME, maxWebAuthnNameBytes),
    origins: values.WEBAUTHN_ORIGINS.length > 0 ? values.WEBAUTHN_ORIGINS : [publicUrl.origin],
    userVerification: values.WEBAUTHN_USER_VERIFICATION,
    syncedAsHardware: values.WEBAUTHN_SYNCED_AS_HWK,
  };
  // Without either setting the id follows PUBLIC_URL. If that does not suit WebAuthn, its strategies are only unavailable.
  const chosen = values.WEBAUTHN_RP_ID !== undefined || values.WEBAUTHN_ORIGINS.length > 0;
  const problem = chosen ? problemOfRelyingParty(relyingParty) : null;
  if (problem !== null) throw invalid([`WEBAUTHN_RP_ID: ${problem}`]);
  return relyingParty;
}
