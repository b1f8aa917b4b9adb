import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { languages } from '../src/pages/messages/language.ts';
import { nouns } from './support/nouns.ts';

const root = new URL('../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');

/** Folders at the root that a document may name; `data` and `dist` appear only when the server runs. */
const folders = ['.ci', 'docs', 'drizzle', 'schema', 'src', 'test'];

/** Everything between backticks, and every target of a link inside the project. Blocks of code are left out: they are run, not read. */
function mentioned(document: string): string[] {
  const prose = document.replace(/^```[\s\S]*?^```$/gm, '');
  const quoted = [...prose.matchAll(/`([^`\n]+)`/g)].map(([, text]) => text ?? '');
  const linked = [...prose.matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)].map(([, target]) => target ?? '');
  return [...new Set([...quoted, ...linked])];
}

/** Every file and folder below those folders, by its path from the root. */
const known = folders
  .filter((folder) => existsSync(new URL(folder, root)))
  .flatMap((folder) =>
    readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name.replaceAll('\\', '/')}`),
  );
const fileNames = new Set(known.map((path) => posix.basename(path)));

/** Paths among what a document mentions: those below a folder of the project, and names of files. */
const pathsOf = (document: string): string[] =>
  mentioned(document).filter((text) => folders.includes(text.split('/')[0] ?? '') || /^[\w.<>-]+\.(ts|mjs|md|json)$/.test(text));

/** Whether a path exists. `<placeholder>` stands for any one name, and a bare name of a file for that file in some folder. */
function exists(path: string): boolean {
  const pattern = new RegExp(`^${path.replace(/[.]/g, '\\.').replace(/<[^>]+>/g, '[^/]+')}$`);
  return path.includes('<') ? known.some((one) => pattern.test(one)) : existsSync(new URL(path, root)) || fileNames.has(path);
}

/** Scripts that a document tells its reader to run, in prose and in blocks of code. */
const scriptsOf = (document: string): string[] => [
  ...new Set([...document.matchAll(/\bnpm (?:run (?:--\S+ )*([a-z][a-z:]*)|(test|start)\b)/g)].map(([, script, short]) => script ?? short ?? '')),
];

/** Every name that the code, its contracts, or the files at the root spell. */
const spelled = new Set(
  [...known, ...readdirSync(root)]
    .filter((path) => /\.(ts|mjs|js|json|graphql|yml|yaml)$/.test(path) && path !== 'package-lock.json' && path !== 'test/docs.test.ts')
    .flatMap((path) => read(path).match(/[A-Za-z_$][\w$]*/g) ?? []),
);

/** Names of code among what a document mentions. A capital inside or an underscore tells them from words and commands. */
const namesOf = (document: string): string[] => mentioned(document).filter((text) => /^[A-Za-z]\w*[A-Z_]\w*$/.test(text));

const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
const problemsOf = (document: string): string[] => [
  ...pathsOf(document)
    .filter((path) => !exists(path))
    .map((path) => `${path} does not exist`),
  ...namesOf(document)
    .filter((name) => !spelled.has(name))
    .map((name) => `nothing is called ${name}`),
  ...scriptsOf(document)
    .filter((script) => scripts[script] === undefined)
    .map((script) => `package.json has no script ${script}`),
];

describe.each(['README.md', 'CONTRIBUTING.md'])('%s', (name) => {
  it('names only files, folders, scripts and code that exist', () => {
    expect(namesOf(read(name)).length).toBeGreaterThan(10);
    expect(pathsOf(read(name)).length).toBeGreaterThan(2);
    expect(scriptsOf(read(name)).length).toBeGreaterThan(1);
    expect(problemsOf(read(name))).toEqual([]);
  });
});

describe.each(['docs/console', 'docs/hosted-login'])('%s.md', (document) => {
  const pages = read(`${document}.md`);
  const shown = [...pages.matchAll(/"([\w-]+\/[\w-]+\.png)"/g)].map(([, path]) => `docs/${path}`);

  it('names only files, folders, scripts and code that exist', () => {
    expect(problemsOf(pages)).toEqual([]);
  });

  it('shows every picture that the tests write, in light and in dark, and none that is large', () => {
    expect(shown.toSorted()).toEqual(known.filter((path) => path.startsWith(`${document}/`)).toSorted());
    expect(shown.filter((path) => path.includes('-light')).length * 2).toBe(shown.length);
    for (const path of shown) expect(statSync(new URL(path, root)).size, path).toBeLessThan(150_000);
  });

  it('leads only to documents that there are', () => {
    const targets = [...pages.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, target = '']) => posix.join('docs', target));
    expect(targets.filter((path) => !existsSync(new URL(path, root)))).toEqual([]);
  });
});

it('docs/hosted-login.md names every language of the pages', () => {
  const names = new Intl.DisplayNames('en', { type: 'language' });
  const document = read('docs/hosted-login.md');
  expect(languages.map((tag) => names.of(tag) ?? tag).filter((name) => !document.includes(name))).toEqual([]);
});

