import { readdir, readFile } from 'node:fs/promises';
import { STATUS_CODES } from 'node:http';
import swagger from '@fastify/swagger';
import { codegen } from '@graphql-codegen/core';
import * as documentPlugin from '@graphql-codegen/typed-document-node';
import * as typePlugin from '@graphql-codegen/typescript-operations';
import fastify from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { parse } from 'graphql';
import type { ErrorCode } from './domain/error-catalogue.ts';
import { catalogue } from './domain/error-catalogue.ts';
import { errorCodes } from './domain/errors.ts';
import type { CredentialKind, Fate } from './domain/session/revocation.ts';
import { credentialKinds, revocationCauses, revocations } from './domain/session/revocation.ts';
import { graphqlPlace } from './graphql/errors/response.ts';
import { schemaSdl } from './graphql/schema.ts';
import { restErrors } from './rest/errors.ts';
import { groups } from './rest/groups.ts';
import { mountRest } from './rest/mount.ts';
import { identityPrefixes } from './rest/prefixes.ts';
import type { Access, RestNeeds } from './rest/route.ts';

/** Returns the published contracts by their path, which is what `schema/` must contain. */
export const renderContracts = async (): Promise<Record<string, string>> => ({
  'schema/schema.graphql': `${schemaSdl()}\n`,
  'schema/openapi.json': `${JSON.stringify(await openApi(), null, 2)}\n`,
  'schema/errors.md': errorsPage(),
});

/** Returns the module of the GraphQL documents in `src/console`, with the types of their variables and answers, by its path. */
export async function renderConsoleDocuments(): Promise<Record<string, string>> {
  const folder = new URL('console/', import.meta.url);
  const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.graphql')).sort();
  const documents = names.map(async (name) => ({ location: name, document: parse(await readFile(new URL(name, folder), 'utf8')) }));
  const content = await codegen({
    filename: 'documents.ts',
    schema: parse(schemaSdl()),
    documents: await Promise.all(documents),
    config: {
      scalars: { ID: 'string', DateTime: 'string', EmailAddress: 'string', DataUri: 'string', JSONObject: 'Record<string, unknown>' },
      enumType: 'const',
      useTypeImports: true,
      documentMode: 'graphQLTag',
      gqlImport: '@urql/core#gql',
      documentNodeImport: '@urql/core#TypedDocumentNode',
      disableDescriptions: true,
    },
    pluginMap: { types: typePlugin, documents: documentPlugin },
    plugins: [{ types: {} }, { documents: {} }],
  });
  return { 'src/console/documents.ts': `// Generated from the GraphQL documents beside it; do not edit.\n${content}` };
}

/**
 * Returns the OpenAPI document of the REST paths, made from the schemas that the routes check requests with. Aliases are mentioned
 * in its description and not listed.
 */
async function openApi(): Promise<OpenApi> {
  const app = fastify({ exposeHeadRoutes: false });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Sallyport REST',
        version: '1',
        description: `Frontegg's identity paths. Identity operations are served under ${identityPrefixes.join(', ')}; the others also under /frontegg.`,
      },
      tags: Object.entries(groups).map(([name, description]) => ({ name, description })),
      components: {
        securitySchemes: {
          environment: {
            type: 'http',
            scheme: 'bearer',
            bearerFormat: 'JWT',
            description: 'Token of `POST /auth/vendor`; `frontegg-tenant-id` selects a tenant',
          },
          user: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'Access token of a completed login' },
          apiToken: {
            type: 'http',
            scheme: 'bearer',
            bearerFormat: 'JWT',
            description: 'Token of `POST /resources/auth/v2/api-token`, which acts in its own tenant',
          },
        },
      },
    },
    transformObject: jsonSchemaTransformObject,
    transform: (input) => {
      const { schema, url } = jsonSchemaTransform(input);
      const { access } = input.route.config ?? {};
      const kinds: readonly string[] = access === undefined || access === 'public' ? [] : schemesOf[access];
      const alias = url.startsWith('/frontegg/');
      return { url, schema: { ...schema, hide: alias, security: kinds.map((kind) => ({ [kind]: [] })) } };
    },
  });
  // The handlers are only registered and never called, so they need no services.
  await mountRest(app, { ...({} as RestNeeds), publicUrl: 'http://localhost', corsOrigins: [] });
  await app.ready();
  return tidy(JSON.parse(JSON.stringify(app.swagger())));
}

