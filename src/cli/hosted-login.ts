import type { Command } from 'commander';
import { successOf } from './client.ts';
import type { Surroundings } from './command.ts';
import { serverCommand } from './command.ts';
import type { ShownHostedLogin } from './documents/hosted-login.ts';
import { readHostedLogin, updateHostedLogin } from './documents/hosted-login.ts';
import type { Output } from './output.ts';
import type { Cell } from './table.ts';

/** Writes the settings for people. What is not set is left out. */
function printSettings(output: Output, { active, issuer, branding }: ShownHostedLogin): void {
  const { name, logoUrl, primaryColor, supportUrl, privacyUrl, termsUrl } = branding;
  const facts: readonly (readonly [string, Cell | null])[] = [
    ['hosted login', active ? { text: 'active', style: 'green' } : { text: 'inactive', style: 'yellow' }],
    ['issuer', issuer],
    ...([
      ['name', name],
      ['logo', logoUrl],
      ['color', primaryColor],
      ['support', supportUrl],
      ['privacy', privacyUrl],
      ['terms', termsUrl],
    ] as const),
  ];
  output.table(
    [
      { title: '', of: ([title]): Cell => ({ text: title, style: 'dim' }) },
      { title: '', of: ([, value]) => value ?? '' },
    ],
    facts.filter(([, value]) => value !== null),
    { titles: false },
  );
}

/** Adds the commands about hosted login. */
export function addHostedLoginCommands(program: Command, surroundings: Surroundings): void {
  const hostedLogin = program.command('hosted-login').description('whether people sign in on pages of the server');

  serverCommand(
    hostedLogin,
    surroundings,
    { name: 'show', description: 'show whether hosted login is active, and its branding' },
    async ({ client, output }) => {
      const { hostedLogin: settings } = await client.ask(readHostedLogin, {});
      if (output.json) output.document(settings);
      else printSettings(output, settings);
    },
  );

  for (const [name, active, description] of [
    ['activate', true, 'let applications send people to the sign-in pages of the server'],
    ['deactivate', false, 'end that; its settings stay'],
  ] as const) {
    serverCommand(hostedLogin, surroundings, { name, description }, async ({ client, output }) => {
      const { hostedLogin: settings } = successOf((await client.ask(updateHostedLogin, { input: { active } })).updateHostedLogin);
      if (output.json) output.document(settings);
      else output.line(`Hosted login is ${settings.active ? 'active' : 'inactive'}.`);
    });
  }
}
