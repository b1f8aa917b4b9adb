import { defineConfig } from 'vitest/config';

const alias = { graphql: 'graphql/index.js' };

/** Tests that speak to a running app: they run on PostgreSQL with all the others, and once more on SQLite. */
const onBothDialects = ['test/rest/**/*.test.ts', 'test/graphql/*/**/*.test.ts', 'test/parity/**/*.test.ts', 'test/security/**/*.test.ts'];
const project = (name: string, include: string[], more: object) => ({
  // Pothos and Yoga load graphql's CommonJS build; a second copy of the library would refuse their schema.
  resolve: { alias },
  test: {
    name,
    include,
    exclude: ['**/node_modules/**', 'test/browser/**'],
    env: { TEST_DIALECT: name },
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Loading the libraries takes longer than most files' tests; nothing here keeps state in a module or a global.
    isolate: false,
    ...more,
  },
});

export default defineConfig({
  test: {
    projects: [
      project('sqlite', onBothDialects, {}),
      project('postgres', ['test/**/*.test.ts'], { globalSetup: ['test/support/global-setup.ts'] }),
      project('browser', ['test/browser/**/*.test.ts'], { exclude: [], env: { TEST_DIALECT: 'sqlite' }, testTimeout: 120_000 }),
    ],
  },
});
