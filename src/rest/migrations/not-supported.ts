import { refused } from '../not-supported/refused.ts';

const tag = 'Migrations';

/** Serves `POST /migrations/v1/auth0`. It would send a foreign secret to another system. */
export const auth0Import = refused('Migration from Auth0', {
  method: 'POST',
  url: '/migrations/v1/auth0',
  access: 'environment',
  operationId: 'importFromAnotherProvider',
  summary: 'Always refused: users are not fetched from Auth0',
  tag,
});

/** Serves `POST /migrations/v1/local/bulk/csv`. A script turns the rows into a bulk import. */
export const csvImport = refused('Migration from CSV', {
  method: 'POST',
  url: '/migrations/v1/local/bulk/csv',
  access: 'environment',
  operationId: 'importUsersFromCsv',
  summary: 'Always refused: a file is not read',
  tag,
});
