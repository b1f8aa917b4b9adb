import type { AddressInfo } from 'node:net';
import type { App } from './app.ts';
import { createApp } from './app.ts';
import { demoPassword, demoUsers, seedDemo } from './cli/seed-demo.ts';
import type { Config } from './config.ts';
import { readConfig } from './config.ts';
import type { Ports } from './platform/index.ts';
import { openPorts } from './platform/index.ts';

/** Requests under way get this long to finish once a stop was asked for. */
const drainMilliseconds = 10_000;

async function start(): Promise<void> {
  const config = readConfig(process.env);
  const ports = await openPorts(config);
  const app = await createApp(config, ports);
  // Before anything else can fail, a port in use for one: the secret is never shown again.
  if (app.newSecret !== null) print(credentials(app, config));
  try {
    const seeded = config.demo && (await seedDemo(app));
    await app.http.listen({ host: config.HOST, port: config.PORT });
    // Before the line that tells a supervisor it may send them.
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop(app, ports, signal));
    print(welcome(app, config, seeded));
  } catch (error) {
    await app.close();
    throw error;
  }
}

const print = (lines: readonly string[]): boolean => process.stdout.write(`${lines.join('\n')}\n`);

/** A secret the operator chose is known to them; printed it would only end up in a log. */
const credentials = (app: App, { SALLYPORT_SECRET }: Config): string[] => [
  `  Client id    ${app.clientId}`,
  ...(SALLYPORT_SECRET === undefined ? [`  Secret       ${app.newSecret}   (shown only this once)`] : []),
];

function welcome(app: App, config: Config, seeded: boolean): string[] {
  const { port } = app.http.server.address() as AddressInfo;
  const url = `http://${config.HOST.includes(':') ? `[${config.HOST}]` : config.HOST}:${port}`;
  const lines = [`Sallyport serves at ${url}`];
  if (config.graphiql) lines.push(`  GraphiQL     ${url}/graphiql`);
  if (seeded) {
    const [first] = demoUsers;
    lines.push(
      `  Demo users   ${demoUsers.map((user) => user.email).join(', ')}   (password ${demoPassword})`,
      '  Try it:',
      `curl -s ${url}/identity/resources/auth/v1/user -H 'content-type: application/json' -d '${JSON.stringify({ email: first?.email, password: demoPassword })}'`,
    );
  }
  return lines;
}

async function stop(app: App, { log }: Ports, signal: string): Promise<void> {
  log.info({ signal }, 'stopping');
  // A connection that never sent a byte would hold the server open until its headers time out.
  const impatience = setTimeout(() => app.http.server.closeAllConnections(), drainMilliseconds);
  app.drain();
  const closed = app.close();
  app.http.server.closeIdleConnections();
  await closed;
  clearTimeout(impatience);
  process.exitCode = 0;
}

start().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
