import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { stopPostgres } from '../trust/support/deployment.ts';
import { closeConnections } from '../trust/support/http.ts';
import { manyClients } from './cases/clients.ts';
import { growth } from './cases/growth.ts';
import { passwordLogin } from './cases/login.ts';
import { memoryUnderLoad } from './cases/memory.ts';
import { policyRead } from './cases/policy-read.ts';
import { secondFactor } from './cases/second-factor.ts';
import { simulation } from './cases/simulation.ts';
import { startAndSize } from './cases/start.ts';
import { coresAreApart, useLoadCore } from './support/program.ts';
import { progress, progressEnds } from './support/progress.ts';
import type { Standing } from './support/rounds.ts';
import type { Row } from './support/table.ts';
import { machine, tableOf } from './support/table.ts';

const usage = 'Usage: npm run bench -- [P1 P3 P4 P5 P7 simulation memory clients] [--quick] [--write]';

const digits = (value: number, places: number): string =>
  value.toLocaleString('en', { minimumFractionDigits: places, maximumFractionDigits: places });

const rowsOf = (id: string, standings: readonly Standing[], unit: string, places: number, targets: readonly string[]): Row[] =>
  standings.map(({ name, median, ratio }, index) => ({
    id,
    contender: name,
    figure: `${digits(median, places)} ${unit}`,
    ratio: index === 0 ? '1' : `${digits(ratio.median, 2)} (${digits(ratio.min, 2)}–${digits(ratio.max, 2)})`,
    target: targets[index] ?? '',
  }));

/** What is measured, in this order. Each takes some minutes, or with `quick` about one at most. */
const cases: Readonly<Record<string, (quick: boolean) => Promise<Row[]>>> = {
  async P1(quick) {
    const { rest, graphql, tail, senderShare } = await policyRead(
      quick ? { rounds: 1, seconds: 2, tenants: 10_000, postgres: false } : { rounds: 5, seconds: 8, tenants: 100_000, postgres: true },
      progress,
    );
    return [
      ...rowsOf('P2', rest, 'req/s', 0, ['', '≥ 0.65', '']),
      ...rowsOf('P1', graphql, 'req/s', 0, ['', '≥ 0.50, and ≥ mercurius', '', '']),
      ...tail.map(({ name, p50, p99 }) => ({
        id: 'P9',
        contender: name,
        figure: `p50 ${digits(p50, 1)} ms, p99 ${digits(p99, 1)} ms`,
        ratio: `p99 is ${digits(p99 / p50, 1)} × p50`,
        target: name.startsWith('Sallyport') ? '≤ 8' : '',
      })),
      { id: '', contender: 'the sender itself', figure: `${digits(100 * senderShare, 0)} % of its core`, ratio: '', target: '' },
    ];
  },
  async P3(quick) {
    const { latency, throughput } = await secondFactor(
      quick ? { rounds: 1, oneByOne: 10, warmUpBatches: 1, postgres: false } : { rounds: 5, oneByOne: 20, warmUpBatches: 4, postgres: true },
      progress,
    );
    return [...rowsOf('P3', latency, 'ms', 1, ['', '≤ 0.50', '', '']), ...rowsOf('P3', throughput, '/s', 0, ['', '≥ 0.60', ''])];
  },
  P4: async (quick) => rowsOf('P4', await passwordLogin(quick ? 1 : 5, quick ? 2 : 10, !quick, progress), 'ms', 1, ['', '≤ 1.15', '']),
  P5: async (quick) => rowsOf('P5', await growth(quick ? 20_000 : 1_000_000, quick ? 1 : 5, quick ? 2 : 5, progress), 'ms', 2, ['', '≤ 1.30']),
  clients: async (quick) =>
    (await manyClients(quick, progress)).map(({ deployment, work, clients, perSecond, p99, refused }) => ({
      id: '',
      contender: `${deployment}: ${work}, ${clients} clients`,
      figure: `${digits(perSecond, 0)} /s`,
      ratio: `p99 ${digits(p99, 0)} ms, ${refused} × 503`,
      target: '0 × 503',
    })),
  async P7(quick) {
    const { startMilliseconds, idleMegabytes } = await startAndSize(quick ? 1 : 5, progress);
    return [
      { id: 'P7', contender: 'from start to /health', figure: `${digits(startMilliseconds, 0)} ms`, ratio: '', target: '≤ 1,000 ms' },
      { id: 'P7', contender: 'memory without load', figure: `${digits(idleMegabytes, 0)} MB`, ratio: '', target: '≤ 130 MB' },
    ];
  },
  async simulation(quick) {
    const { perPerson, peakMegabytes } = await simulation(quick ? 20_000 : 1_000_000, quick ? 1 : 3, progress);
    return [
      ...rowsOf('', perPerson, 'µs a person', 1, ['', '≤ 1.30']),
      ...perPerson.map(({ name }, index) => ({
        id: '',
        contender: `memory while it simulates, most, ${name}`,
        figure: `${digits(peakMegabytes[index] ?? 0, 0)} MB`,
        ratio: index === 0 ? '1' : digits((peakMegabytes[index] ?? 0) / (peakMegabytes[0] ?? 1), 2),
        target: index === 0 ? '' : '≤ 1.30',
      })),
    ];
  },
  async memory(quick) {
    const { peakMegabytes, earlyMegabytes, lateMegabytes, minutes } = await memoryUnderLoad(quick ? 0.4 : 10, progress);
    return [
      {
        id: 'P7',
        contender: `memory in ${digits(minutes, 1)} minutes of P1 and P2, most`,
        figure: `${digits(peakMegabytes, 0)} MB`,
        ratio: `${digits(earlyMegabytes, 0)} MB early, ${digits(lateMegabytes, 0)} MB late`,
        target: '≤ 250 MB, flat',
      },
    ];
  },
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false }, write: { type: 'boolean', default: false } },
});
// Many clients take minutes, because a code of an app can be used once in half a minute, and so does memory under load. The quick form
// measures them only if asked to.
const usual = Object.keys(cases).filter((name) => !(values.quick && (name === 'clients' || name === 'memory')));
const wanted = positionals.length === 0 ? usual : positionals;
if (wanted.some((name) => !Object.hasOwn(cases, name))) {
  process.stderr.write(`${usage}\n`);
  process.exit(2);
}
// Everything that is not a server runs on the other core, with this process.
useLoadCore();
const rows: Row[] = [];
for (const name of wanted) rows.push(...((await cases[name]?.(values.quick)) ?? []));
await stopPostgres();
closeConnections();
progressEnds();

const lines = [
  tableOf(rows),
  '',
  `Machine: ${machine()}. ${coresAreApart ? 'The servers run on one core and the load on another.' : 'Servers and load share all cores.'}`,
];
process.stdout.write(`${lines.join('\n')}\n`);
if (values.write) {
  const readme = new URL('../../README.md', import.meta.url);
  const block = `<!-- bench -->\n${lines.join('\n')}\n<!-- /bench -->`;
  writeFileSync(
    readme,
    readFileSync(readme, 'utf8').replace(/<!-- bench -->[\s\S]*<!-- \/bench -->/, () => block),
  );
}
process.exit(0);
