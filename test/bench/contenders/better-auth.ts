import { fileURLToPath } from 'node:url';
import { installed } from '../../trust/peers/install.ts';
import { peerPassword } from '../../trust/peers/peer.ts';
import type { Answer } from '../../trust/support/http.ts';
import { jsonOf, sendTo } from '../../trust/support/http.ts';
import { totp } from '../../trust/support/story.ts';
import { startProgram, typescript } from '../support/program.ts';
import type { SecondFactorServer } from './second-factor-server.ts';

export const betterAuthVersion = '1.7.25';
const code = `
export { betterAuth } from 'better-auth';
export { twoFactor } from 'better-auth/plugins';
export { getMigrations } from 'better-auth/db/migration';
export { toNodeHandler } from 'better-auth/node';
`;
const program = fileURLToPath(new URL('./better-auth-process.ts', import.meta.url));

/** Installs better-auth into a temporary folder and starts it on the core of the servers. */
export async function startBetterAuth(): Promise<SecondFactorServer> {
  const { file, remove } = await installed([`better-auth@${betterAuthVersion}`], code);
  const { url, stop } = await startProgram([...typescript, program, file]);
  const post = (path: string, body: object, cookie = ''): Promise<Answer> =>
    sendTo(url, { path: `/api/auth${path}`, body, headers: { origin: url, ...(cookie === '' ? {} : { cookie }) } });
  const cookiesOf = (answer: Answer): string =>
    [answer.headers['set-cookie'] ?? []]
      .flat()
      .map((cookie) => cookie.split(';')[0])
      .join('; ');
  return {
    name: `better-auth ${betterAuthVersion}`,
    async createUser(name) {
      const email = `${name}@acme.example`;
      const cookie = cookiesOf(await post('/sign-up/email', { name, email, password: peerPassword }));
      const { totpURI } = jsonOf(await post('/two-factor/enable', { password: peerPassword }, cookie)) as { totpURI: string };
      const secret = new URL(totpURI).searchParams.get('secret') ?? '';
      await post('/two-factor/verify-totp', { code: totp(secret, -30) }, cookie);
      return { email, secret };
    },
    async begin({ email }) {
      const answer = await post('/sign-in/email', { email, password: peerPassword });
      const cookie = cookiesOf(answer);
      return { milliseconds: answer.milliseconds, verify: (given) => post('/two-factor/verify-totp', { code: given }, cookie) };
    },
    stop: async () => {
      await stop();
      await remove();
    },
  };
}