it('README shows pictures of the documents, and has a link to each', () => {
  const readme = read('README.md');
  const pictures = [...readme.matchAll(/"(docs\/[^"]+\.png)"/g)].map(([, path = '']) => path);
  expect(pictures.length).toBeGreaterThan(2);
  expect(pictures.filter((path) => !known.includes(path))).toEqual([]);
  for (const path of known.filter((one) => one.startsWith('docs/') && one.endsWith('.md'))) expect(readme).toContain(`](${path})`);
});

const contributing = read('CONTRIBUTING.md');

/** The rest of a chapter or list after its heading, until the next heading of any level. */
const under = (heading: string): string => contributing.split(`\n${heading}\n`)[1]?.split(/\n#+ /)[0] ?? '';
const numbersOf = (list: string): number[] => [...list.matchAll(/^(\d+)\. /gm)].map(([, number]) => Number(number));

it('the table of nouns is the list that the architecture test reads, in its order', () => {
  const [, table = ''] = /<!-- nouns -->\n([\s\S]+?)\n<!-- \/nouns -->/.exec(contributing) ?? [];
  const rows = [...table.matchAll(/^\| ([a-z]+) \| (.+) \|$/gm)].slice(1);
  expect(rows.map(([, noun]) => noun)).toEqual(nouns);
});

it.each([
  ...['A strategy', 'An operation', 'A noun', 'An event kind', 'A setting', 'A command'],
  ...['A page of the console', 'A page of sign-in', 'A language of the pages'],
])('to add something: "%s" is a list of steps that name files', (title) => {
  const list = under(`### ${title}`);
  const numbers = numbersOf(list);
  expect(numbers.length).toBeGreaterThan(3);
  expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  expect(pathsOf(list).length).toBeGreaterThan(3);
});

it('decisions are numbered without a gap, and each has a reason', () => {
  const list = under('## Decisions');
  const numbers = numbersOf(list);
  expect(numbers.length).toBeGreaterThan(10);
  expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  for (const decision of list.split(/^\d+\. /m).slice(1)) expect(decision).toMatch(/^\*\*[^*]+[.]\*\* \S[\s\S]+\.\s*$/);
});

it('every project of vitest.config.ts is explained', () => {
  const projects = [...read('vitest.config.ts').matchAll(/^ {6}project\('(\w+)'/gm)].map(([, name]) => name);
  expect(projects.length).toBeGreaterThan(3);
  expect([...under('## Run, test and check').matchAll(/^\| (unit|sqlite|postgres|process|browser) \|/gm)].map(([, name]) => name)).toEqual(projects);
});

it('README says which projects `npm test` runs, and CONTRIBUTING lists every script', () => {
  expect(scripts.test?.match(/--project \w+/g)).toEqual(['unit', 'sqlite', 'postgres', 'process'].map((name) => `--project ${name}`));
  for (const document of [read('README.md'), contributing]) expect(document).toMatch(/unit, SQLite,\s+PostgreSQL\s+and\s+process\s+tests/);
  expect(Object.keys(scripts).filter((script) => !scriptsOf(contributing).includes(script))).toEqual([]);
});

describe('the table of clients in README', () => {
  const [, table = ''] = /<!-- clients -->\n([\s\S]+?)\n<!-- \/clients -->/.exec(read('README.md')) ?? [];
  const rows = table
    .split('\n')
    .slice(2)
    .map((row) => row.split('|').map((cell) => cell.trim()));

  it('says the versions that are installed', () => {
    const { devDependencies } = JSON.parse(read('package.json')) as { devDependencies: Record<string, string> };
    /** Of two versions of a package one is installed by another name. */
    const versionsOf = (name: string): string[] =>
      Object.entries(devDependencies).flatMap(([installed, version]) => {
        if (installed === name) return [version];
        return version.startsWith(`npm:${name}@`) ? [version.slice(`npm:${name}@`.length)] : [];
      });
    const packages = rows.flatMap(([, client = '', version]) => {
      const name = /`([^`]+)`/.exec(client)?.[1] ?? '';
      const installed = name === '' ? [] : versionsOf(name);
      return installed.length === 0 ? [] : [{ name, version, installed }];
    });
    expect(packages.length).toBeGreaterThan(2);
    for (const { name, version, installed } of packages) expect(installed, name).toContain(version);
  });

  it('names every test that tries a client', () => {
    const tests = known.filter((path) => /^test\/(clients|browser)\/.+\.test\.ts$/.test(path));
    expect(rows.flatMap(([, , , , named = '']) => [...named.matchAll(/`([^`]+)`/g)].map(([, path]) => path)).sort()).toEqual(tests.sort());
  });
});

it('what is not there is found', () => {
  const broken =
    'See `src/nowhere.ts`, `src/<folder>/nothing.ts`, [this](docs/none.md), `test/` and `openNothing`; run `npm run check:everything` or `npm test`.';
  expect(problemsOf(broken)).toEqual([
    'src/nowhere.ts does not exist',
    'src/<folder>/nothing.ts does not exist',
    'docs/none.md does not exist',
    'nothing is called openNothing',
    'package.json has no script check:everything',
  ]);
});
