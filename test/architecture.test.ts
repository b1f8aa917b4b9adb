import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { expect, it } from 'vitest';
import { nouns } from './support/nouns.ts';

/**
 * Who may import whom. Entries with `src/` are places of ours, a folder ending in `/`; the others are packages, `*` at
 * the end standing for anything. `type` before an entry: only `import type`, nothing that runs. First row that fits a file counts.
 */
const table: readonly (readonly [from: string, ...may: string[]])[] = [
  // `node:url` has the form in which domains are compared. It is pure, and Unicode's tables are not something to write again.
  ['src/domain/', 'src/domain/', 'node:url'],
  ['src/strategies/index.ts', 'src/domain/', 'src/strategies/'],
  ['src/strategies/', 'src/domain/', '(own)', 'src/strategies/shared/', '@otplib/*', 'qrcode', '@simplewebauthn/*', 'libphonenumber-js/max', 'zod'],
  // Documents of settings are YAML. Reading and writing it is pure, and this file alone knows it.
  ['src/services/insight/yaml.ts', 'src/domain/', 'yaml'],
  ['src/services/', 'src/domain/', 'src/services/'],
  ['src/store/', 'src/domain/', 'src/store/', 'drizzle-orm*', 'better-sqlite3', 'pg', 'node:*'],
  // The small pages for developers.
  ['src/http/pages/', 'src/domain/', 'src/http/', 'type fastify', 'html-escaper', 'marked', 'marked-gfm-heading-id', 'negotiator', 'node:*'],
  ['src/http/', 'src/domain/', 'src/services/', 'src/http/', 'fastify', '@fastify/*', 'ipaddr.js', 'helmet', 'node:*'],
  [
    'src/graphql/',
    ...['src/domain/', 'src/services/', 'src/graphql/', 'type src/http/', 'src/http/hashed-files.ts', 'type fastify', 'node:*', 'zod', 'dataloader'],
    ...['graphql', 'graphql-jit', 'graphql-yoga', '@graphql-yoga/*', '@pothos/*', '@escape.tech/graphql-armor-*'],
  ],
  [
    'src/rest/',
    ...['src/domain/', 'src/services/', 'src/rest/', 'type src/http/', 'type fastify', 'type @fastify/*', 'node:*', 'zod'],
    'type fastify-type-provider-zod',
  ],
  [
    'src/oauth/',
    ...['src/domain/', 'src/services/', 'src/oauth/', 'type src/http/', 'src/http/forms.ts', 'src/http/own-origin.ts', 'type fastify', 'node:*'],
  ],
  // What a browser runs knows nothing of the server.
  ['src/pages/browser/', 'src/pages/browser/'],
  [
    'src/pages/',
    ...['src/domain/', 'src/services/', 'src/pages/', 'type src/http/', 'type fastify', 'type @fastify/*', 'node:*'],
    ...['src/http/forms.ts', 'src/http/hashed-files.ts', 'src/http/own-origin.ts'],
    ...['preact*', 'intl-messageformat', 'negotiator', 'qrcode'],
  ],
  // It opens the ports a configuration asks for; the values are handed in.
  ['src/platform/', 'src/domain/', 'src/platform/', 'type src/config/', '*'],
  [
    'src/config/',
    ...['zod', 'node:net', 'libphonenumber-js/max', 'src/config/', 'src/domain/'],
    ...['src/platform/keyring.ts', 'src/platform/sms/webhook.ts'],
    'type src/platform/',
  ],
  // It opens ports, and everything else only through the app.
  ['src/main.ts', 'src/app.ts', 'src/domain/fault.ts', 'src/config/', 'src/cli/', 'src/platform/', 'type src/domain/', 'node:*'],
  ['src/cli/seed-demo.ts', 'type src/app.ts', 'type src/domain/'],
  ['src/cli/reset-demo.ts', 'type src/app.ts', 'src/cli/seed-demo.ts', 'src/domain/'],
  ['src/cli/write-contracts.ts', 'src/config/', 'src/contracts.ts', 'node:*'],
  // The command line asks a server. Only these open what the server opens, and they are loaded when they are needed.
  ['src/cli/serve.ts', 'src/main.ts', 'type commander'],
  ['src/cli/keys.ts', 'src/key-tools.ts', 'src/cli/', 'type commander'],
  ['src/cli/key-database.ts', ...['src/app.ts', 'src/key-tools.ts', 'src/config/', 'src/platform/', 'src/cli/']],
  ['src/cli/demo-database.ts', ...['src/app.ts', 'src/config/', 'src/domain/fault.ts', 'src/platform/', 'src/store/index.ts', 'src/cli/']],
  ['src/cli/keys-page.ts', 'type src/key-tools.ts', 'src/cli/'],
  ['src/cli/', 'src/cli/', 'src/domain/', 'commander', 'node:*'],
  // The console asks a server, from a browser.
  ['src/console/vite.config.ts', 'vite'],
  ['src/console/', 'src/console/', 'preact*', '@urql/*', 'd3-scale', 'd3-shape'],
  ['src/app.ts', '*', 'src/'],
  ['src/key-tools.ts', '*', 'src/'],
  ['src/contracts.ts', '*', 'src/'],
];

