import { execFile } from 'node:child_process';
import { cp, mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { cleanUp, workingFolder } from '../server.ts';
import { chosen, running } from './command-line.ts';

afterAll(cleanUp);

const project = fileURLToPath(new URL('../../..', import.meta.url));

const ran = (program: string, words: string[], cwd: string, env: Record<string, string> = {}) =>
  new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    execFile(program, words, { cwd, env: { PATH: process.env.PATH, ...env } }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });

/** A checkout in which nothing was built, with these files and folders of the project. */
async function checkout(...names: string[]): Promise<string> {
  const folder = join(await workingFolder(), 'sallyport');
  await mkdir(folder);
  for (const name of ['src/cli/launch.js', 'package.json', ...names]) await cp(join(project, name), join(folder, name), { recursive: true });
  return folder;
}

describe('npx sallyport', () => {
  it('builds what it runs where that has not happened, and answers on standard output alone', async () => {
    const folder = await checkout('src', 'drizzle', 'esbuild.config.mjs', 'tsconfig.json', 'package-lock.json');
    await symlink(join(project, 'node_modules'), join(folder, 'node_modules'), 'dir');
    const npm = {
      npm_config_cache: join(folder, '../npm'),
      npm_config_update_notifier: 'false',
      npm_config_offline: 'true',
      HOME: join(folder, '..'),
    };
    const first = await ran('npx', ['sallyport', '--version'], folder, npm);
    expect(first).toEqual({ code: 0, stdout: '0.1.0\n', stderr: 'Building Sallyport once …\n' });
    expect(await ran('npx', ['sallyport', '--version'], folder, npm)).toEqual({ code: 0, stdout: '0.1.0\n', stderr: '' });
  });

  it('says in one sentence what to run where it cannot be built', async () => {
    const folder = await checkout();
    const { code, stdout, stderr } = await ran(process.execPath, ['src/cli/launch.js', 'tenant', 'list'], folder);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^Building Sallyport once …\nSallyport is not built, and could not be built: run `npm ci && npm run build` in \S+\n$/);
  });
});

describe('sallyport serve', () => {
  it('starts the server in this process, and ends with it', async () => {
    const cwd = await workingFolder();
    const served = running(['serve'], { ...chosen, PORT: '0', DATABASE_URL: `file:${join(cwd, 'data/sallyport.db')}` });
    await served.until(() => served.lines().some((line) => line.startsWith('Sallyport serves at')));
    const [, url = ''] = /serves at (\S+)/.exec(served.lines().join('\n')) ?? [];
    expect((await fetch(`${url}/health`)).status).toBe(200);
    expect(await served.stop()).toBe(0);
  });
});
