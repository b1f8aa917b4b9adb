import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import type { TestSpecification } from 'vitest/node';
import { BaseSequencer } from 'vitest/node';

/** What is built for browsers, and served by the app that a test starts. */
const built = ['test/support/built-console.ts', 'test/support/built-pages.ts'];
/** Tests that speak to a running app or its store: each of them runs on either dialect. */
const onBothDialects = [
  'test/{rest,parity,security}/**/*.test.ts',
  'test/graphql/*/**/*.test.ts',
  'test/store/{store,purge,plans,*-plans,*-migration}.test.ts',
];
/** Whether what arrives is HTTP, where it is sent to and what headers it gets is decided before any database is asked. */
const transport = ['test/rest/{developer-pages,headers,lists,prefixes}.test.ts', 'test/graphql/{graphiql,http}/**/*.test.ts'];
const onSqlite = ['test/http/console.test.ts', 'test/store/{sqlite,statements,upgrade}.test.ts'];
const onPostgres = ['test/clients/**/*.test.ts', 'test/store/{postgres,round-trips}.test.ts'];
const elsewhere = ['test/process/**', 'test/browser/**'];

interface Project {
  exclude?: string[];
  dialect?: 'sqlite' | 'postgres';
  globalSetup?: string[];
  testTimeout?: number;
}

const project = (name: string, include: string[], { exclude = [], dialect, ...more }: Project) => ({
  // Pothos and Yoga load graphql's CommonJS build; a second copy of the library would refuse their schema.
  resolve: { alias: { graphql: 'graphql/index.js' } },
  test: {
    name,
    include,
    exclude: ['**/node_modules/**', ...exclude],
    env: dialect === undefined ? {} : { TEST_DIALECT: dialect },
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Loading the libraries takes longer than most files' tests; nothing here keeps state in a module or a global.
    isolate: false,
    // Nearly all that a request makes is garbage when it is answered; with more room it dies before it is moved about.
    execArgv: ['--max-semi-space-size=32'],
    ...more,
  },
});

/** In this order the files that need little stand at the end, where they keep both workers busy until all is done. */
const order = ['process', 'postgres', 'sqlite', 'unit'];

/** Project by project: a worker serves one project, and each change to another would load the libraries anew. */
class ByProject extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ project: { name } }: TestSpecification): number => order.indexOf(name);
    return (await super.sort(files)).sort((one, other) => place(one) - place(other));
  }
}

export default defineConfig({
  test: {
    // The main process only hands files out; left to itself, Vitest keeps a core free for it. Each worker may take forty of
    // the 200 connections PostgreSQL has for the tests.
    maxWorkers: Math.min(availableParallelism(), 4),
    sequence: { sequencer: ByProject },
    projects: [
      project('unit', ['test/**/*.test.ts'], { exclude: [...onBothDialects, ...onSqlite, ...onPostgres, ...elsewhere] }),
      project('sqlite', [...onBothDialects, ...onSqlite], { dialect: 'sqlite', globalSetup: built }),
      project('postgres', [...onBothDialects, ...onPostgres], {
        exclude: transport,
        dialect: 'postgres',
        globalSetup: ['test/support/global-setup.ts', 'test/support/built-pages.ts'],
      }),
      // Starting a server costs a second of work, and on a busy machine many.
      project('process', ['test/process/**/*.test.ts'], { globalSetup: ['test/process/global-setup.ts'], testTimeout: 120_000 }),
      project('browser', ['test/browser/**/*.test.ts'], { dialect: 'sqlite', globalSetup: built, testTimeout: 120_000 }),
    ],
  },
});
