import type { FastifyInstance, FastifyRequest } from 'fastify';
import fastify from 'fastify';
import { DomainError } from '../../src/domain/errors.ts';
import { mountGraphql } from '../../src/graphql/mount.ts';
import type { Call } from '../../src/http/call.ts';
import { createUnavailableLog } from '../../src/http/unavailable-log.ts';
import type { Services } from '../../src/services/index.ts';
import type { GraphqlAnswer } from './harness.ts';

export interface Counted {
  app: FastifyInstance;
  /** Calls that reached a service so far. */
  calls(): number;
  send(query: string, variables?: object): Promise<GraphqlAnswer>;
}

/** GraphQL over services that only count: what must be refused before anything runs reaches none of them. */
export async function openCounting({ introspection = false, refusal = new DomainError('CHALLENGE_EXPIRED') as unknown } = {}): Promise<Counted> {
  let calls = 0;
  const service = new Proxy(
    {},
    {
      get: () => async () => {
        calls += 1;
        throw refusal;
      },
    },
  );
  // What was refused is recorded, which runs nothing of what was asked.
  const auditLog = { recordRefusal: async () => undefined };
  const services = new Proxy({}, { get: (_, name) => (name === 'auditLog' ? auditLog : service) }) as Services;
  const origin = { address: { text: '203.0.113.7', network: '203.0.113.7' }, userAgent: '', requestId: 'request-1' };
  const environment = { kind: 'ENVIRONMENT', tenantId: null } as const;
  const call: Call = {
    origin,
    actor: async () => environment,
    knownActor: () => null,
    caller: async () => ({ actor: environment, origin }),
    stranger: { actor: { kind: 'NOBODY' }, origin },
    takeFromAddress: async () => undefined,
    mayTakeLong: () => undefined,
    operation: undefined,
    countedAsUnavailable: false,
  };
  const app = fastify();
  app.decorateRequest('call', null as unknown as FastifyRequest['call']);
  app.addHook('onRequest', async (request) => {
    request.call = call;
  });
  app.decorate('asDomainError', (error: unknown) => (error instanceof DomainError ? error : new DomainError('INTERNAL', String(error))));
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  await mountGraphql(app, { services, log, unavailable: createUnavailableLog(log), mayIntrospect: () => introspection, graphiql: null });
  return {
    app,
    calls: () => calls,
    send: async (query, variables = {}) => (await app.inject({ method: 'POST', url: '/graphql', payload: { query, variables } })).json(),
  };
}
