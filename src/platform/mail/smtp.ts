import type { Transporter } from 'nodemailer';
import { fail } from '../../domain/errors.ts';
import { EmailAddress } from '../../domain/messaging/email-address.ts';
import type { Mailbox } from '../../domain/messaging/mailbox.ts';
import { notAMailbox, readMailbox } from '../../domain/messaging/mailbox.ts';
import { DeliveryFailure } from '../../domain/messaging/message.ts';
import type { Clock, Log } from '../../domain/ports.ts';
import type { EmailDelivery } from '../delivery.ts';
import { render } from './messages.ts';

/** How e-mail is sent by SMTP. */
export interface SmtpSettings {
  /** URL of the mail server, `smtp://` or `smtps://`, with user and password if it needs them. */
  url: string;
  /** The sender, if the MFA configuration of the environment has none. */
  from: string;
}

/**
 * Makes a delivery that sends by SMTP, with one connection for each message. A refused recipient, a broken connection or a timeout
 * throws a `DeliveryFailure` that names the code of the reply. The text of the reply is dropped, because servers quote the recipient
 * and the message in it.
 */
export function createSmtpDelivery({ url, from }: SmtpSettings): EmailDelivery {
  if (!/^smtps?:\/\/./.test(url)) throw new Error('SMTP_URL has to start with smtp:// or smtps://');
  const defaultSender = senderOf(from);
  let transport: Promise<Transporter> | undefined;

  return {
    email: { available: true },
    async send(message, sender) {
      const { subject, text, html } = render(message);
      // The stored configuration starts with an empty sender, which means no sender.
      const mailbox = sender === null || sender === '' ? defaultSender : senderOf(sender);
      const to = EmailAddress.readStored(message.to)?.ascii;
      // An earlier release accepted addresses that no server can deliver to, and trying again would not help.
      if (to === undefined) throw new DeliveryFailure('ADDRESS_UNUSABLE', { final: true });
      const mail = {
        from: { name: mailbox.name, address: mailbox.address.ascii },
        to: { name: '', address: to },
        envelope: { from: mailbox.address.ascii, to: [to] },
        subject,
        text,
        html,
        // This keeps automatic replies from answering (RFC 3834 §5).
        headers: { 'Auto-Submitted': 'auto-generated' },
      };
      transport ??= openTransport(url);
      const mailer = await transport;
      await mailer.sendMail(mail).catch((error: unknown) => {
        throw failureOf(error);
      });
    },
  };
}

/** Makes what sends. The library is loaded for the first message, because no start needs it. */
async function openTransport(url: string): Promise<Transporter> {
  const { createTransport } = await import('nodemailer');
  return createTransport({
    url,
    // No content of a message may make this server read a file or fetch a URL.
    disableFileAccess: true,
    disableUrlAccess: true,
    dnsTimeout: 10_000,
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 20_000,
  });
}

/** The commands of SMTP that carry the message. What a server replies to the others is about the connection or our credentials. */
const ofTheMessage = /^(?:MAIL FROM|RCPT TO|DATA)\b/;
/** Codes of nodemailer for failures without a reply, such as `ETIMEDOUT`. */
const codeForm = /^E[A-Z]{2,20}$/;

/**
 * Returns the failure that an error of nodemailer means. A reply of 500 to 599 to the message is permanent (RFC 5321 §4.2.1). One to
 * the login or the greeting is tried again, because the operator can correct what causes it.
 */
function failureOf(error: unknown): DeliveryFailure {
  const { responseCode, code, command } = (error ?? {}) as { responseCode?: unknown; code?: unknown; command?: unknown };
  if (typeof responseCode === 'number' && responseCode >= 200 && responseCode <= 599) {
    // 530 asks for a login first (RFC 4954 §6).
    const final = responseCode >= 500 && responseCode !== 530 && typeof command === 'string' && ofTheMessage.test(command);
    return new DeliveryFailure(`SMTP_${responseCode}`, { final });
  }
  return new DeliveryFailure(typeof code === 'string' && codeForm.test(code) ? `SMTP_${code}` : 'SMTP_FAILED', { final: false });
}

function senderOf(text: string): Mailbox {
  const mailbox = readMailbox(text);
  if (mailbox === null) throw new Error(`the sender ${notAMailbox}`);
  return mailbox;
}

/** An e-mail kept for developers. */
export interface KeptMail {
  to: string;
  subject: string;
  text: string;
  keptAt: Date;
  /** The code in the text, if the e-mail has one. */
  code: string | null;
  /** The link in the text, if the e-mail has one. */
  link: string | null;
}

/** A delivery that keeps e-mail in memory. */
export interface MemoryDelivery extends EmailDelivery {
  /** Returns the last 50 messages, oldest first. */
  messages(): readonly KeptMail[];
}

const keptMails = 50;

/**
 * Makes a delivery for development: it sends nothing, keeps the last messages and writes each of them to the log. The log
 * then contains codes, so it must not be used in production.
 */
export function createMemoryDelivery(log: Log, clock: Clock): MemoryDelivery {
  const kept: KeptMail[] = [];
  return {
    email: { available: true },
    messages: () => [...kept],
    async send(message) {
      const { subject, text } = render(message);
      const mail = { to: message.to, subject, text };
      kept.push({
        ...mail,
        keptAt: clock.now(),
        code: 'code' in message ? message.code : null,
        link: 'link' in message ? message.link : null,
      });
      if (kept.length > keptMails) kept.shift();
      log.info({ mail }, 'e-mail was not sent, because SMTP_URL is not set');
    },
  };
}

/** Makes a delivery for production without a mail server. Every message fails, and `reason` tells the operator why. */
export const createAbsentDelivery = (reason: string): EmailDelivery => ({
  email: { available: false, reason },
  send: async () => fail('EMAIL_UNAVAILABLE', reason),
});
