import type { Command } from 'commander';

/** Adds the command that starts the server in this process. */
export function addServeCommand(program: Command): void {
  program
    .command('serve')
    .description('start the server in this process, by the settings that README lists')
    .action(async () => {
      await import('../main.ts');
    });
}
