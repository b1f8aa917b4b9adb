import { readFileSync } from 'node:fs';
import type { LightMyRequestResponse } from 'fastify';
import type { ErrorCode } from '../../src/domain/error-catalogue.ts';
import { errorPlacement } from '../../src/graphql/errors/placement.ts';
import { identityPrefixes, otherPrefixes } from '../../src/rest/prefixes.ts';
import type { GraphqlAnswer, Request } from './harness.ts';

interface Published {
  paths: Record<string, Record<string, { responses: Record<string, unknown> }>>;
}

const { paths } = JSON.parse(readFileSync(new URL('../../schema/openapi.json', import.meta.url), 'utf8')) as Published;
const [identity, ...otherIdentities] = identityPrefixes;
/** A path without parameters before one whose parameter it would fit. */
const byParameters = ([one]: [string, unknown], [other]: [string, unknown]): number => one.split('{').length - other.split('{').length;
const templates = Object.entries(paths)
  .sort(byParameters)
  .map(([path, methods]) => ({
    pattern: new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}/?$`),
    statuses: new Map(Object.entries(methods).map(([method, { responses }]) => [method.toUpperCase(), new Set(Object.keys(responses).map(Number))])),
  }));

/** Statuses of every request, whichever operation it is for: limits of the host, and faults. */
const ofEveryRequest = new Set([413, 414, 415, 429, 500, 503]);

/** Under the prefix that is published. Whoever sends a URL resolves its dots first, also where they are escaped. */
function publishedPath(url: string): string {
  const path = new URL(`http://host${url}`).pathname;
  const prefix = otherIdentities.find((other) => path.startsWith(`${other}/`));
  if (prefix !== undefined) return `${identity}${path.slice(prefix.length)}`;
  return otherPrefixes.slice(1).reduce((shorter, other) => (shorter.startsWith(`${other}/`) ? shorter.slice(other.length) : shorter), path);
}

/** Codes that stand in a union for one mutation, and at the top level where the tenant header is refused. */
const byHeader: readonly ErrorCode[] = ['TENANT_NOT_FOUND'];
/** What REST says where the tenant header names nobody, whatever the operation. */
const unknownTenant = '{"errors":["Tenant not found"]}';

/** Whether a URL is text, which is checked before any operation is looked for. */
function isText(url: string): boolean {
  try {
    return !decodeURIComponent(url).includes('\0');
  } catch {
    return false;
  }
}

/**
 * What an answer says that no contract publishes, or null. Both transports make what they publish from the lists of the use cases,
 * so this is an error that a list lacks, or that an operation left out as impossible.
 */
export function unpublished({ method = 'GET', url }: Request, answer: LightMyRequestResponse): string | null {
  if (url.startsWith('/graphql')) {
    if (!String(answer.headers['content-type']).includes('json') || answer.body === '') return null;
    const { data, errors = [] } = answer.json<GraphqlAnswer>();
    // Without data nothing ran: the document itself was refused.
    const misplaced = data === undefined ? undefined : errors.find(({ extensions: { code } }) => belongsInUnion(code));
    return misplaced === undefined ? null : `GraphQL answers ${misplaced.extensions.code} at the top level of ${misplaced.path?.join('.')}`;
  }
  const statuses = templates.find(({ pattern }) => pattern.test(publishedPath(url)))?.statuses.get(method);
  if (statuses === undefined || statuses.has(answer.statusCode) || ofEveryRequest.has(answer.statusCode) || answer.body === unknownTenant)
    return null;
  if (answer.statusCode === 400 && !isText(url)) return null;
  return `${method} ${publishedPath(url)} answers ${answer.statusCode}`;
}

const belongsInUnion = (code: string): boolean =>
  code in errorPlacement && errorPlacement[code as ErrorCode] !== 'TOP_LEVEL' && !byHeader.includes(code as ErrorCode);
