import { dirname, join } from 'node:path';
import type { Config } from '../config/config.ts';
import type { CaptchaVerifier, Clock, Delivery, Keyring, Log, PasswordLists, Passwords, Random, Signer } from '../domain/ports.ts';
import { capacityOfProcess, connectionsWithin } from './capacity.ts';
import { createCaptchaVerifier } from './captcha.ts';
import { systemClock } from './clock.ts';
import type { EmailDelivery, SmsDelivery } from './delivery.ts';
import { createDelivery } from './delivery.ts';
import { readOrCreateDeveloperKey } from './developer-key.ts';
import { createKeyring, parseMasterKeys } from './keyring.ts';
import { createBatchedOutput, createLog } from './log.ts';
import type { KeptMail } from './mail/smtp.ts';
import { createAbsentDelivery, createMemoryDelivery, createSmtpDelivery } from './mail/smtp.ts';
import type { MasterKeyFile } from './master-key-file.ts';
import { readOrCreateMasterKeys } from './master-key-file.ts';
import { createPasswordLists } from './password-lists.ts';
import { createPasswords } from './passwords.ts';
import { nodeRandom } from './random.ts';
import { createSigner } from './signer.ts';
import { createSmsSender } from './sms/providers.ts';

/** Everything the application uses to reach the outside world. */
export interface Ports {
  clock: Clock;
  random: Random;
  keyring: Keyring;
  /** Where the master keys are from, in words for the operator. */
  keySource?: string;
  passwords: Passwords;
  passwordLists: PasswordLists;
  signer: Signer;
  delivery: Delivery;
  /** Null if nothing checks captchas. */
  captchaVerifier: CaptchaVerifier | null;
  log: Log;
  /** Returns uniform random numbers in [0, 1), which spread the retries of conflicting transactions. */
  jitter: () => number;
  /** Most connections of clients that this process can hold. */
  maxConnections: number;
  /** Called with the text of every SQL statement. Tests use it to count them. */
  onQuery?: (sql: string) => void;
  /** The e-mail kept for the developer, and the key that reads it, which is in the file at `keyPath`. Null if no e-mail is kept. */
  developmentMail: { messages(): readonly KeptMail[]; key(): Promise<string>; keyPath: string } | null;
}

/** Opens the ports of a real process, as the configuration says. Reads or creates the file of master keys if none are configured. */
export async function openPorts(config: Config, keyFile: MasterKeyFile): Promise<Ports> {
  const log = createLog(config.log.level, config.production ? createBatchedOutput() : undefined);
  const file = config.masterKeys === undefined ? await readOrCreateMasterKeys(keyFile) : null;
  const keyring = createKeyring(file?.keys ?? parseMasterKeys(config.masterKeys ?? ''), nodeRandom);
  // It stands beside the master keys, and so beside the database.
  const developerKeyPath = join(dirname(keyFile.path), 'developer-key');
  const memory = config.mail.smtpUrl === undefined && config.development ? createMemoryDelivery(log, systemClock) : null;
  return {
    clock: systemClock,
    random: nodeRandom,
    keyring,
    keySource: file === null ? 'SALLYPORT_KEYS' : `the file ${file.path}`,
    passwords: createPasswords({ peppers: keyring }),
    passwordLists: createPasswordLists({ breachedFolder: config.breachedPasswords }),
    signer: createSigner(),
    delivery: createDelivery(memory ?? emailDeliveryOf(config), smsDeliveryOf(config)),
    captchaVerifier: config.captcha.verifyUrl === null ? null : createCaptchaVerifier({ url: config.captcha.verifyUrl }),
    log,
    jitter: Math.random,
    maxConnections: connectionsWithin(capacityOfProcess()),
    developmentMail:
      memory === null ? null : { messages: memory.messages, key: () => readOrCreateDeveloperKey(developerKeyPath), keyPath: developerKeyPath },
  };
}

const emailDeliveryOf = ({ mail: { smtpUrl, from } }: Config): EmailDelivery =>
  smtpUrl === undefined ? createAbsentDelivery('EmailCode needs a mail server: SMTP_URL is not set') : createSmtpDelivery({ url: smtpUrl, from });

const smsDeliveryOf = ({ sms: { provider, domain } }: Config): SmsDelivery =>
  provider === null
    ? { reason: 'SMS needs a provider: SMS_PROVIDER is not set' }
    : { sender: createSmsSender(provider, systemClock), domain: domain ?? null };