/** The security schemes of each kind of access. An API token is sent in the way of a user's token. */
const schemesOf: Readonly<Record<Exclude<Access, 'public'>, readonly string[]>> = {
  environment: ['environment'],
  user: ['user'],
  signedIn: ['environment', 'user'],
  ownToken: ['user', 'apiToken'],
  signedInOrOwnToken: ['environment', 'user', 'apiToken'],
  permitted: ['environment', 'user', 'apiToken'],
  inTenant: ['user', 'apiToken'],
};

interface OpenApi {
  paths: Record<string, Record<string, { tags: string[]; responses: Record<string, { description: string }> }>>;
  components: { schemas: Record<string, object> };
}

/** Names each status and removes schemas that nothing refers to. The generator makes a second one of each for requests. */
function tidy(document: OpenApi): OpenApi {
  for (const operation of Object.values(document.paths).flatMap((path) => Object.values(path))) {
    for (const [status, response] of Object.entries(operation.responses)) response.description = STATUS_CODES[status] ?? status;
  }
  const { schemas } = document.components;
  for (const name of Object.keys(schemas)) {
    if (!JSON.stringify(document).includes(`"#/components/schemas/${name}"`)) delete schemas[name];
  }
  return document;
}

const fateInWords: Readonly<Record<Fate, string>> = {
  ENDS: 'end',
  ENDS_IN_TENANT: 'end in that tenant',
  OTHERS_END: 'end but for that of the call',
  STAYS: 'stay',
};
const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** Returns the table in README of how many operations each group has: those that do something, and those that say that there is nothing. */
export async function groupsTable(): Promise<string> {
  const operations = Object.values((await openApi()).paths).flatMap((path) => Object.values(path));
  const served = ({ responses }: (typeof operations)[number]): boolean => Object.keys(responses).some((status) => status.startsWith('2'));
  const counts = (found: typeof operations): string[] => {
    const number = found.filter(served).length;
    return [number, found.length - number].map((count) => (count === 0 ? '' : String(count)));
  };
  return [
    line(['group', 'what it is about', 'served', 'refused']),
    line(['---', '---', '--:', '--:']),
    ...Object.entries(groups).map(([name, about]) => line([name, about, ...counts(operations.filter(({ tags }) => tags.includes(name)))])),
    line(['all', '', ...counts(operations)]),
  ].join('\n');
}

/** Returns the table in README of what ends with what. */
export function revocationTable(): string {
  const kinds = Object.keys(credentialKinds) as CredentialKind[];
  return [
    line(['', ...revocationCauses.map((cause) => revocations[cause].title)]),
    line(Array.from({ length: revocationCauses.length + 1 }, () => '---')),
    ...kinds.map((kind) => line([credentialKinds[kind], ...revocationCauses.map((cause) => fateInWords[revocations[cause].ends[kind]])])),
  ].join('\n');
}

/** Returns the page that describes every error of the catalogue. */
function errorsPage(): string {
  const entry = (code: ErrorCode): string => {
    const { audience, message, remedy } = catalogue[code];
    const { status, text, errorCode } = restErrors[code];
    const rest = `${status} \`${text}\`${errorCode === undefined ? '' : `, \`${errorCode}\``}`;
    return [
      `## ${code}`,
      '',
      message,
      '',
      `- **For**: the ${audience}`,
      `- **REST**: ${rest}`,
      `- **GraphQL**: ${graphqlPlace(code)}`,
      `- **What to do**: ${remedy}`,
      '',
    ].join('\n');
  };
  return ['# Errors', '', 'Every refusal Sallyport gives, over REST and over GraphQL. Generated; do not edit.', '', ...errorCodes.map(entry)].join(
    '\n',
  );
}
