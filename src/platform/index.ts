import type { Config } from '../config/config.ts';
import type { Clock, Delivery, Keyring, Log, Passwords, Random, Signer } from '../domain/ports.ts';
import { capacityOfProcess, connectionsWithin } from './capacity.ts';
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

/** Everything the application uses to reach the outside world. */
export interface Ports {
  clock: Clock;
  random: Random;
  keyring: Keyring;
  passwords: Passwords;
  signer: Signer;
  delivery: Delivery;
  log: Log;
  /** Returns uniform random numbers in [0, 1), which spread the retries of conflicting transactions. */
  jitter: () => number;
  /** Most connections of clients that this process can hold. */
  maxConnections: number;
  /** Called with the text of every SQL statement. Tests use it to count them. */
  onQuery?: (sql: string) => void;
  /** Returns the e-mail kept for developers to read. Null if e-mail is really sent. */
  developmentMail: (() => readonly KeptMail[]) | null;
}

const masterKeyPath = 'data/keys';

/** Opens the ports of a real process, as the configuration says. Creates the file of master keys if none are configured. */
export async function openPorts(config: Config): Promise<Ports> {
  const log = createLog(config.log.level);
  const masterKeys = config.masterKeys === undefined ? await readOrCreateMasterKeys(masterKeyPath) : parseMasterKeys(config.masterKeys);
  const keyring = createKeyring(masterKeys, nodeRandom);
  const memory = config.mail.smtpUrl === undefined && !config.production ? createMemoryDelivery(log) : null;
  return {
    clock: systemClock,
    random: nodeRandom,
    keyring,
    passwords: createPasswords({ peppers: keyring }),
    signer: createSigner(),
    delivery: createDelivery(memory ?? emailDeliveryOf(config), smsDeliveryOf(config)),
    log,
    jitter: Math.random,
    maxConnections: connectionsWithin(capacityOfProcess()),
    developmentMail: memory === null ? null : () => memory.messages(),
  };
}

const emailDeliveryOf = ({ mail: { smtpUrl, from } }: Config): EmailDelivery =>
  smtpUrl === undefined ? createAbsentDelivery('EmailCode needs a mail server: SMTP_URL is not set') : createSmtpDelivery({ url: smtpUrl, from });

const smsDeliveryOf = ({ sms: { provider, domain } }: Config): SmsDelivery =>
  provider === null
    ? { reason: 'SMS needs a provider: SMS_PROVIDER is not set' }
    : { sender: createSmsSender(provider, systemClock), domain: domain ?? null };
