import type { AddressInfo } from 'node:net';
import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';

export interface ReceivedMail {
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
    onData(stream, _session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', async () => {
        if (mailServer.busy) return done(Object.assign(new Error('try later'), { responseCode: 451 }));
        const mail = await PostalMime.parse(Buffer.concat(chunks));
        received.push({ from: mail.from?.address ?? '', to: mail.to?.[0]?.address ?? '', subject: mail.subject ?? '', text: mail.text ?? '' });
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
