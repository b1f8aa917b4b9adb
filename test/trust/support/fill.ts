import type { GraphQLInputType, GraphQLOutputType } from 'graphql';
import {
  getNamedType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
} from 'graphql';
import type { Call } from './http.ts';
import type { JsonSchema, RestOperation, RootField } from './operations.ts';
import { graphqlSchema, resolved } from './operations.ts';

/** Values for fields by their name, such as the ids of somebody's things. */
export type Values = Readonly<Record<string, unknown>>;

/** Arguments of `node` and `nodes` for a thing, given as `Type:id`. */
export function nodeIdsOf(thing: string): { nodeId: string; ids: string[] } {
  const id = globalId(thing);
  return { nodeId: id, ids: [id] };
}

/** The id by which GraphQL names a thing, given as `Type:id`. */
export const globalId = (thing: string): string => `_${Buffer.from(thing).toString('base64url')}`;

/** The type of the thing that a global id names. */
const typeOf = (id: string): string => Buffer.from(id.slice(1), 'base64url').toString('utf8').split(':')[0] ?? '';

/** Values that pass the rules of format and name nothing. */
const plausible: Values = {
  password: 'another long password',
  email: 'nobody@acme.example',
  phoneNumber: '+447400999999',
  profilePictureUrl: 'https://pictures.acme.example/1.png',
  token: '123456',
  value: '123456',
  code: '123456',
  recoveryCode: '00000-00000-00000-00000-00000',
  // The role that reads.
  roleIds: ['0b8a4a52-6a0c-4c55-9a3e-3f0d8f6f7a02'],
  metadata: '{}',
  vendorMetadata: '{}',
  sender: '',
  identifierType: 'email',
  startsAt: new Date(Date.now() + 7 * 86_400_000).toISOString(),
  graceDays: 14,
  remindDaysBefore: [1],
  minLength: 8,
  maxLength: 64,
  minPhraseLength: 20,
  minOptionalTestsToPass: 1,
  historySize: 5,
  forbiddenWords: ['acme'],
  blockPwnedPasswords: false,
  ignoredEmails: ['nobody@acme.example'],
};

/** A value that a JSON Schema allows, by the name of its field where the name says more than the type. */
function ofSchema(schema: JsonSchema, name: string, values: Values): unknown {
  const known = values[name] ?? plausible[name];
  if (known !== undefined) return known;
  const { type, enum: choices, properties, items, anyOf } = resolved(schema);
  if (choices !== undefined) return choices[0];
  if (anyOf !== undefined) return ofSchema(anyOf[0] ?? {}, name, values);
  if (properties !== undefined) return Object.fromEntries(Object.entries(properties).map(([key, field]) => [key, ofSchema(field, key, values)]));
  const kind = Array.isArray(type) ? type[0] : type;
  if (kind === 'array') return items === undefined ? [] : [ofSchema(items, name, values)];
  return { boolean: true, integer: 600, number: 600, object: {} }[kind ?? ''] ?? 'x';
}

/** A request of a REST operation that its validation accepts, with these values in path and body. */
export function restCall({ method, path, body }: RestOperation, values: Values): Call {
  return {
    method,
    path: path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(values[name] ?? 'x'))),
    ...(body === null ? {} : { body: ofSchema(body, '', values) }),
  };
}

/** A value that an input type allows. */
function ofInput(type: GraphQLInputType, name: string, values: Values): unknown {
  if (isNonNullType(type)) return ofInput(type.ofType, name, values);
  if (isListType(type)) return values[name] ?? plausible[name] ?? [ofInput(type.ofType, name, values)];
  if (isInputObjectType(type)) {
    return Object.fromEntries(Object.values(type.getFields()).map((field) => [field.name, ofInput(field.type, field.name, values)]));
  }
  const known = values[name] ?? plausible[name];
  if (known !== undefined && String(type) !== 'JSONObject') return known;
  if (isEnumType(type)) return type.getValues()[0]?.name;
  return (
    { Boolean: true, Int: 600, Float: 0.5, JSONObject: {}, DateTime: '2026-01-01T00:00:00.000Z', DataUri: 'data:image/png;base64,AA==', ID: 'x' }[
      String(type)
    ] ?? 'x'
  );
}

/** Everything a type shows, some levels deep, without fields that need arguments. Of an interface, those types that are asked for, or all. */
function selectionOf(type: GraphQLOutputType, depth: number, asked: ReadonlySet<string>): string {
  const named = getNamedType(type);
  if (isLeafType(named)) return '';
  if (isAbstractType(named)) {
    // Two errors may have fields of one name and different types, so only what may show something is asked for.
    const shown = graphqlSchema.getPossibleTypes(named).filter(({ name }) => !name.endsWith('Error') && (asked.size === 0 || asked.has(name)));
    return `{ __typename ${shown.map((one) => `... on ${one.name} ${selectionOf(one, depth, new Set())}`).join(' ')} }`;
  }
  if (!isObjectType(named)) return '';
  const fields = Object.values(named.getFields()).flatMap((field) => {
    if (field.args.some(isRequiredArgument)) return [];
    if (isLeafType(getNamedType(field.type))) return [field.name];
    return depth <= 1 ? [] : [`${field.name} ${selectionOf(field.type, depth - 1, new Set())}`];
  });
  return `{ __typename ${fields.join(' ')} }`;
}

/** A request of a root field, with these values in its arguments, that asks for what the answer shows. */
export function graphqlCall({ name, kind, field }: RootField, values: Values, depth = 2): Call {
  const declared = field.args.map((argument) => `$${argument.name}: ${argument.type}`).join(', ');
  const passed = field.args.map((argument) => `${argument.name}: $${argument.name}`).join(', ');
  // The argument `id` of a query that is about any kind of thing takes a global id.
  const given = name === 'node' ? { ...values, id: values.nodeId } : values;
  const variables = Object.fromEntries(
    field.args
      .filter((argument) => isRequiredArgument(argument) || argument.name in values || argument.name === 'filter')
      .map((argument) => [argument.name, ofInput(argument.type, argument.name, given)]),
  );
  // Of nodes, those types are shown that are asked for: all of them together are more than a document may have.
  const nodes = name === 'node' ? [values.nodeId] : name === 'nodes' ? (values.ids as readonly unknown[] | undefined) : [];
  const asked = new Set((nodes ?? []).map((id) => typeOf(String(id))));
  const query = `${kind} ${declared === '' ? '' : `(${declared})`} { ${name}${passed === '' ? '' : `(${passed})`} ${selectionOf(field.type, depth, asked)} }`;
  return { path: '/graphql', body: { query, variables } };
}
