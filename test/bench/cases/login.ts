import { load } from '../../support/load.ts';
import { upTo } from '../../trust/support/deployment.ts';
import { createPerson, createTenant, identity, password } from '../../trust/support/story.ts';
import { startSallyportForLogins } from '../contenders/sallyport-logins.ts';
import { bareWork } from '../support/bare.ts';
import { onCore } from '../support/program.ts';
import type { Standing } from '../support/rounds.ts';
import { compare } from '../support/rounds.ts';

const connections = 8;
const people = 20;

/** The time that each login by a password takes at saturation, beside the bare hash: P4. In milliseconds. */
export async function passwordLogin(rounds: number, seconds: number, progress: (text: string) => void): Promise<Standing[]> {
  const { deployment, stop } = await startSallyportForLogins('sqlite', false);
  const tenantId = await createTenant(deployment, 'logins', 'DontForce');
  const requests: { method: 'POST'; path: string; headers: Record<string, string>; body: string }[] = [];
  for (const index of upTo(people)) {
    const { email } = await createPerson(deployment, tenantId, `login-${index}`);
    requests.push({
      method: 'POST',
      path: `${identity}/auth/v1/user`,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email, password }),
    });
  }
  const url = deployment.instances[0]?.url ?? '';
  const standings = await compare(
    [
      { name: 'Argon2id, bare', measure: async () => (await bareWork()).hashMilliseconds },
      {
        name: 'Sallyport, REST',
        async measure() {
          const loaded = await load({ url, requests, connections, seconds }, onCore(1));
          if (Object.keys(loaded.times).join() !== '200') throw new Error(`Logins were answered with ${Object.keys(loaded.times).join(', ')}.`);
          return (loaded.seconds * 1000) / (loaded.times[200]?.length ?? 0);
        },
      },
    ],
    rounds,
    progress,
  );
  await stop();
  return standings;
}
