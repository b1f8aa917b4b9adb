import { policyRead } from './cases/policy-read.ts';

const { rest, graphql } = await policyRead({
  tenants: 100_000,
  rounds: Number(process.argv[2] ?? 1),
  seconds: 4,
  progress: (text) => process.stderr.write(`${text}\n`),
});
console.table([...rest, ...graphql].map(({ ratio, ...standing }) => ({ ...standing, ratio: ratio.median.toFixed(3) })));
