import { pause, upTo } from '../../trust/support/deployment.ts';
import { sendTo } from '../../trust/support/http.ts';
import { median } from '../../trust/support/statistics.ts';
import { environmentFor, filledFolder, main } from '../contenders/sallyport.ts';
import { startProgram } from '../support/program.ts';
import { residentMegabytes } from './memory.ts';

/** How long a start takes until `/health` answers, and how much memory the process then has: P7. */
export async function startAndSize(rounds: number, progress: (text: string) => void): Promise<{ startMilliseconds: number; idleMegabytes: number }> {
  const folder = await filledFolder({ tenants: 100_000, users: 0 }, () => undefined);
  const [starts, sizes]: [number[], number[]] = [[], []];
  for (const round of upTo(rounds)) {
    progress(`start ${round + 1} of ${rounds}`);
    const since = performance.now();
    const server = await startProgram([main], { cwd: folder.cwd, environment: environmentFor(folder.databaseUrl), pinned: false });
    await sendTo(server.url, { path: '/health' });
    starts.push(performance.now() - since);
    await pause(2_000);
    sizes.push(await residentMegabytes(server.pid));
    await server.stop();
  }
  await folder.remove();
  return { startMilliseconds: median(starts), idleMegabytes: median(sizes) };
}
