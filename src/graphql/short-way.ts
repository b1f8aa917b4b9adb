import type { DocumentNode, ExecutionArgs, ExecutionResult, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { execute, Kind, OperationTypeNode } from 'graphql';
import type { CompiledQuery } from 'graphql-jit';
import type { Call } from '../http/call.ts';
import type { Services } from '../services/index.ts';
import { createContext } from './builder/context.ts';
import type { DocumentCache } from './limits/document-cache.ts';

/*
 * Most requests send a document again that was sent before. For them Yoga's way takes several times as long as the operation: it makes
 * a Request and a Response of the Fetch standard, runs the hooks of every plugin, and walks the document once more to execute it.
 *
 * This way is for a document that Yoga has found valid, with every limit, and that is still kept. A query is compiled to a function. If
 * its result has errors, the query is executed again in Yoga's way, which words them: a query changes nothing. A mutation is executed
 * once, by the same function as Yoga's, and Yoga words its errors. Whatever is not plain goes Yoga's way altogether. The tests of
 * `test/graphql/http` send the same requests both ways.
 */

/** From this use on a query is compiled. To compile takes about as long as to check it, so it has to come again. */
const compiledFromUse = 3;

/** A request for an operation, as the client sent it. */
export interface PlainRequest {
  query: string;
  operationName?: unknown;
  variables?: unknown;
  [other: string]: unknown;
}

/** Executes a request, or returns null if it has to go Yoga's way because nothing was changed. */
export type ShortWay = (request: PlainRequest, mayIntrospect: boolean, call: Call) => Promise<ExecutionResult | null>;

/** What is known of a kept document. It goes with the document when the cache drops it. */
interface Compiled {
  uses: number;
  /** By the name of the operation. Null for an operation that cannot be compiled. */
  operations: Map<string, CompiledQuery | null>;
}

/** Makes the short way for a schema. */
export function createShortWay(schema: GraphQLSchema, documents: DocumentCache, services: Services): ShortWay {
  const compiled = new WeakMap<DocumentNode, Compiled>();

  const compiledOf = async (document: DocumentNode, name: string): Promise<CompiledQuery | null> => {
    const known = compiled.get(document) ?? { uses: 0, operations: new Map<string, CompiledQuery | null>() };
    compiled.set(document, known);
    known.uses += 1;
    if (known.uses < compiledFromUse) return null;
    const found = known.operations.get(name);
    if (found !== undefined) return found;
    const query = await compile(schema, document, name);
    known.operations.set(name, query);
    return query;
  };

  return async (request, mayIntrospect, call) => {
    if (!isPlain(request)) return null;
    const { query, operationName, variables } = request;
    const kept = documents.find(query);
    if (kept === null || (kept.introspects && !mayIntrospect)) return null;
    const operation = operationIn(kept.document, operationName ?? null);
    if (operation === null) return null;
    if (operation.operation === OperationTypeNode.MUTATION) {
      const args = {
        schema,
        document: kept.document,
        contextValue: createContext(call, services),
        variableValues: variables,
        operationName: operation.name?.value,
      };
      const result = await execute(args as ExecutionArgs);
      // Without data the variables did not fit, and nothing was executed.
      return 'data' in result ? result : null;
    }
    const run = await compiledOf(kept.document, operation.name?.value ?? '');
    if (run === null) return null;
    const result = (await run.query(undefined, createContext(call, services), variables ?? undefined)) as ExecutionResult;
    return result.errors === undefined ? result : null;
  };
}

async function compile(schema: GraphQLSchema, document: DocumentNode, name: string): Promise<CompiledQuery | null> {
  // It is loaded when a document has come again, because no start needs it.
  const { compileQuery, isCompiledQuery } = await import('graphql-jit');
  const query = compileQuery(schema, document, name === '' ? undefined : name);
  return isCompiledQuery(query) ? query : null;
}

/** Whether a request has nothing but a document, a name and variables, each of its type. Anything else Yoga accepts or refuses in its own words. */
function isPlain(request: PlainRequest): request is PlainRequest & { operationName?: string | null; variables?: Record<string, unknown> | null } {
  for (const name in request) if (name !== 'query' && name !== 'operationName' && name !== 'variables') return false;
  const { operationName, variables } = request;
  const named = operationName === undefined || operationName === null || (typeof operationName === 'string' && operationName !== '');
  return named && (variables === undefined || variables === null || (typeof variables === 'object' && !Array.isArray(variables)));
}

/** Returns the operation that is meant. Null if the document has none of that name, or several and no name was sent. */
function operationIn({ definitions }: DocumentNode, name: string | null): OperationDefinitionNode | null {
  const operations = definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  if (name !== null) return operations.find((operation) => operation.name?.value === name) ?? null;
  return operations.length === 1 ? (operations[0] ?? null) : null;
}
