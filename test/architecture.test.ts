import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { expect, it } from 'vitest';

/**
 * Who may import whom. Entries with `src/` are places of ours, a folder ending in `/`; the others are packages, `*` at
 * the end standing for anything. `type` before an entry: only `import type`, nothing that runs. First row that fits a file counts.
 */
const table: readonly (readonly [from: string, ...may: string[]])[] = [
  ['src/domain/', 'src/domain/'],
  ['src/strategies/index.ts', 'src/domain/', 'src/strategies/'],
  ['src/strategies/', 'src/domain/', '(own)', 'src/strategies/shared/', '@otplib/*', 'qrcode', '@simplewebauthn/*', 'libphonenumber-js/max', 'zod'],
  ['src/services/', 'src/domain/', 'src/services/'],
  ['src/store/', 'src/domain/', 'src/store/', 'drizzle-orm*', 'better-sqlite3', 'pg', 'node:*'],
  ['src/http/', 'src/domain/', 'src/services/', 'src/http/', 'fastify', '@fastify/*', 'node:*'],
  [
    'src/graphql/',
    ...['src/domain/', 'src/services/', 'src/graphql/', 'type src/http/', 'type fastify', 'node:*', 'zod', 'dataloader'],
    ...['graphql', 'graphql-yoga', '@graphql-yoga/*', '@pothos/*', '@escape.tech/graphql-armor-*'],
  ],
  [
    'src/rest/',
    ...['src/domain/', 'src/services/', 'src/rest/', 'type src/http/', 'type fastify', 'type @fastify/*', 'node:*', 'zod'],
    'fastify-type-provider-zod',
  ],
  // It opens the ports a configuration asks for; the values are handed in.
  ['src/platform/', 'src/domain/', 'src/platform/', 'type src/config/', '*'],
  [
    'src/config/',
    ...['zod', 'node:net', 'libphonenumber-js/max', 'src/config/', 'src/domain/environment/'],
    ...['src/platform/keyring.ts', 'src/platform/mail/mailbox.ts', 'src/platform/sms/webhook.ts'],
    'type src/platform/',
  ],
  // It opens ports, and everything else only through the app.
  ['src/main.ts', 'src/app.ts', 'src/config/', 'src/cli/', 'src/platform/', 'type src/domain/', 'node:*'],
  ['src/cli/', 'type src/app.ts', 'src/config/', 'src/contracts.ts', 'type src/domain/', 'node:*'],
  ['src/app.ts', '*', 'src/'],
  ['src/contracts.ts', '*', 'src/'],
];

