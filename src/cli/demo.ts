import type { Command } from 'commander';
import type { Surroundings } from './command.ts';
import { outputOf, withJson } from './command.ts';
import { demoPassword, demoTenantId, demoUsers } from './seed-demo.ts';

interface ResetOptions {
  force?: boolean;
  yes?: boolean;
  json?: boolean;
}

/** Adds the command that makes the demo anew. It opens the database, because no server would remove everything that it holds. */
export function addDemoCommands(program: Command, surroundings: Surroundings): void {
  const demo = program.command('demo').description('the demo that the first start puts into an empty database');

  withJson(demo.command('reset').description('remove everything from the database that the settings name, and make the demo anew'))
    .option('--force', 'remove tenants and users as well that are not of the demo')
    .option('--yes', 'do not ask, for scripts')
    .addHelpText(
      'after',
      `
The client id, the secrets and the keys stay. It is refused in production, where
HOST or PUBLIC_URL is not of this machine, and while a server uses the file of
SQLite. Servers on PostgreSQL go on, and all sessions end.
`,
    )
    .action(async ({ force = false, yes = false, json = false }: ResetOptions) => {
      const output = outputOf(surroundings, { json });
      output.requireAnswer(yes);
      const { freshDemo } = await import('./demo-database.ts');
      const confirm = (held: string): Promise<void> =>
        output.confirm(`Remove everything from the database (${held}, all settings and the audit trail)?`);
      const { clientId, secret } = await freshDemo(surroundings.env, { force, confirm: yes ? async () => undefined : confirm });
      const emails = demoUsers.map(({ email }) => email);
      if (output.json) {
        const credentials = secret === null ? { clientId } : { clientId, secret };
        return output.document({ tenantId: demoTenantId, users: emails, password: demoPassword, ...credentials });
      }
      output.line('The demo is as after the first start.');
      output.line(`  Demo users   ${emails.join(', ')}   (password ${demoPassword})`);
      output.line(`  Client id    ${clientId}`);
      if (secret !== null) output.line(`  Secret       ${secret}   (shown only this once)`);
    });
}
