import { isObjectType } from 'graphql';
import { expect, test } from 'vitest';
import { schema } from '../../src/graphql/schema.ts';
import { operations } from '../support/rest-operations.ts';
import type { Capability } from './capabilities.ts';
import { capabilities, graphqlOnly, restOnly } from './capabilities.ts';

interface Table {
  capabilities: Readonly<Record<string, Capability>>;
  restOnly: Readonly<Record<string, string>>;
  graphqlOnly: Readonly<Record<string, string>>;
}

const rest = new Set(operations.filter(({ unsupported }) => !unsupported).map(({ id }) => id));
const coordinates = new Set(
  Object.values(schema.getTypeMap()).flatMap((type) =>
    isObjectType(type) ? Object.keys(type.getFields()).map((field) => `${type.name}.${field}`) : [],
  ),
);
const roots = [...coordinates].filter((coordinate) => /^(Query|Mutation)\./.test(coordinate));

/** Everything wrong with the table, in words; empty when it tells the truth about both sides. */
function faults(table: Table): string[] {
  const rows = Object.entries(table.capabilities);
  const both = { rest: new Set(rows.flatMap(([, row]) => row.rest)), graphql: new Set(rows.flatMap(([, row]) => row.graphql)) };
  const one = { rest: Object.keys(table.restOnly), graphql: Object.keys(table.graphqlOnly) };
  return [
    ...rows.filter(([, row]) => row.rest.length === 0 || row.graphql.length === 0).map(([name]) => `"${name}" is on one side alone`),
    ...[...rest].filter((id) => !both.rest.has(id) && !one.rest.includes(id)).map((id) => `REST ${id} is in no row`),
    ...roots.filter((field) => !both.graphql.has(field) && !one.graphql.includes(field)).map((field) => `GraphQL ${field} is in no row`),
    ...[...both.rest, ...one.rest].filter((id) => !rest.has(id)).map((id) => `REST has no ${id}`),
    ...[...both.graphql, ...one.graphql].filter((field) => !coordinates.has(field)).map((field) => `GraphQL has no ${field}`),
    ...one.rest.filter((id) => both.rest.has(id)).map((id) => `REST ${id} has a twin and is an exception`),
    ...one.graphql.filter((field) => both.graphql.has(field)).map((field) => `GraphQL ${field} has a twin and is an exception`),
    ...Object.entries({ ...table.restOnly, ...table.graphqlOnly })
      .filter(([, reason]) => reason.trim().length < 20)
      .map(([name]) => `${name} is an exception without a reason`),
  ];
}

test('whatever one side can do the other can, but for the exceptions that say why', () => {
  expect(faults({ capabilities, restOnly, graphqlOnly })).toEqual([]);
});

test('the table is seen to fail', () => {
  const { 'log out': logOut, ...others } = capabilities;
  expect(logOut).toBeDefined();
  expect(faults({ capabilities: others, restOnly, graphqlOnly })).toEqual(['REST logOut is in no row', 'GraphQL Mutation.logOut is in no row']);
  const broken = {
    capabilities: { ...others, 'log out': { rest: ['logOut', 'logOff'], graphql: [] } },
    restOnly: { ...restOnly, logIn: 'because' },
    graphqlOnly: {
      ...graphqlOnly,
      'Mutation.logOut': 'There is a long reason, and a twin there is not.',
      'Query.nothing': 'Long, of what does not exist.',
    },
  };
  expect(faults(broken)).toEqual([
    '"log out" is on one side alone',
    'REST has no logOff',
    'GraphQL has no Query.nothing',
    'REST logIn has a twin and is an exception',
    'logIn is an exception without a reason',
  ]);
});
