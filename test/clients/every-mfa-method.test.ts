import { readdirSync, readFileSync } from 'node:fs';
import { createApiClient } from '@frontegg/rest-api';
import { expect, it } from 'vitest';

const folders = ['.', '../browser'].map((path) => new URL(`${path}/`, import.meta.url));
const sources = folders
  .flatMap((folder) =>
    readdirSync(folder, { withFileTypes: true }).flatMap((file) => (file.isFile() ? readFileSync(new URL(file.name, folder), 'utf8') : [])),
  )
  .join('\n');

it('every method the published client names for MFA is called by a test against the running server', () => {
  const { auth } = createApiClient('every-mfa-method');
  const methods = Object.keys(auth).filter((name) => /mfa|stepup/i.test(name));
  expect(methods.length).toBeGreaterThan(30);
  expect(methods.filter((name) => !new RegExp(`\\b${name}\\b`).test(sources))).toEqual([]);
});
