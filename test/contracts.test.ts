import { readFileSync } from 'node:fs';
import { fastify } from 'fastify';
import { buildSchema, isInterfaceType, isObjectType, lexicographicSortSchema, printSchema } from 'graphql';
import { beforeAll, describe, expect, it } from 'vitest';
import { renderContracts } from '../src/contracts.ts';
import { errorCodes } from '../src/domain/errors.ts';
import { groups } from '../src/rest/groups.ts';
import { mountRest } from '../src/rest/mount.ts';
import { identityPrefixes, underPublishedPrefix } from '../src/rest/prefixes.ts';
import type { RestNeeds } from '../src/rest/route.ts';
import { identityRoutes, otherRoutes } from '../src/rest/routes.ts';

interface Operation {
  operationId: string;
  summary?: string;
  tags?: string[];
  security?: object[];
  requestBody?: unknown;
  responses: Record<string, { description: string; content?: object }>;
}

let rendered: Record<string, string>;
let operations: { key: string; operation: Operation }[];
beforeAll(async () => {
  rendered = await renderContracts();
  const { paths } = JSON.parse(rendered['schema/openapi.json'] ?? '{}') as { paths: Record<string, Record<string, Operation>> };
  operations = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ key: `${method.toUpperCase()} ${path}`, operation })),
  );
});

/** What Fastify really serves: method and path of every route under every prefix. */
async function servedRoutes(): Promise<string[]> {
  const served: string[] = [];
  const app = fastify({ exposeHeadRoutes: false });
  app.addHook('onRoute', ({ method, url }) => void served.push(`${method} ${url.replace(/:(\w+)/g, '{$1}')}`));
  await mountRest(app, { ...({} as RestNeeds), publicUrl: 'http://localhost', corsOrigins: [] });
  await app.ready();
  return served;
}

it.each(['schema/schema.graphql', 'schema/openapi.json', 'schema/errors.md'])('%s is what the sources render', (path) => {
  let committed = '';
  try {
    committed = readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
  } catch {
    // Missing reads like stale: the same command makes it.
  }
  expect(committed === rendered[path] ? 'fresh' : `${path} is stale: run \`npm run schema:write\``).toBe('fresh');
});

it('nothing else is published, and rendering twice gives the same bytes', async () => {
  expect(Object.keys(rendered).sort()).toEqual(['schema/errors.md', 'schema/openapi.json', 'schema/schema.graphql']);
  expect(await renderContracts()).toEqual(rendered);
});

describe('the OpenAPI document', () => {
  it('lists every route the server answers under the published prefixes, and none twice', async () => {
    const served = (await servedRoutes()).filter((route) => !route.split(' ')[1]?.startsWith('/frontegg/'));
    expect(operations.map(({ key }) => key).sort()).toEqual(served.sort());
    expect(operations).toHaveLength(identityRoutes.length + otherRoutes.length);
  });

  it('the URL of each alias prefix is brought under the published one, and no other URL is changed', () => {
    const [published, ...others] = identityPrefixes;
    for (const other of others) expect(underPublishedPrefix(`${other}/users/v1/1?a=${other}/`)).toBe(`${published}/users/v1/1?a=${other}/`);
    for (const url of [
      '/',
      '',
      '/resources',
      '/resourcesx/users',
      '/x/resources/users',
      '/frontegg/resources/users',
      '/frontegg/graphql',
      `${published}/x`,
    ])
      expect(underPublishedPrefix(url)).toBe(url);
  });

  it('gives every operation a unique id, a summary and a tag', () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(ids.filter((id) => !/^[a-z][A-Za-z]+$/.test(id))).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { key, operation } of operations) {
      expect(operation.summary?.length, key).toBeGreaterThan(9);
      expect(operation.tags, key).toHaveLength(1);
    }
  });

  it('sorts every operation into a group that is described, and describes no group without operations', () => {
    const tags = new Set(operations.flatMap(({ operation }) => operation.tags ?? []));
    expect([...tags].sort(), 'tags of routes, and src/rest/groups.ts').toEqual(Object.keys(groups).sort());
  });

  /** What is not there, and has to say so in words of its own. */
  const alwaysNotFound = [
    ...['readOwnInvitation', 'readRolesTask', 'readSocialLogin', 'readTenantMigration', 'syncRedirectUris'],
    ...['readUserPool', 'readUserPoolUsers', 'deleteUserPool'],
  ];

  it('names one success of each operation, its refusals in one shape, and what 401 asks for', () => {
    for (const { key, operation } of operations) {
      const statuses = Object.keys(operation.responses);
      expect(
        statuses.filter((status) => status.startsWith('2')),
        key,
      ).toHaveLength(alwaysNotFound.includes(operation.operationId) || statuses.includes('501') ? 0 : 1);
      const shapes = new Set(
        statuses.filter((status) => !status.startsWith('2')).map((status) => JSON.stringify(operation.responses[status]?.content)),
      );
      expect(shapes.size, key).toBeLessThanOrEqual(1);
      if (operation.security?.length) expect(statuses, key).toContain('401');
      if (operation.requestBody !== undefined) expect(statuses, key).toContain('400');
    }
  });

  it('holds the nine operations the project began with', () => {
    const base = '/identity/resources';
    expect(operations.map(({ key }) => key)).toEqual(
      expect.arrayContaining([
        ...['POST', 'PATCH', 'PUT', 'GET'].map((method) => `${method} ${base}/configurations/v1/mfa-policy`),
        ...['GET', 'POST'].map((method) => `${method} ${base}/configurations/v1/mfa/strategies`),
        `POST ${base}/auth/v1/user/mfa/emailcode/verify`,
        `POST ${base}/auth/v1/user/mfa/authenticator/enroll`,
        `POST ${base}/auth/v1/user/mfa/authenticator/enroll/verify`,
      ]),
    );
  });
});

describe('the GraphQL schema', () => {
  it('is valid, sorted, and describes every type, field, argument and value', () => {
    const schema = buildSchema(rendered['schema/schema.graphql'] ?? '');
    expect(`${printSchema(lexicographicSortSchema(schema))}\n`.trim()).toBe(rendered['schema/schema.graphql']?.trim());
    const silent = Object.values(schema.getTypeMap())
      .filter((type) => !type.name.startsWith('__') && !['String', 'Int', 'Float', 'Boolean', 'ID'].includes(type.name))
      .flatMap((type) => {
        const fields = 'getFields' in type ? Object.values(type.getFields()) : [];
        const values = 'getValues' in type ? type.getValues() : [];
        const args = (isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : []).flatMap((field) =>
          field.args.map((arg) => ({ name: `${field.name}.${arg.name}`, description: arg.description })),
        );
        return [{ name: '', description: type.description }, ...fields, ...values, ...args]
          .filter(({ description }) => !description)
          .map(({ name }) => `${type.name}.${name}`);
      });
    expect(silent).toEqual([]);
  });
});

it('the page of errors has one entry for each code, each with what to do', () => {
  const entries = (rendered['schema/errors.md'] ?? '').split('\n## ').slice(1);
  expect(entries.map((entry) => entry.split('\n')[0])).toEqual([...errorCodes]);
  for (const entry of entries) {
    for (const line of ['For', 'REST', 'GraphQL', 'What to do']) expect(entry).toMatch(new RegExp(`\\n- \\*\\*${line}\\*\\*: \\S`));
  }
});
