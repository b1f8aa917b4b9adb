import type { AddressInfo } from 'node:net';
import fastify from 'fastify';
import type { MercuriusContext } from 'mercurius';
import mercurius from 'mercurius';
import { createApp, masterKeyFileOf } from '../../../src/app.ts';
import { readConfig } from '../../../src/config/config.ts';
import { createActorResolver } from '../../../src/http/actor.ts';
import { openPorts } from '../../../src/platform/index.ts';

/**
 * Mercurius with its compiled documents over the services of Sallyport: the same store, the same check of the token and of the
 * tenant. It has no limits of depth or cost, no headers of security and no log.
 */
const config = readConfig(process.env);
const { services } = await createApp(config, await openPorts(config, masterKeyFileOf(config)));
const actorOf = createActorResolver(services);

const server = fastify();
await server.register(mercurius, {
  jit: 1,
  schema: `
    type Query { mfaPolicy: MfaPolicy }
    enum MfaEnforcement { DONT_FORCE FORCE_EXCEPT_SAML FORCE }
    type MfaPolicy {
      id: ID! enforceMfaType: MfaEnforcement! allowRememberMyDevice: Boolean! mfaDeviceExpirationSeconds: Int! createdAt: String! updatedAt: String!
    }`,
  resolvers: {
    Query: {
      mfaPolicy: async (_root: unknown, _args: unknown, { reply }: MercuriusContext) => {
        const { request } = reply;
        const origin = { address: { text: request.ip, network: request.ip }, userAgent: '', requestId: request.id };
        const policy = await services.policies.find({ actor: await actorOf(request.headers, origin), origin });
        return policy === null ? null : { ...policy, createdAt: policy.createdAt.toISOString(), updatedAt: policy.updatedAt.toISOString() };
      },
    },
  },
});
await server.listen({ host: '127.0.0.1', port: 0 });
process.stdout.write(`serves at http://127.0.0.1:${(server.server.address() as AddressInfo).port}\n`);
process.once('SIGTERM', () => process.exit());