/** Words that reach outside, and the places that may: time and randomness are arguments everywhere else. */
const words: readonly { word: RegExp; name: string; may: RegExp }[] = [
  { word: /\bDate\.now\b|\bnew Date\(\s*\)|\bDate\(\s*\)/, name: 'the clock', may: /^src\/platform\// },
  { word: /\bMath\.random\b|\bcrypto\.(random|getRandom)|\brandom(Bytes|Int|UUID|Fill|FillSync)\b/, name: 'randomness', may: /^src\/platform\// },
  { word: /\bprocess\.env\b/, name: 'process.env', may: /^src\/main\.ts$/ },
  { word: /from ['"]zod['"]/, name: 'zod', may: /^src\/(config\/|rest\/|graphql\/|strategies\/[^/]+\/([a-z]+-)?answer\.ts)/ },
];

const imports =
  /^[^\S\n]*(?:import|export)\s+(type\s)?[^'";()]*?\bfrom\s*(['"])(.+?)\2|\bimport\s*(?:\(\s*)?(['"])(.+?)\4|\brequire\(\s*(['"])(.+?)\6/gm;

const fits = (entry: string, target: string): boolean =>
  entry.endsWith('*')
    ? !target.startsWith('src/') && target.startsWith(entry.slice(0, -1))
    : entry.endsWith('/')
      ? target.startsWith(entry)
      : entry === target;

function breachesOf(file: string, source: string): string[] {
  const [from = '', ...may] = table.find(([place]) => fits(place, file)) ?? [];
  const own = file.split('/').slice(0, 3).join('/');
  const lineOf = (index: number): number => source.slice(0, index).split('\n').length;
  const found: string[] = [];
  for (const match of source.matchAll(imports)) {
    const name = match[3] ?? match[5] ?? match[7] ?? '';
    const target = name.startsWith('.') ? posix.join(posix.dirname(file), name) : name;
    const line = lineOf(match.index + match[0].lastIndexOf(name));
    const allowed = may.some((entry) => {
      const bare = entry.replace('type ', '').replace('(own)', `${own}/`);
      return fits(bare, target) && (entry === bare || !entry.startsWith('type ') || match[1] !== undefined);
    });
    if (!allowed) found.push(`${file}:${line} imports ${name}; ${from} may import ${may.join(', ')}`);
  }
  // Texts may name these words; code may not.
  const code = source.replace(/'(?:\\.|[^'\\\n])*'/g, (text, at: number) => (/from\s*$/.test(source.slice(at - 6, at)) ? text : "''"));
  for (const { word, name, may: place } of words) {
    for (const [index, text] of code.split('\n').entries()) {
      if (word.test(text) && !place.test(file)) found.push(`${file}:${index + 1} reaches for ${name}; only ${place.source} may`);
    }
  }
  return found;
}

const sources = readdirSync(new URL('../src', import.meta.url), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => `src/${name.replaceAll('\\', '/')}`);

it('every import and every reach outside is one the architecture allows', () => {
  expect(sources.length).toBeGreaterThan(100);
  expect(sources.flatMap((file) => breachesOf(file, readFileSync(new URL(`../${file}`, import.meta.url), 'utf8')))).toEqual([]);
});

it.each([
  ['src/domain/user/user.ts', "import { z } from 'zod';", 2],
  ['src/domain/user/user.ts', "import { createHash } from 'node:crypto';", 1],
  ['src/domain/user/user.ts', "import type { Tokens } from '../../services/tokens.ts';", 1],
  ['src/services/users.ts', "export * from '../store/index.ts';", 1],
  ['src/services/users.ts', "const { drizzle } = await import('drizzle-orm');", 1],
  ['src/services/users.ts', "import '../strategies/index.ts';", 1],
  ['src/services/users.ts', 'const at = new Date();\nconst then = Date.now();', 2],
  ['src/strategies/sms/verify.ts', "import { verify } from '../email-code/verify.ts';", 1],
  ['src/strategies/sms/verify.ts', "import { z } from 'zod';", 1],
  ['src/rest/auth/login.ts', "import {\n  Db,\n} from '../../store/db.ts';", 1],
  ['src/rest/auth/login.ts', "import { schema } from '../../graphql/schema.ts';", 1],
  ['src/rest/auth/login.ts', "import { createServer } from '../../http/server.ts';", 1],
  ['src/graphql/login.ts', "import type { RestRoute } from '../rest/route.ts';", 1],
  ['src/graphql/login.ts', 'const id = crypto.randomUUID();', 1],
  ['src/http/server.ts', "import pg from 'pg';", 1],
  ['src/http/server.ts', 'const debug = process.env.DEBUG;', 1],
  ['src/platform/keyring.ts', "import { createUsers } from '../services/users.ts';", 1],
  ['src/platform/keyring.ts', "import { readConfig } from '../config/config.ts';", 1],
  ['src/main.ts', "import { openStore } from './store/index.ts';", 1],
  ['src/elsewhere/new.ts', "import { readFile } from 'node:fs/promises';", 1],
])('%s must not say %s', (file, source, count) => {
  expect(breachesOf(file, source)).toHaveLength(count);
});

it.each([
  [
    'src/rest/auth/login.ts',
    "import { z } from 'zod';\nimport type { Call } from '../../http/call.ts';\nimport { covers } from '../../domain/user/role.ts';",
  ],
  [
    'src/strategies/sms/answer.ts',
    "import { z } from 'zod';\nimport { sixDigits } from '../shared/six-digits.ts';\nimport { name } from './name.ts';",
  ],
  ['src/platform/clock.ts', 'export const now = () => new Date();'],
  ['src/services/users.ts', "const at = new Date(clock.now().getTime()); // no new one\nfail('crypto.randomBytes in a text');"],
])('%s may say %s', (file, source) => {
  expect(breachesOf(file, source)).toEqual([]);
});

it('a breach names file, line, import and what the folder may import', () => {
  expect(breachesOf('src/domain/page.ts', "\nimport type {\n  Db,\n} from '../store/db.ts';")).toEqual([
    'src/domain/page.ts:4 imports ../store/db.ts; src/domain/ may import src/domain/',
  ]);
});
