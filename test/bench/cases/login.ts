import { load } from '../../support/load.ts';
import { upTo } from '../../trust/support/deployment.ts';
import { createPerson, createTenant, identity, password } from '../../trust/support/story.ts';
import { startSallyportForLogins } from '../contenders/sallyport-logins.ts';
import { bareWork } from '../support/bare.ts';
import { onCore } from '../support/program.ts';
import type { Contestant, Standing } from '../support/rounds.ts';
import { compare } from '../support/rounds.ts';

const connections = 8;
const people = 20;
const warmUpSeconds = 2;

/** The time that each login by a password takes at saturation, beside the bare hash: P4. In milliseconds. */
export async function passwordLogin(rounds: number, seconds: number, postgres: boolean, progress: (text: string) => void): Promise<Standing[]> {
  const contestants: Contestant[] = [{ name: 'Argon2id, bare', measure: async () => (await bareWork()).hashMilliseconds }];
  const ends: (() => Promise<void>)[] = [];
  for (const db of postgres ? (['sqlite', 'pg2'] as const) : (['sqlite'] as const)) {
    const { name, deployment, stop } = await startSallyportForLogins(db, false);
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
    await load({ url, requests, connections, seconds: warmUpSeconds }, onCore(1));
    contestants.push({
      name,
      async measure() {
        const loaded = await load({ url, requests, connections, seconds }, onCore(1));
        if (Object.keys(loaded.times).join() !== '200') throw new Error(`Logins were answered with ${Object.keys(loaded.times).join(', ')}.`);
        return (loaded.seconds * 1000) / (loaded.times[200]?.length ?? 0);
      },
    });
    ends.push(stop);
  }
  const standings = await compare(contestants, rounds, progress);
  for (const end of ends) await end();
  return standings;
}
