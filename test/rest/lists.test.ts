import { expect, test } from 'vitest';
import { withoutBrackets } from '../../src/rest/lists.ts';

test('parameters with brackets stand under their bare names, together with those written without', () => {
  expect({ ...withoutBrackets({ 'ids[]': ['a', 'b'], ids: 'c', text: 'x' }) }).toEqual({ ids: ['a', 'b', 'c'], text: 'x' });
});

test('the name of the prototype is a name like any other', () => {
  const query = withoutBrackets(JSON.parse('{"__proto__[]":["a"],"constructor":"b"}'));
  expect(Object.keys(query)).toEqual(['__proto__', 'constructor']);
  expect(query.toString).toBeUndefined();
});
