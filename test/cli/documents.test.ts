import { readdirSync, readFileSync } from 'node:fs';
import { buildSchema, parse, validate } from 'graphql';
import { expect, it } from 'vitest';

const schema = buildSchema(readFileSync(new URL('../../schema/schema.graphql', import.meta.url), 'utf8'));
const folder = new URL('../../src/cli/documents/', import.meta.url);

const isDocument = (value: unknown): value is { text: string } =>
  typeof value === 'object' && value !== null && 'text' in value && typeof value.text === 'string';

const documents = (
  await Promise.all(
    readdirSync(folder).map(async (file) =>
      Object.entries((await import(new URL(file, folder).href)) as Record<string, unknown>).map(([name, value]) => ({ file, name, value })),
    ),
  )
)
  .flat()
  .filter(({ value }) => isDocument(value));

it('every file of documents is looked at', () => {
  expect(new Set(documents.map(({ file }) => file)).size).toBe(readdirSync(folder).length - 1);
});

it.each(documents)('$name of $file is a document of the published schema', ({ value }) => {
  expect(validate(schema, parse((value as { text: string }).text)).map(({ message }) => message)).toEqual([]);
});
