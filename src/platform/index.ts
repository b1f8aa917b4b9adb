import type { Config } from '../config.ts';
import type { Clock, Delivery, Keyring, Log, Passwords, Random, Signer } from '../domain/ports.ts';
import { systemClock } from './clock.ts';
import type { EmailDelivery, SmsDelivery } from './delivery.ts';
import { createDelivery } from './delivery.ts';
import { createKeyring, parseMasterKeys } from './keyring.ts';
import { createLog } from './log.ts';
import type { KeptMail } from './mail/smtp.ts';
import { createAbsentDelivery, createMemoryDelivery, createSmtpDelivery } from './mail/smtp.ts';
import { readOrCreateMasterKeys } from './master-key-file.ts';
import { createPasswords } from './passwords.ts';
import { nodeRandom } from './random.ts';
import { createSigner } from './signer.ts';
import { createSmsSender } from './sms/providers.ts';

/** Everything the application reaches the outside by. */
export interface Ports {
  clock: Clock;
  random: Random;
  keyring: Keyring;
  passwords: Passwords;
  signer: Signer;
  delivery: Delivery;
  log: Log;
  /** Uniform in [0, 1): spreads retries. */
  jitter: () => number;
  /** Told the text of every SQL statement; for counting them. */
  onQuery?: (sql: string) => void;
  /** Messages kept for a developer to read; null where mail is really sent. */
  developmentMail: (() => readonly KeptMail[]) | null;
}

const masterKeyPath = 'data/keys';

/** The ports of a real process, as the settings ask for. */
export async function openPorts(config: Config): Promise<Ports> {
  const log = createLog(config.LOG_LEVEL);
  const masterKeys = config.SALLYPORT_KEYS === undefined ? await readOrCreateMasterKeys(masterKeyPath) : parseMasterKeys(config.SALLYPORT_KEYS);
  const keyring = createKeyring(masterKeys, nodeRandom);
  const memory = config.SMTP_URL === undefined && !config.production ? createMemoryDelivery(log) : null;
  return {
    clock: systemClock,
    random: nodeRandom,
    keyring,
    passwords: createPasswords({ peppers: keyring }),
    signer: createSigner(),
    delivery: createDelivery(memory ?? sendingMail(config), sendingTexts(config)),
    log,
    jitter: Math.random,
    developmentMail: memory === null ? null : () => memory.messages(),
  };
}

const sendingMail = ({ SMTP_URL, MAIL_FROM }: Config): EmailDelivery =>
  SMTP_URL === undefined
    ? createAbsentDelivery('EmailCode needs a mail server: SMTP_URL is not set')
    : createSmtpDelivery({ url: SMTP_URL, from: MAIL_FROM });

const sendingTexts = ({ smsProvider, SMS_DOMAIN }: Config): SmsDelivery =>
  smsProvider === null
    ? { reason: 'SMS needs a provider: SMS_PROVIDER is not set' }
    : { sender: createSmsSender(smsProvider, systemClock), domain: SMS_DOMAIN ?? null };
