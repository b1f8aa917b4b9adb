import type { AddressInfo } from 'node:net';
import { domainToASCII } from 'node:url';
import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';

export interface ReceivedMail {
  /** Of the envelope, as the server was told by MAIL FROM and RCPT TO. */
  envelope: { from: string; to: string[] };
  fromName: string;
  from: string;
  to: string;
  subject: string;
  text: string;
}

export interface MailServer {
  url: string;
  received: ReceivedMail[];
  /** While true every message is refused for now, as an overloaded server does. */
  busy: boolean;
  /** While set every recipient is refused with this reply. */
  refusal: { code: number; text: string } | null;
  close(): Promise<void>;
}

/** The library shows domains in their script; the client sent them in ASCII, or the server would have refused them. */
const onTheWire = (address: string): string => address.replace(/@(.*)$/, (_, domain: string) => `@${domainToASCII(domain)}`);

/** A real SMTP server on this machine that keeps what it gets. */
export async function startMailServer(): Promise<MailServer> {
  const received: ReceivedMail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onRcptTo(_address, _session, done) {
      const { refusal } = mailServer;
      done(refusal === null ? null : Object.assign(new Error(refusal.text), { responseCode: refusal.code }));
    },
    // As most servers in use: an address that needs SMTPUTF8 would be refused.
    hideSMTPUTF8: true,
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', async () => {
        if (mailServer.busy) return done(Object.assign(new Error('try later'), { responseCode: 451 }));
        const mail = await PostalMime.parse(Buffer.concat(chunks));
        const { mailFrom, rcptTo } = session.envelope;
        const envelope = { from: mailFrom === false ? '' : onTheWire(mailFrom.address), to: rcptTo.map(({ address }) => onTheWire(address)) };
        const from = { from: mail.from?.address ?? '', fromName: mail.from?.name ?? '' };
        received.push({ envelope, ...from, to: mail.to?.[0]?.address ?? '', subject: mail.subject ?? '', text: mail.text ?? '' });
        done();
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const mailServer: MailServer = {
    url: `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`,
    received,
    busy: false,
    refusal: null,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
  return mailServer;
}
