import type { Command } from 'commander';
import type { Surroundings } from './command.ts';
import { serverCommand } from './command.ts';
import { readConfiguration } from './documents/plan.ts';
import { writeText } from './file.ts';

/** Adds the command that writes settings as a document. */
export function addPolicyExport(policy: Command, surroundings: Surroundings): void {
  serverCommand<{ output?: string }>(
    policy,
    surroundings,
    { name: 'export', description: 'write all policies and MFA settings as a YAML document', inTenant: true },
    async ({ client, output, tenantId }, _args, { output: file }) => {
      const { mfaConfigurationDocument: text } = await client.ask(readConfiguration, {});
      if (file !== undefined) {
        await writeText(file, text);
        if (output.json) output.document({ tenantId, file });
        else output.line(`The settings ${tenantId === null ? 'of the environment' : `of the tenant ${tenantId}`} were written to ${file}.`);
      } else if (output.json) output.document({ tenantId, document: text });
      // It is written as it is, because it is to be read again.
      else output.painted(text.trimEnd());
    },
  ).option('-o, --output <file>', 'write the document to this file, in place of what it holds');
}
