import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createUserInTenant } from '../../support/builders.ts';
import { HandClock } from '../../support/clock.ts';
import { clientId } from '../../support/harness.ts';
import { allowRedirects } from '../../support/user-agent.ts';
import { freePort } from '../free-port.ts';
import { close, signIn, useHostedLogin } from '../pages/hosted.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
// The application compares the times of its tokens with its own.
const hosted = useHostedLogin({ clock: new HandClock(new Date()) });
const { harness } = hosted;
let application: ChildProcess;
let home = '';

/** Runs the application that the document has, as it stands there. */
beforeAll(async () => {
  const document = await readFile(`${root}docs/hosted-login.md`, 'utf8');
  const [, sample = ''] = /<!-- sample -->\n```js\n([\s\S]+?)\n```/.exec(document) ?? [];
  const port = await freePort();
  home = `http://localhost:${port}`;
  await allowRedirects(harness, `${home}/oauth/callback`);
  application = spawn(process.execPath, ['--input-type=module', '--eval', sample], {
    cwd: root,
    env: { ...process.env, ISSUER: harness.config.publicUrl, CLIENT_ID: clientId, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  // It says so when it listens.
  if (application.stdout !== null) await once(application.stdout, 'data');
});
afterAll(() => application?.kill());

test('the application in docs/hosted-login.md signs a person in, and greets them', async () => {
  const { email } = await createUserInTenant(harness, 'sample');
  const page = await hosted.open('/oauth/logout');
  await page.goto(home);
  await signIn(page, email);
  await page.getByText(`Hello, ${email} of sample.`).waitFor();
  expect(new URL(page.url()).origin).toBe(home);
  await close(page);
});

test('and says why it does not, to whoever comes back with a code of nobody', async () => {
  const page = await hosted.open('/oauth/logout');
  const answer = new URLSearchParams({ code: 'invented', iss: harness.config.publicUrl });
  await page.goto(`${home}/oauth/callback?${answer}`);
  await page.getByText('invalid_grant').waitFor();
  await close(page);
});
