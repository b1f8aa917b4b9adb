import { z } from 'zod';
import type { RedirectUri as RedirectUriRecord } from '../../domain/oauth/redirect-uri.ts';
import { maxRedirectUriCharacters, mostRedirectUris } from '../../domain/oauth/redirect-uri.ts';
import { redirectUriErrors } from '../../services/oauth/redirect-uris.ts';
import { builder } from '../builder/builder.ts';
import { connectionOf, pageRequest } from '../builder/connections.ts';
import { callerOf } from '../builder/context.ts';
import { id, text } from '../builder/input-rules.ts';
import { loadNodes } from '../builder/loaders.ts';
import { globalId, restIdOf } from '../builder/node-ids.ts';
import { resultUnion } from '../errors/placement.ts';

const RedirectUri = builder.objectRef<RedirectUriRecord>('RedirectUri');

builder.node(RedirectUri, {
  name: 'RedirectUri',
  description: 'A URI to which hosted login may send a browser back, with a code that its application exchanges for tokens.',
  access: 'environment',
  id: { resolve: ({ id: restId }) => restId },
  loadManyWithoutCache: (ids, { loaders }) => loadNodes(loaders().redirectUris, ids),
  fields: (t) => ({
    restId: t.exposeString('id', { description: 'The id that REST uses.' }),
    uri: t.exposeString('uri', {
      description:
        'The URI as it was registered. What an application presents has to be the same text. Only an IP address of the own machine may have another port (RFC 8252).',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was registered.' }),
  }),
});

const RedirectUriConnection = builder.connectionObject({ type: RedirectUri, name: 'RedirectUriConnection' });

builder.queryField('redirectUris', (t) =>
  t.field({
    type: RedirectUriConnection,
    description: 'The redirect URIs of hosted login, oldest first. Requires the environment token.',
    access: 'environment',
    args: t.arg.connectionArgs(),
    resolve: async (_root, args, context) => {
      const caller = await callerOf(context);
      const page = pageRequest(args);
      const redirectUris = await context.services.redirectUris.list(caller, { page });
      return { ...connectionOf(redirectUris, page), count: () => context.services.redirectUris.count(caller) };
    },
  }),
);

const CreateRedirectUriInput = builder.inputType('CreateRedirectUriInput', {
  description: 'The redirect URI to register.',
  validate: z.looseObject({ uri: text() }),
  fields: (t) => ({
    uri: t.string({
      description: `The URI, at most ${maxRedirectUriCharacters} characters. It begins with \`https://\`, with \`http://\` and a name or address of the own machine, or with a scheme of an app that has a dot, such as \`com.acme.app:/\`. It has no user name, no \`*\`, and a fragment only if that begins with \`#/\`.`,
    }),
  }),
});

const DeleteRedirectUriInput = builder.inputType('DeleteRedirectUriInput', {
  description: 'The redirect URI to delete.',
  validate: z.looseObject({ id }),
  fields: (t) => ({ id: t.id({ description: 'The global id or `restId` of the redirect URI.' }) }),
});

const CreateRedirectUriSuccess = builder.objectRef<{ redirectUri: RedirectUriRecord }>('CreateRedirectUriSuccess').implement({
  description: 'The redirect URI was registered.',
  fields: (t) => ({ redirectUri: t.expose('redirectUri', { type: RedirectUri, description: 'The redirect URI.' }) }),
});

const DeleteRedirectUriSuccess = builder.objectRef<{ redirectUri: RedirectUriRecord }>('DeleteRedirectUriSuccess').implement({
  description: 'The redirect URI was deleted. No browser is sent there any more.',
  fields: (t) => ({
    deletedRedirectUriId: t.id({
      description: 'The global id that the redirect URI had.',
      resolve: ({ redirectUri }) => globalId('RedirectUri', redirectUri.id),
    }),
  }),
});

builder.mutationFields((t) => ({
  createRedirectUri: t.field({
    type: CreateRedirectUriSuccess,
    description: `Registers a redirect URI, of which there are at most ${mostRedirectUris}. Requires the environment token.`,
    access: 'environment',
    errors: resultUnion('createRedirectUri', redirectUriErrors.create, 'INVALID_INPUT'),
    args: { input: t.arg({ type: CreateRedirectUriInput, description: 'The redirect URI to register.' }) },
    resolve: async (_root, { input }, context) => ({
      redirectUri: await context.services.redirectUris.create(await callerOf(context), { uri: input.uri }),
    }),
  }),
  deleteRedirectUri: t.field({
    type: DeleteRedirectUriSuccess,
    description: 'Deletes a redirect URI. Codes that were sent to it can still be exchanged, and sessions go on. Requires the environment token.',
    access: 'environment',
    errors: resultUnion('deleteRedirectUri', redirectUriErrors.remove, 'INVALID_INPUT'),
    args: { input: t.arg({ type: DeleteRedirectUriInput, description: 'The redirect URI to delete.' }) },
    resolve: async (_root, { input }, context) => ({
      redirectUri: await context.services.redirectUris.remove(await callerOf(context), { id: restIdOf('RedirectUri', input.id) }),
    }),
  }),
}));
