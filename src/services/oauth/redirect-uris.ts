import type { Caller } from '../../domain/access/actor.ts';
import { fail, RedirectUriInvalid } from '../../domain/errors.ts';
import type { RedirectRules } from '../../domain/oauth/redirect-matching.ts';
import { allowedBy, mayReturnTo, passesPrelogin } from '../../domain/oauth/redirect-matching.ts';
import type { RedirectUri } from '../../domain/oauth/redirect-uri.ts';
import { mostRedirectUris, problemOfRedirectUri } from '../../domain/oauth/redirect-uri.ts';
import type { Page, PageRequest } from '../../domain/page.ts';
import type { Clock, Random } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import { requireEnvironment } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import { reads, useCases } from '../audit/use-case.ts';

interface Needs {
  store: Pick<Store, 'redirectUris' | 'transact'>;
  clock: Clock;
  random: Random;
  /** Whether the server runs for developers, who may begin before they have registered anything. */
  development: boolean;
  production: boolean;
  audit: Audit;
}

/** The service that `createRedirectUris` creates. */
export type RedirectUris = ReturnType<typeof createRedirectUris>;

/** Errors of each use case. */
export const redirectUriErrors = {
  create: ['REDIRECT_URI_INVALID', 'REDIRECT_URI_EXISTS', 'REDIRECT_URI_LIMIT_REACHED'],
  ensure: ['REDIRECT_URI_INVALID', 'REDIRECT_URI_LIMIT_REACHED'],
  remove: ['REDIRECT_URI_NOT_FOUND'],
} as const;

/**
 * Creates the service that registers the URIs to which hosted login may send browsers, and judges URIs by them. Only the environment token
 * registers any: whoever could would have the codes of everybody sent to a server of their own.
 */
export function createRedirectUris({ store, clock, random, development, production, audit }: Needs) {
  const rules = async (): Promise<RedirectRules> => ({ registered: (await store.redirectUris.all()).map(({ uri }) => uri), development });

  /** Registers the URI, with the list to itself, so that it does not grow beyond its limit. Returns null if it was there. */
  const add = async (caller: Caller, uri: string): Promise<RedirectUri | null> => {
    if ((await store.redirectUris.findByUri(uri)) !== null) return null;
    if ((await store.redirectUris.count()) >= mostRedirectUris) fail('REDIRECT_URI_LIMIT_REACHED');
    const redirectUri = { id: random.uuid(), uri, createdAt: clock.now() };
    if (!(await store.redirectUris.add(redirectUri))) return null;
    await audit('REDIRECT_URI_ADDED', caller, { reason: uri });
    return redirectUri;
  };

  /** Refuses a caller who may not register anything, and a URI that nobody may. Errors: `UNAUTHENTICATED`, `FORBIDDEN`, `REDIRECT_URI_INVALID`. */
  const requireValid = ({ actor }: Caller, uri: string): void => {
    requireEnvironment(actor);
    const problem = problemOfRedirectUri(uri);
    if (problem !== null) throw new RedirectUriInvalid(problem);
  };

  return {
    /** Returns the registered redirect URI that allows the presented one. Null if no browser may be sent there with a code. */
    matching: async (presented: string): Promise<string | null> => allowedBy(await rules(), presented),

    useCases: {
      ...useCases(audit, 'REQUEST_REFUSED', redirectUriErrors, {
        /** Registers a redirect URI, which must not be registered yet. */
        async create(caller: Caller, { uri }: { uri: string }): Promise<RedirectUri> {
          requireValid(caller, uri);
          return store.transact('SETTINGS', async () => (await add(caller, uri)) ?? fail('REDIRECT_URI_EXISTS'));
        },

        /** Registers a redirect URI, or returns it as it was registered before. */
        async ensure(caller: Caller, { uri }: { uri: string }): Promise<RedirectUri> {
          requireValid(caller, uri);
          return store.transact(
            'SETTINGS',
            async () => (await add(caller, uri)) ?? (await store.redirectUris.findByUri(uri)) ?? fail('INTERNAL', 'a redirect URI is gone'),
          );
        },

        /** Removes a redirect URI. Codes that were sent to it before can still be exchanged. */
        async remove(caller: Caller, { id }: { id: string }): Promise<RedirectUri> {
          requireEnvironment(caller.actor);
          return store.transact('SETTINGS', async () => {
            const [redirectUri] = await store.redirectUris.findMany([id]);
            if (redirectUri === undefined || !(await store.redirectUris.remove(id))) fail('REDIRECT_URI_NOT_FOUND');
            await audit('REDIRECT_URI_REMOVED', caller, { reason: redirectUri.uri });
            return redirectUri;
          });
        },
      }),

      ...reads(audit, {
        /** Returns all redirect URIs, oldest first. */
        async all({ actor }: Caller): Promise<RedirectUri[]> {
          requireEnvironment(actor);
          return store.redirectUris.all();
        },

        /** Returns a page of them, oldest first. */
        async list({ actor }: Caller, { page }: { page: PageRequest }): Promise<Page<RedirectUri>> {
          requireEnvironment(actor);
          return store.redirectUris.list(page);
        },

        /** Tells whether a browser may be sent to the URI after a log-out. If so, it can stand in a header as it is. */
        mayReturnTo: async (_caller: Caller, { uri }: { uri: string }): Promise<boolean> => mayReturnTo(await rules(), uri),

        /** Tells whether the check that Frontegg's mobile SDKs make before a login succeeds for the redirect URI. */
        passesPrelogin: async (_caller: Caller, { uri }: { uri: string | null }): Promise<boolean> =>
          passesPrelogin(await rules(), production, uri ?? undefined),

        /** Returns how many there are. */
        async count({ actor }: Caller): Promise<number> {
          requireEnvironment(actor);
          return store.redirectUris.count();
        },

        /** Returns those that exist, and none to a caller who may not read them. */
        async findMany({ actor }: Caller, { ids }: { ids: readonly string[] }): Promise<RedirectUri[]> {
          return actor.kind === 'ENVIRONMENT' ? store.redirectUris.findMany(ids) : [];
        },
      }),
    },
  };
}
