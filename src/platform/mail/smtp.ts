import { createTransport } from 'nodemailer';
import { fail } from '../../domain/errors.ts';
import type { Log } from '../../domain/ports.ts';
import type { EmailDelivery } from '../delivery.ts';
import { parseMailbox } from './mailbox.ts';
import { render } from './messages.ts';

export interface SmtpSettings {
  /** `SMTP_URL`: `smtp://` or `smtps://`, user and password included. */
  url: string;
  /** `MAIL_FROM`: the sender where the environment's configuration names none. */
  from: string;
}

/** Sends by SMTP, one connection a message. A refused recipient, a broken connection and silence all throw. */
export function createSmtpDelivery({ url, from }: SmtpSettings): EmailDelivery {
  if (!/^smtps?:\/\/./.test(url)) throw new Error('SMTP_URL has to start with smtp:// or smtps://');
  const defaultSender = parseMailbox(from);
  const transport = createTransport({
    url,
    // A message is made of our own text alone; nothing in it may make this server read a file or fetch an address.
    disableFileAccess: true,
    disableUrlAccess: true,
    dnsTimeout: 10_000,
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 20_000,
  });

  return {
    email: { available: true },
    async send(message, sender) {
      const { subject, text, html } = render(message);
      // The stored configuration starts with an empty sender, which means the same as none.
      const mailbox = sender === null || sender === '' ? defaultSender : parseMailbox(sender);
      const to = parseMailbox(message.to).address;
      await transport.sendMail({
        from: mailbox,
        to: { name: '', address: to },
        envelope: { from: mailbox.address, to: [to] },
        subject,
        text,
        html,
        // RFC 3834: keeps vacation notices from answering.
        headers: { 'Auto-Submitted': 'auto-generated' },
      });
    },
  };
}

export interface KeptMail {
  to: string;
  subject: string;
  text: string;
}

export interface MemoryDelivery extends EmailDelivery {
  /** The last 50 messages, oldest first. */
  messages(): readonly KeptMail[];
}

const keptMails = 50;

/** For development: sends nothing, keeps the last messages and writes each to the log, codes included. Never for production. */
export function createMemoryDelivery(log: Log): MemoryDelivery {
  const kept: KeptMail[] = [];
  return {
    email: { available: true },
    messages: () => [...kept],
    async send(message) {
      const { subject, text } = render(message);
      const mail = { to: message.to, subject, text };
      kept.push(mail);
      if (kept.length > keptMails) kept.shift();
      log.info({ mail }, 'mail not sent: no SMTP_URL, development mode');
    },
  };
}

/** For production without a mail server: e-mail is not available, and the operator can read why. */
export const createAbsentDelivery = (reason: string): EmailDelivery => ({
  email: { available: false, reason },
  send: async () => fail('EMAIL_UNAVAILABLE', reason),
});
