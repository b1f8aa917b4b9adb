import { load } from '../support/load.ts';
import { environmentFor, environmentHeader, filledFolder, main } from './contenders/sallyport.ts';
import { tenantId } from './support/fill.ts';
import { onCore, startProgram } from './support/program.ts';

const kind = process.argv[2] === 'POST' ? 'POST' : 'GET';
const folder = await filledFolder({ tenants: 100_000, users: 0 }, () => {});
const prof = process.argv[3] === 'prof' ? ['--cpu-prof', '--cpu-prof-dir=/tmp/prof', '--cpu-prof-interval=500'] : [];
const ours = await startProgram([...prof, main], { cwd: folder.cwd, environment: environmentFor(folder.databaseUrl) });
const headers = await environmentHeader(ours.url);
const query = 'query Policy { mfaPolicy { id enforceMfaType allowRememberMyDevice mfaDeviceExpirationSeconds createdAt updatedAt } }';
const requests = Array.from({ length: 1000 }, (_, i) => ({
  method: kind as 'GET',
  path: kind === 'GET' ? '/identity/resources/configurations/v1/mfa-policy' : '/graphql',
  headers: { ...headers, 'frontegg-tenant-id': tenantId(1 + i * 97), ...(kind === 'POST' ? { 'content-type': 'application/json' } : {}) },
  ...(kind === 'POST' ? { body: JSON.stringify({ query }) } : {}),
}));
for (let i = 0; i < 2; i++) {
  const r = await load({ url: ours.url, requests, connections: 32, seconds: 4 }, onCore(1));
  for (const [s, t] of Object.entries(r.times)) console.log(kind, s, Math.round(t.length / r.seconds));
}
await ours.stop();
await folder.remove();
process.exit(0);
