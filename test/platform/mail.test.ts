import type { AddressInfo } from 'node:net';
import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Log } from '../../src/domain/ports.ts';
import { createAbsentDelivery, createMemoryDelivery, createSmtpDelivery } from '../../src/platform/mail/smtp.ts';
import { HandClock } from '../support/clock.ts';

const message = { template: 'MFA_CODE', to: 'dana@acme.example', code: '004215', lifetimeSeconds: 300 } as const;
const from = '"Acme, Login" <login@acme.example>';

describe('SMTP', () => {
  interface Received {
    mailFrom: string | false;
    recipients: string[];
    raw: string;
  }
  const received: Received[] = [];
  let url = '';

  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onAuth: ({ username, password }, _session, done) =>
      username === 'user' && password === 'p@ss' ? done(null, { user: username }) : done(new Error('wrong')),
    onRcptTo: ({ address }, _session, done) =>
      done(address.startsWith('refused') ? Object.assign(new Error('no such mailbox'), { responseCode: 550 }) : null),
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const raw = Buffer.concat(chunks).toString();
        const { mailFrom, rcptTo } = session.envelope;
        received.push({ mailFrom: mailFrom === false ? false : mailFrom.address, recipients: rcptTo.map(({ address }) => address), raw });
        done(raw.includes('busy@acme.example') ? Object.assign(new Error('try later'), { responseCode: 451 }) : null);
      });
    },
  });

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `smtp://user:p%40ss@127.0.0.1:${(server.server.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise<void>((resolve) => server.close(resolve)));
  beforeEach(() => received.splice(0));

  it('brings one message to one recipient, readable in both forms', async () => {
    await createSmtpDelivery({ url, from }).send(message, null);
    expect(received).toHaveLength(1);
    expect(received[0]).toMatchObject({ mailFrom: 'login@acme.example', recipients: ['dana@acme.example'] });
    const mail = await PostalMime.parse(received[0]?.raw ?? '');
    expect(mail.from).toMatchObject({ name: 'Acme, Login', address: 'login@acme.example' });
    expect(mail.to).toMatchObject([{ address: 'dana@acme.example' }]);
    expect(mail.subject).toBe('Your login code');
    expect(mail.text).toContain('004215');
    expect(mail.html).toContain('<b>004215</b>');
    expect(mail.attachments).toEqual([]);
    expect(mail.headers.find(({ key }) => key === 'auto-submitted')?.value).toBe('auto-generated');
    expect(mail.headers.some(({ key }) => key === 'x-mailer')).toBe(false);
  });

  it('sends as the configured sender where there is one; an empty one is none', async () => {
    const delivery = createSmtpDelivery({ url, from });
    await delivery.send(message, 'mfa@tenant.example');
    await delivery.send(message, '');
    expect(received.map(({ mailFrom }) => mailFrom)).toEqual(['mfa@tenant.example', 'login@acme.example']);
  });

  it.each([
    'a@acme.example\r\nBcc: evil@evil.example',
    'a@acme.example, evil@evil.example',
    'a@acme.example evil@evil.example',
    '"a@evil.example"@acme.example',
    'Dana <a@acme.example>, <evil@evil.example>',
    'nobody',
    '',
  ])('%j is no recipient, and nothing is sent', async (to) => {
    await expect(createSmtpDelivery({ url, from }).send({ ...message, to }, null)).rejects.toMatchObject({
      message: 'ADDRESS_UNUSABLE',
      final: true,
    });
    expect(received).toEqual([]);
  });

  it.each(['x@y.example\r\nBcc: evil@evil.example', 'x@y.example, z@y.example', 'nobody'])('%j is no sender, and nothing is sent', async (sender) => {
    await expect(createSmtpDelivery({ url, from }).send(message, sender)).rejects.toThrow('must be an e-mail address');
    expect(received).toEqual([]);
  });

  it('a recipient that the server refuses for good is a final failure, without the text of the reply', async () => {
    await expect(createSmtpDelivery({ url, from }).send({ ...message, to: 'refused@acme.example' }, null)).rejects.toMatchObject({
      message: 'SMTP_550',
      final: true,
    });
    expect(received).toEqual([]);
  });

  it('a message that the server refuses for now is worth another attempt', async () => {
    await expect(createSmtpDelivery({ url, from }).send({ ...message, to: 'busy@acme.example' }, null)).rejects.toMatchObject({
      message: 'SMTP_451',
      final: false,
    });
  });

  it('wrong credentials, and a server that cannot be reached, are worth another attempt', async () => {
    const failureOf = (of: string) => createSmtpDelivery({ url: of, from }).send(message, null);
    await expect(failureOf(url.replace('p%40ss', 'wrong'))).rejects.toMatchObject({ message: 'SMTP_535', final: false });
    await expect(failureOf('smtp://127.0.0.1:1')).rejects.toMatchObject({ message: expect.stringMatching(/^SMTP_E[A-Z]+$/), final: false });
  });

  it('refuses settings it could never send with, without showing the password', () => {
    const create = () => createSmtpDelivery({ url: 'http://user:hunter2@mail.example', from });
    expect(create).toThrow(/^SMTP_URL has to start with smtp:\/\/ or smtps:\/\/$/);
    expect(() => createSmtpDelivery({ url, from: 'nobody' })).toThrow('must be an e-mail address');
  });
});

describe('without a mail server', () => {
  it('development keeps the last 50 messages and writes each to the log', async () => {
    const lines: object[] = [];
    const log: Log = { info: (fields) => lines.push(fields), warn: () => {}, error: () => {} };
    const at = new Date('2026-03-02T09:00:05.000Z');
    const delivery = createMemoryDelivery(log, new HandClock(at));
    for (let index = 0; index < 60; index += 1) await delivery.send({ ...message, code: String(index).padStart(6, '0') }, null);
    expect(delivery.email).toEqual({ available: true });
    expect(delivery.messages()).toHaveLength(50);
    expect(delivery.messages()[0]?.text).toContain('000010');
    expect(delivery.messages().at(-1)).toMatchObject({ to: message.to, subject: 'Your login code', text: expect.stringContaining('000059') });
    expect(lines).toHaveLength(60);
    const { to, subject, text, ...kept } = delivery.messages().at(-1) ?? {};
    expect(lines[59]).toEqual({ mail: { to, subject, text } });
    expect(kept).toEqual({ keptAt: at, code: '000059', link: null });
  });

  it('production says why e-mail is not available and refuses to send', async () => {
    const delivery = createAbsentDelivery('SMTP_URL is not set');
    expect(delivery.email).toEqual({ available: false, reason: 'SMTP_URL is not set' });
    await expect(delivery.send(message, null)).rejects.toMatchObject({ code: 'EMAIL_UNAVAILABLE' });
  });
});
