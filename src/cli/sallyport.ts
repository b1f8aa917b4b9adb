import { faultOf } from '../domain/fault.ts';
import { Ending, Failure, UsageError } from './failure.ts';
import { runProgram } from './program.ts';
import { printable } from './table.ts';

// The command line. A reader that stops early, such as `head`, is no error.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
}

runProgram(process.argv.slice(2), { env: process.env, stdin: process.stdin, stdout: process.stdout, stderr: process.stderr }).catch(
  (error: unknown) => {
    process.exitCode = error instanceof Ending ? error.exitCode : error instanceof UsageError ? 2 : 1;
    if (!(error instanceof Failure)) {
      const { name, code } = faultOf(error);
      process.stderr.write(`The command ended because of an unexpected error (${[name, code].filter(Boolean).join(', ')}).\n`);
    } else if (error.message !== '') {
      process.stderr.write(`${printable(error.message.replace(/\s*\n\s*/g, ' '))}\n`);
    }
  },
);