/** Words that reach outside, and the places that may: time and randomness are arguments everywhere else. */
const words: readonly { word: RegExp; name: string; may: RegExp }[] = [
  { word: /\bDate\.now\b|\bnew Date\(\s*\)|\bDate\(\s*\)/, name: 'the clock', may: /^src\/platform\// },
  { word: /\bMath\.random\b|\bcrypto\.(random|getRandom)|\brandom(Bytes|Int|UUID|Fill|FillSync)\b/, name: 'randomness', may: /^src\/platform\// },
  { word: /\bprocess\.env\b/, name: 'process.env', may: /^src\/(main|cli\/sallyport)\.ts$/ },
  // A line of the log says of an error what `faultOf` says: its text and its stack may quote what a caller sent.
  {
    word: /\.stack\b|\{[^}]*\bstack\b[^}]*\}\s*=|\blog\.\w+\([^)]*(\.message\b|\bString\()/,
    name: 'the text of an error',
    may: /^src\/domain\/fault\.ts$/,
  },
  { word: /from ['"]zod['"]/, name: 'zod', may: /^src\/(config\/|rest\/|graphql\/|strategies\/[^/]+\/([a-z]+-)?answer\.ts)/ },
];

/** Floors whose files stand in folders named by noun. The tables of the store are files of these names, in the order of foreign keys. */
const floors = ['src/domain/', 'src/services/', 'src/graphql/'];

/** What a floor has beside the nouns. */
const others: Readonly<Record<string, readonly string[]>> = {
  'src/domain/': [],
  'src/services/': [],
  'src/graphql/': ['builder', 'errors', 'limits', 'graphiql'],
};

/** Values that a transport may import from a service: the lists of errors, and who may do what. Everything else reaches it as `Services`. */
const sharedWithTransports = /^(\w+Errors|errorsFor)$/;

const imports =
  /^[^\S\n]*(?:import|export)\s+(type\s)?[^'";()]*?\bfrom\s*(['"])(.+?)\2|\bimport\s*(?:\(\s*)?(['"])(.+?)\4|\brequire\(\s*(['"])(.+?)\6/gm;

interface Import {
  /** As it is written. */
  name: string;
  /** Path from the root of the project, or the name of a package. */
  target: string;
  typeOnly: boolean;
  /** The names between the braces, without their new ones. */
  bindings: string[];
  line: number;
}

function importsOf(file: string, source: string): Import[] {
  return [...source.matchAll(imports)].map((match) => {
    const name = match[3] ?? match[5] ?? match[7] ?? '';
    const index = match.index + match[0].lastIndexOf(name);
    const braces = /\{([^}]*)\}/.exec(match[0])?.[1] ?? '';
    return {
      name,
      target: name.startsWith('.') ? posix.join(posix.dirname(file), name) : name,
      typeOnly: match[1] !== undefined,
      bindings: braces
        .split(',')
        .map((binding) => binding.trim().split(/\s+as\s+/)[0] ?? '')
        .filter((binding) => binding !== '' && !binding.startsWith('type ')),
      line: source.slice(0, index).split('\n').length,
    };
  });
}

const fits = (entry: string, target: string): boolean =>
  entry.endsWith('*')
    ? !target.startsWith('src/') && target.startsWith(entry.slice(0, -1))
    : entry.endsWith('/')
      ? target.startsWith(entry)
      : entry === target;

/** The noun of a file and its floor; null for a file that belongs to none. */
function nounOf(file: string): { floor: string; noun: string } | null {
  const floor = floors.find((start) => file.startsWith(start));
  const [noun, ...rest] = floor === undefined ? [] : file.slice(floor.length).split('/');
  return floor !== undefined && noun !== undefined && rest.length > 0 && nouns.includes(noun) ? { floor, noun } : null;
}

function breachesOf(file: string, source: string): string[] {
  const [from = '', ...may] = table.find(([place]) => fits(place, file)) ?? [];
  const own = file.split('/').slice(0, 3).join('/');
  const here = nounOf(file);
  const found: string[] = [];
  for (const { name, target, typeOnly, bindings, line } of importsOf(file, source)) {
    const allowed = may.some((entry) => {
      const bare = entry.replace('type ', '').replace('(own)', `${own}/`);
      return fits(bare, target) && (entry === bare || !entry.startsWith('type ') || typeOnly);
    });
    if (!allowed) found.push(`${file}:${line} imports ${name}; ${from} may import ${may.join(', ')}`);
    const there = nounOf(target);
    if (here !== null && there?.floor === here.floor && nouns.indexOf(there.noun) > nouns.indexOf(here.noun)) {
      found.push(`${file}:${line} imports ${name}; ${here.noun} stands below ${there.noun}`);
    }
    const handedIn =
      /^src\/(rest|graphql|oauth|pages)\//.test(file) && target.startsWith('src/services/') && target !== 'src/services/access/permissions.ts';
    const internal = handedIn && !typeOnly ? bindings.filter((binding) => !sharedWithTransports.test(binding)) : [];
    if (internal.length > 0) found.push(`${file}:${line} imports ${internal.join(', ')}; transports reach services as \`Services\` alone`);
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
  .filter((name) => /\.tsx?$/.test(name))
  .map((name) => `src/${name.replaceAll('\\', '/')}`);

const read = (file: string): string => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');

it('every import and every reach outside is one the architecture allows', () => {
  expect(sources.length).toBeGreaterThan(100);
  expect(sources.flatMap((file) => breachesOf(file, read(file)))).toEqual([]);
});

it('no files import each other in a circle, not even for types', () => {
  const edges = new Map(sources.map((file) => [file, importsOf(file, read(file)).map(({ target }) => target)]));
  const done = new Set<string>();
  const circles: string[] = [];
  const walk = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) return void circles.push([...path.slice(path.indexOf(file)), file].join(' → '));
    if (done.has(file)) return;
    for (const target of edges.get(file) ?? []) walk(target, [...path, file]);
    done.add(file);
  };
  for (const file of sources) walk(file, []);
  expect(circles).toEqual([]);
});

it('every folder of a floor is a noun, or one of the few that serve all of them', () => {
  const strays = sources.filter((file) => {
    const floor = floors.find((start) => file.startsWith(start));
    const [folder = '', ...rest] = floor === undefined ? [] : file.slice(floor.length).split('/');
    return floor !== undefined && rest.length > 0 && ![...nouns, ...(others[floor] ?? [])].includes(folder);
  });
  expect(strays).toEqual([]);
});

it('every use case that a transport may ask for is asked for by one', () => {
  const wiring = read('src/services/index.ts');
  const ofOauth = read('src/services/oauth/wiring.ts');
  const callers = sources.filter((file) => /^src\/(rest|graphql|oauth|pages|http|cli)\/|^src\/(app|key-tools)\.ts$/.test(file)).map(read);
  const lists = [wiring.slice(wiring.indexOf('const services = {')), ofOauth.slice(ofOauth.indexOf('  return {'))];
  const names = lists.flatMap((list) => [...list.matchAll(/^ {4}(\w+)[:,]/gm)].map(([, name]) => name ?? ''));
  expect(names.length).toBeGreaterThan(20);
  expect(names.filter((name) => !callers.some((source) => new RegExp(`\\b${name}\\b`).test(source)))).toEqual([]);
});

it('files are small: half of them have 60 lines at most, one in twenty more than 200, and none more than 350', () => {
  const written = sources.filter((file) => file !== 'src/console/documents.ts');
  const sizes = written.map((file) => read(file).split('\n').length - 1).sort((a, b) => a - b);
  expect(sizes[Math.floor(sizes.length / 2)]).toBeLessThanOrEqual(60);
  expect(sizes[Math.floor(sizes.length * 0.95)]).toBeLessThanOrEqual(200);
  expect(sizes.at(-1)).toBeLessThanOrEqual(350);
});

it.each([
  ['src/domain/user/user.ts', "import { z } from 'zod';", 2],
  ['src/domain/user/user.ts', "import { createHash } from 'node:crypto';", 1],
  ['src/domain/user/user.ts', "import type { Tokens } from '../../services/tokens.ts';", 1],
  ['src/services/users.ts', "export * from '../store/index.ts';", 1],
  ['src/services/users.ts', "const { drizzle } = await import('drizzle-orm');", 1],
  ['src/services/users.ts', "import '../strategies/index.ts';", 1],
  ['src/services/users.ts', "log.warn({ reason: error.message }, 'failed');\nlog.warn({ stack: error.stack }, 'failed');", 2],
  ['src/services/users.ts', 'const at = new Date();\nconst then = Date.now();', 2],
  ['src/strategies/sms/verify.ts', "import { verify } from '../email-code/verify.ts';", 1],
  ['src/strategies/sms/verify.ts', "import { z } from 'zod';", 1],
  ['src/rest/auth/login.ts', "import {\n  Db,\n} from '../../store/db.ts';", 1],
  ['src/rest/auth/login.ts', "import { schema } from '../../graphql/schema.ts';", 1],
  ['src/rest/auth/login.ts', "import { createServer } from '../../http/server.ts';", 1],
  ['src/graphql/login.ts', "import type { RestRoute } from '../rest/route.ts';", 1],
  ['src/graphql/login.ts', 'const id = crypto.randomUUID();', 1],
  ['src/pages/routes/login.ts', "import { createCookies } from '../../rest/cookies.ts';", 1],
  ['src/pages/routes/login.ts', "import { createSessions } from '../../services/session/sessions.ts';", 1],
  ['src/pages/browser/main.ts', "import { readCode } from '../../domain/text.ts';\nimport { h } from 'preact';", 2],
  ['src/http/server.ts', "import pg from 'pg';", 1],
  ['src/http/server.ts', 'const debug = process.env.DEBUG;', 1],
  ['src/platform/keyring.ts', "import { createUsers } from '../services/users.ts';", 1],
  ['src/platform/keyring.ts', "import { readConfig } from '../config/config.ts';", 1],
  ['src/main.ts', "import { openStore } from './store/index.ts';", 1],
  ['src/services/session/tokens.ts', "import type { Users } from '../directory/users.ts';", 1],
  ['src/domain/access/actor.ts', "import type { Session } from '../session/session.ts';", 1],
  ['src/rest/auth/login.ts', "import { createSessions } from '../../services/session/sessions.ts';", 1],
  [
    'src/graphql/mfa/sms.ts',
    "import { requireUser } from '../../services/access/permissions.ts';\nimport { createRemoval } from '../../services/mfa/removal.ts';",
    1,
  ],
  ['src/cli/user.ts', "import { createUsers } from '../services/directory/users.ts';\nimport { openStore } from '../store/index.ts';", 2],
  ['src/cli/user.ts', "const { openKeyTools } = await import('../key-tools.ts');", 1],
  ['src/console/app.tsx', "import { may } from '../services/access/permissions.ts';\nimport { covers } from '../domain/access/permission.ts';", 2],
  ['src/elsewhere/new.ts', "import { readFile } from 'node:fs/promises';", 1],
])('%s must not say %s', (file, source, count) => {
  expect(breachesOf(file, source)).toHaveLength(count);
});

it.each([
  [
    'src/rest/auth/login.ts',
    "import { z } from 'zod';\nimport type { Call } from '../../http/call.ts';\nimport { covers } from '../../domain/user/role.ts';",
  ],
  ['src/strategies/sms/answer.ts', "import { z } from 'zod';\nimport { sixDigits } from '../shared/code.ts';\nimport { name } from './name.ts';"],
  ['src/services/directory/users.ts', "import type { Tokens } from '../session/tokens.ts';"],
  [
    'src/graphql/mfa/sms.ts',
    "import { errorsFor, verificationErrors } from '../../services/mfa/errors.ts';\nimport type { Removal } from '../../services/mfa/removal.ts';",
  ],
  ['src/platform/clock.ts', 'export const now = () => new Date();'],
  ['src/services/users.ts', "const at = new Date(clock.now().getTime()); // no new one\nfail('crypto.randomBytes in a text');"],
])('%s may say %s', (file, source) => {
  expect(breachesOf(file, source)).toEqual([]);
});

it('a breach names file, line, import and what the folder may import', () => {
  expect(breachesOf('src/domain/page.ts', "\nimport type {\n  Db,\n} from '../store/db.ts';")).toEqual([
    'src/domain/page.ts:4 imports ../store/db.ts; src/domain/ may import src/domain/, node:url',
  ]);
});
