import { readFileSync } from 'node:fs';
import type { GraphQLField, GraphQLInputType } from 'graphql';
import { buildSchema, isEnumType, isInputObjectType, isListType, isNonNullType } from 'graphql';

/** A root field as a request that passes the rules of format, with values that name nothing. */
export interface RootField {
  name: string;
  kind: 'query' | 'mutation';
  request: { query: string; variables: Record<string, unknown> };
}

const schema = buildSchema(readFileSync(new URL('../../schema/schema.graphql', import.meta.url), 'utf8'));

/** The global id of a tenant, in the form of `src/graphql/builder/node-ids.ts`. */
const globalId = `_${Buffer.from('Tenant:x').toString('base64url')}`;

/** Values of fields whose rules of format the type does not tell. */
const ofFields: Readonly<Record<string, unknown>> = {
  sender: 'x@acme.example',
  graceDays: 14,
  minLength: 8,
  maxLength: 64,
  minPhraseLength: 20,
  minOptionalTestsToPass: 1,
  historySize: 5,
  forbiddenWords: ['acme'],
  blockPwnedPasswords: false,
};

/** Any value the type allows. */
function anyOf(type: GraphQLInputType, name = ''): unknown {
  if (isNonNullType(type)) return anyOf(type.ofType, name);
  if (name in ofFields) return ofFields[name];
  if (isListType(type)) return [anyOf(type.ofType)];
  if (isEnumType(type)) return type.getValues()[0]?.name;
  if (isInputObjectType(type)) return Object.fromEntries(Object.values(type.getFields()).map((field) => [field.name, anyOf(field.type, field.name)]));
  return (
    {
      Boolean: true,
      Int: 600,
      Float: 0.5,
      EmailAddress: 'x@acme.example',
      PhoneNumber: '+447400123456',
      DateTime: '2026-03-09T00:00:00.000Z',
      JSONObject: {},
      ID: globalId,
      DataUri: 'data:image/png;base64,AA==',
    }[String(type)] ?? 'x'
  );
}

function requestOf(field: GraphQLField<unknown, unknown>, kind: RootField['kind']): RootField['request'] {
  const declared = field.args.map((argument) => `$${argument.name}: ${argument.type}`).join(', ');
  const passed = field.args.map(({ name }) => `${name}: $${name}`).join(', ');
  const leaf = /^(Boolean|String|Int)!?$/.test(String(field.type));
  const body = `${field.name}${passed === '' ? '' : `(${passed})`}${leaf ? '' : ' { __typename }'}`;
  const variables = Object.fromEntries(field.args.filter(({ type }) => isNonNullType(type)).map((argument) => [argument.name, anyOf(argument.type)]));
  return { query: `${kind} ${declared === '' ? '' : `(${declared})`} { ${body} }`, variables };
}

/** Every root field the published schema has, so that a new one joins the tests by itself. */
export const rootFields: readonly RootField[] = (['query', 'mutation'] as const).flatMap((kind) => {
  const type = kind === 'query' ? schema.getQueryType() : schema.getMutationType();
  return Object.values(type?.getFields() ?? {}).map((field) => ({ name: field.name, kind, request: requestOf(field, kind) }));
});
