import { parse } from 'graphql';
import { expect, test } from 'vitest';
import { createDocumentCache } from '../../src/graphql/limits/document-cache.ts';

/** Takes a document through the cache as Yoga does, and tells whether it was kept from before. */
function pass(cache: ReturnType<typeof createDocumentCache>['plugin'], text: string, valid = true): boolean {
  let document: unknown;
  cache.onParse?.({
    params: { source: text },
    setParsedDocument: (kept: unknown) => {
      document = kept;
    },
  } as never);
  const known = document !== undefined;
  document ??= parse(text);
  const after = cache.onValidate?.({ params: { documentAST: document }, setResult: () => undefined } as never);
  if (typeof after === 'function') after({ valid } as never);
  return known;
}

test('a valid document is kept, a refused or very long one is not', () => {
  const cache = createDocumentCache().plugin;
  expect([pass(cache, '{ a }'), pass(cache, '{ a }')]).toEqual([false, true]);
  expect([pass(cache, '{ b }', false), pass(cache, '{ b }', false)]).toEqual([false, false]);
  const long = `{ a } #${'x'.repeat(10_000)}`;
  expect([pass(cache, long), pass(cache, long)]).toEqual([false, false]);
});

test('what is kept is bounded by its size: the document that was not used for longest goes first', () => {
  const cache = createDocumentCache().plugin;
  const document = (index: number): string => `{ a } #${index}${'x'.repeat(4_000)}`;
  pass(cache, document(0));
  pass(cache, document(1));
  for (let index = 2; index < 100; index += 1) {
    pass(cache, document(0));
    pass(cache, document(index));
  }
  expect(pass(cache, document(0))).toBe(true);
  expect(pass(cache, document(1))).toBe(false);
});
