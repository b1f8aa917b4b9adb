import { readFile } from 'node:fs/promises';
import { load } from '../../support/load.ts';
import { environmentHeader, filledFolder, startSallyport } from '../contenders/sallyport.ts';
import { tenantId } from '../support/fill.ts';
import { onCore } from '../support/program.ts';
import { filling } from '../support/progress.ts';
import { policyRequests } from './policy-read.ts';

const connections = 32;
const tenants = 100_000;
const sampleMilliseconds = 500;
/** The share of the samples at each end that is compared with the other end. The first ones are left out, while the server warms up. */
const endShare = 0.2;
const warmShare = 0.1;

/** What a server under load takes, in megabytes. */
export interface MemoryUnderLoad {
  minutes: number;
  peakMegabytes: number;
  /** The mean after it has warmed up, and the mean at the end. */
  earlyMegabytes: number;
  lateMegabytes: number;
}

/** The resident memory of a server that answers as many reads of policies as it can, over REST and GraphQL in turn. */
export async function memoryUnderLoad(minutes: number, progress: (text: string) => void): Promise<MemoryUnderLoad> {
  const folder = await filledFolder({ tenants, users: 0 }, filling);
  const server = await startSallyport(folder.databaseUrl, folder.cwd);
  const headers = await environmentHeader(server.url);
  const asked = Array.from({ length: 1_000 }, (_, index) => tenantId(1 + ((index * 97) % tenants)));
  const samples: number[] = [];
  const sampler = setInterval(() => {
    void residentMegabytes(server.pid).then((megabytes) => samples.push(megabytes));
  }, sampleMilliseconds);
  // A token lives for half an hour, so one is enough. Both transports are asked in each piece.
  const pieces = Math.max(2, Math.round(minutes));
  for (let piece = 0; piece < pieces; piece += 1) {
    progress(`memory under load: ${piece} of ${pieces} pieces`);
    for (const method of ['GET', 'POST'] as const) {
      await load(
        { url: server.url, requests: policyRequests(method, headers, asked), connections, seconds: Math.ceil((minutes * 30) / pieces) },
        onCore(1),
      );
    }
  }
  clearInterval(sampler);
  await server.stop();
  await folder.remove();
  const warm = samples.slice(Math.floor(samples.length * warmShare));
  const end = Math.ceil(warm.length * endShare);
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  return { minutes, peakMegabytes: Math.max(...samples), earlyMegabytes: mean(warm.slice(0, end)), lateMegabytes: mean(warm.slice(-end)) };
}

/** The memory of a process that lies in RAM, in megabytes. */
export async function residentMegabytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN) / 1024;
}
