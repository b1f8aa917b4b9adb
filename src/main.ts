import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { App } from './app.ts';
import { createApp, masterKeyFileOf } from './app.ts';
import { demoPassword, demoUsers, seedDemo } from './cli/seed-demo.ts';
import type { Config } from './config/config.ts';
import { readConfig } from './config/config.ts';
import { faultOf, OwnError, startFailure } from './domain/fault.ts';
import type { Ports } from './platform/index.ts';
import { openPorts } from './platform/index.ts';
import { preferMainThread } from './platform/priority.ts';

/** How long a connection without a request stays after SIGTERM, because its client may be about to send one. */
const idleMilliseconds = 5_000;

async function start(): Promise<void> {
  const config = readConfig(process.env);
  const ports = await openPorts(config, masterKeyFileOf(config));
  for (const { setting, text } of config.warnings) ports.log.warn({ setting }, text);
  const app = await createApp(config, ports);
  // The secret is never shown again, so it is printed before anything else can fail, such as a port that is in use.
  if (app.newSecret !== null) print(credentials(app, config));
  try {
    const seeded = config.demo && (await seedDemo(app));
    await app.listen().catch((error: unknown) => {
      throw listenError(error, config.server);
    });
    // Node itself would print the text of the error, which may quote what a caller sent.
    process.on('uncaughtException', (error) => {
      ports.log.error(faultOf(error), 'the process ends because of an error that nothing caught');
      process.exit(1);
    });
    preferMainThread();
    // Supervisors may send a signal as soon as they read the welcome line, so the handlers have to be there first.
    stopOnSignals(app, ports, config);
    print(welcome(app, config, ports, seeded));
    if (!config.production && !config.development) ports.log.warn({}, conveniencesOff);
  } catch (error) {
    await app.close();
    throw error;
  }
}

const conveniencesOff =
  'there are no demo users, no GraphiQL and no e-mail in the log, because HOST or PUBLIC_URL is not of this machine; set NODE_ENV to production if this server is for others';

const print = (lines: readonly string[]): boolean => process.stdout.write(`${lines.join('\n')}\n`);

/**
 * Returns the lines that tell the credentials of a new environment. A secret the operator chose is left out, because it is
 * known already and would only end up in a log.
 */
const credentials = (app: App, { environment }: Config): string[] => [
  `  Client id    ${app.clientId}`,
  ...(environment.secret === undefined ? [`  Secret       ${app.newSecret}   (shown only this once)`] : []),
];

/** Returns the lines printed once the server listens. */
function welcome(app: App, { server: { host } }: Config, { developmentMail }: Ports, seeded: boolean): string[] {
  const { port } = app.http.server.address() as AddressInfo;
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const lines = [`Sallyport serves at ${url}`];
  if (app.startPath !== null)
    lines.push(`  Start page   ${url}${app.startPath}   (leads to GraphiQL, e-mail and README; opens once, in one browser)`);
  else if (app.graphiqlPath !== null) lines.push(`  GraphiQL     ${url}${app.graphiqlPath}`);
  if (app.consolePath !== null) lines.push(`  Console      ${url}${app.consolePath}`);
  if (developmentMail !== null) {
    lines.push(`  E-mail       curl -s ${url}/dev/outbox -H "authorization: Bearer $(cat ${developmentMail.keyPath})"`);
  }
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

/**
 * Stops the server on SIGTERM and SIGINT. SIGTERM comes from a supervisor: the server first waits until load balancers have seen
 * `/ready` refuse. SIGINT comes from somebody at a keyboard, who does not want to wait. Further signals are ignored, because npm and
 * the terminal send the same one twice, except that SIGINT ends the wait of SIGTERM.
 */
function stopOnSignals(app: App, { log }: Ports, { server: { shutdownDelaySeconds } }: Config): void {
  const impatience = new AbortController();
  let stopping = false;

  const stop = async (signal: 'SIGTERM' | 'SIGINT'): Promise<void> => {
    if (signal === 'SIGINT') impatience.abort();
    if (stopping) return;
    stopping = true;
    log.info({ signal }, 'stopping');
    app.drain();
    await sleep(shutdownDelaySeconds * 1_000, undefined, { signal: impatience.signal }).catch(() => undefined);
    await app.close({ idleMilliseconds: impatience.signal.aborted ? 0 : idleMilliseconds });
    // What is left now is a mail server or a provider that does not answer, and it must not keep the process.
    process.exit(0);
  };

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      stop(signal).catch((error: unknown) => {
        log.error({ name: error instanceof Error ? error.name : typeof error }, 'the server did not stop in order');
        process.exit(1);
      });
    });
  }
}

/** Returns why the server cannot listen, in words that name address and setting. */
function listenError(error: unknown, { host, port }: Config['server']): OwnError {
  const { code = 'for an unknown reason' } = faultOf(error);
  const why = {
    EADDRINUSE: 'another process listens there. Stop it, or set PORT to a free port',
    EACCES: 'the user of this server may not use this port. Set PORT to one above 1023',
    EADDRNOTAVAIL: 'no interface of this machine has this address. Set HOST to one of its addresses, or to 0.0.0.0 for all of them',
    ENOTFOUND: 'the name cannot be resolved. Set HOST to an address of this machine',
  }[code];
  return new OwnError(`The server cannot listen on ${host}:${port} (${code})${why === undefined ? '. Check HOST and PORT' : `: ${why}`}.`);
}

start().catch((error: unknown) => {
  process.stderr.write(`${startFailure(error)}\n`);
  process.exitCode = 1;
});
