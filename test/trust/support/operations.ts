import { readFileSync } from 'node:fs';
import type { GraphQLField, GraphQLInputField } from 'graphql';
import { buildSchema } from 'graphql';

const read = (name: string): string => readFileSync(new URL(`../../../schema/${name}`, import.meta.url), 'utf8');

/** A JSON Schema, as far as these scripts look into one. */
export interface JsonSchema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  format?: string;
}

interface OpenApi {
  paths: Record<
    string,
    Record<
      string,
      {
        operationId: string;
        security?: object[];
        parameters?: { name: string; in: string }[];
        requestBody?: { content: Record<string, { schema: JsonSchema }> };
      }
    >
  >;
  components: { schemas: Record<string, JsonSchema> };
}

const openApi = JSON.parse(read('openapi.json')) as OpenApi;

/** An operation of the REST API as it is published. */
export interface RestOperation {
  id: string;
  method: string;
  /** With `{name}` where a parameter belongs. */
  path: string;
  /** Whether strangers may call it. */
  isPublic: boolean;
  parameters: { name: string; in: string }[];
  body: JsonSchema | null;
}

/** Follows a reference into the components. */
export const resolved = (schema: JsonSchema): JsonSchema =>
  schema.$ref === undefined ? schema : resolved(openApi.components.schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {});

/** Every operation of `schema/openapi.json`, so that a new one joins the scripts by itself. */
export const restOperations: readonly RestOperation[] = Object.entries(openApi.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, { operationId, security = [], parameters = [], requestBody }]) => ({
    id: operationId,
    method: method.toUpperCase(),
    path,
    isPublic: security.length === 0,
    parameters,
    body: requestBody?.content['application/json']?.schema ?? null,
  })),
);

/** The published GraphQL schema. */
export const graphqlSchema = buildSchema(read('schema.graphql'));

/** A root field of `schema/schema.graphql`. */
export interface RootField {
  name: string;
  kind: 'query' | 'mutation';
  field: GraphQLField<unknown, unknown>;
}

/** Every root field, so that a new one joins the scripts by itself. */
export const rootFields: readonly RootField[] = (['query', 'mutation'] as const).flatMap((kind) =>
  Object.values((kind === 'query' ? graphqlSchema.getQueryType() : graphqlSchema.getMutationType())?.getFields() ?? {}).map((field) => ({
    name: field.name,
    kind,
    field,
  })),
);

/** The fields of the one argument `input` of a mutation. */
export function inputFieldsOf({ field }: RootField): GraphQLInputField[] {
  const type = graphqlSchema.getType(String(field.args[0]?.type ?? '').replaceAll(/[![\]]/g, ''));
  return type !== undefined && type !== null && 'getFields' in type ? (Object.values(type.getFields()) as GraphQLInputField[]) : [];
}

/**
 * Mutations that strangers may use: they take a first factor, an mfaToken or another secret that was handed out. Everything else needs
 * an access token. The list is kept by hand, so that a field that becomes public by mistake is found.
 */
export const publicMutations: ReadonlySet<string> = new Set([
  ...['authenticateEnvironment', 'logIn', 'sendLoginCode', 'logInWithEmailCode', 'refreshSession', 'logOut'],
  ...['sendLoginSmsCode', 'logInWithSmsCode', 'requestPasswordResetBySms', 'verifyPasswordResetSms'],
  ...['sendMagicLink', 'logInWithMagicLink', 'beginPasskeyLogin', 'logInWithPasskey', 'authenticateApiToken', 'refreshApiToken'],
  ...[
    'activateUser',
    'requestPasswordReset',
    'resetPassword',
    'recoverMfa',
    'acceptInvitation',
    'checkInvitation',
    'resendInvitation',
    'signUp',
    'unlockAccount',
  ],
  ...['beginWebAuthn', 'verifyWebAuthn', 'sendSmsCode', 'verifySms', 'sendEmailCode', 'verifyEmailCode', 'verifyAuthenticatorApp'],
  ...['enrollAuthenticatorApp', 'verifyAuthenticatorAppEnrollment', 'enrollSms', 'verifySmsEnrollment', 'enrollWebAuthn', 'verifyWebAuthnEnrollment'],
  // The one query of strangers.
  'publicCaptchaPolicy',
]);
