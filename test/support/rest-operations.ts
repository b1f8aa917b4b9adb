import { z } from 'zod';
import { identityPrefixes, otherPrefixes } from '../../src/rest/prefixes.ts';
import type { Access, RestApp, RestNeeds, RestRoute } from '../../src/rest/route.ts';
import { identityRoutes, otherRoutes } from '../../src/rest/routes.ts';
import type { Request } from './harness.ts';

export interface Operation {
  id: string;
  method: NonNullable<Request['method']>;
  /** With the first prefix and the parameters as declared, such as `:id`. */
  template: string;
  /** With the first prefix, and something in place of each parameter. */
  url: string;
  prefixes: readonly string[];
  /** Below the prefix. */
  path: string;
  access: Access;
  limited: boolean;
  /** Names of the fields of its body; null where it takes none. */
  fields: string[] | null;
  /** Whether its body is a list of objects with these fields. */
  list: boolean;
  /** Whether it is of a feature that this server does not have, so that it answers 501 to everybody who may call it. */
  unsupported: boolean;
}

/** Whether a status says that the server failed. */
export const isFault = ({ unsupported }: Pick<Operation, 'unsupported'>, status: number): boolean =>
  status >= 500 && !(unsupported && status === 501);

interface Declared {
  method: Operation['method'];
  url: string;
  config: { access: Access; limit?: string };
  schema: { operationId: string; body?: z.ZodType; response: Record<string, z.ZodType> };
}

/** A body may be optional or null as a whole, or a list; its fields are those of the object inside. */
function fieldsOf(body: z.ZodType): string[] {
  if (body instanceof z.ZodObject) return Object.keys(body.shape);
  if (body instanceof z.ZodOptional || body instanceof z.ZodNullable) return fieldsOf(body.unwrap() as z.ZodType);
  if (body instanceof z.ZodArray) return fieldsOf(body.element as z.ZodType);
  throw new Error('the body is no object');
}

/** Every operation the server declares, read from the declarations themselves: a new one is swept without a word here. */
function declared(routes: readonly RestRoute[], prefixes: readonly string[]): Operation[] {
  const found: Declared[] = [];
  const recorder = { route: (options: Declared) => void found.push(options) } as unknown as RestApp;
  for (const route of routes) route(recorder, {} as RestNeeds);
  return found.map(({ method, url, config, schema }) => {
    const path = url.replace(/:\w+/g, 'some-id');
    const fields = schema.body === undefined ? null : fieldsOf(schema.body);
    const { access, limit } = config;
    const [template, sample] = [`${prefixes[0]}${url}`, `${prefixes[0]}${path}`];
    return {
      id: schema.operationId,
      method,
      template,
      url: sample,
      prefixes,
      path,
      access,
      limited: limit !== undefined,
      fields,
      list: schema.body instanceof z.ZodArray,
      unsupported: 501 in schema.response,
    };
  });
}

export const operations: readonly Operation[] = [...declared(identityRoutes, identityPrefixes), ...declared(otherRoutes, otherPrefixes)];

/** For tables of tests: the title, then the operation. */
export const titled = (list: readonly Operation[]): [string, Operation][] =>
  list.map((operation) => [`${operation.method} ${operation.template}`, operation]);
