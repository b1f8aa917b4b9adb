import type { Client, CombinedError, OperationContext } from '@urql/core';
import { createClient, fetchExchange } from '@urql/core';
import { authExchange } from '@urql/exchange-auth';
import type { TokensFragment } from '../documents.ts';
import { LogOutDocument, RefreshSessionDocument } from '../documents.ts';

/**
 * The tokens of one operator. They are kept in the memory of the page and nowhere else, so a reload asks to sign in again: browsers write what a
 * page stores to the disk, and a copied tab would use the same refresh token a second time, which ends the session.
 */
export type Tokens = { kind: 'ENVIRONMENT'; accessToken: string; expiresInSeconds: number } | ({ kind: 'USER' } & TokensFragment);

const options = { url: '/graphql', preferGetMethod: false, fetchOptions: { credentials: 'omit' } } as const;

/** Sends what needs no token, which is what signing in takes. */
export const strangerClient: Client = createClient({ ...options, exchanges: [fetchExchange] });

/** Returns the context of an operation that acts in one tenant, or with null in what the token belongs to. */
export const inTenant = (tenantId: string | null): Partial<OperationContext> =>
  tenantId === null ? {} : { fetchOptions: { ...options.fetchOptions, headers: { 'frontegg-tenant-id': tenantId } } };

/** Seconds before its end at which a token is no longer used, so that no request arrives too late. */
const marginSeconds = 20;

/** What holds the tokens of an operator. */
export interface Holder {
  client: Client;
  continueWith(session: TokensFragment): void;
  signOut(): Promise<void>;
}

/** Holds the tokens and sends GraphQL with them. `onExpired` is called once when they cannot be renewed. */
export function holdTokens(first: Tokens, onExpired: () => void): Holder {
  let tokens: Tokens | null = first;
  let isOld = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const end = (): void => {
    clearTimeout(timer);
    tokens = null;
  };
  const expire = (): void => {
    if (tokens === null) return;
    end();
    onExpired();
  };
  const hold = (next: Tokens): void => {
    clearTimeout(timer);
    tokens = next;
    isOld = false;
    // The clock of the browser may differ from that of the server, so only the time that passes is measured.
    timer = setTimeout(
      () => {
        isOld = true;
        if (next.kind === 'ENVIRONMENT') expire();
      },
      Math.max(1, next.expiresInSeconds - marginSeconds) * 1_000,
    );
  };
  hold(first);

  const client = createClient({
    ...options,
    exchanges: [
      authExchange(async ({ appendHeaders, mutate }) => ({
        addAuthToOperation: (operation) =>
          tokens === null ? operation : appendHeaders(operation, { authorization: `Bearer ${tokens.accessToken}` }),
        willAuthError: () => isOld,
        didAuthError: (error) => codeOf(error) === 'UNAUTHENTICATED',
        async refreshAuth() {
          if (tokens?.kind !== 'USER') return expire();
          const { data, error } = await mutate(RefreshSessionDocument, { input: { refreshToken: tokens.refreshToken } });
          const result = data?.refreshSession;
          if (result?.__typename === 'RefreshSessionSuccess') hold({ kind: 'USER', ...result.session });
          // Without an answer the session may still stand, so the next request tries again.
          else if (result !== undefined || error?.networkError === undefined) expire();
        },
      })),
      fetchExchange,
    ],
  });

  return {
    client,
    continueWith: (session) => hold({ kind: 'USER', ...session }),
    async signOut() {
      const { refreshToken } = { refreshToken: null, ...tokens };
      end();
      // An environment token cannot be ended before its time. It is forgotten.
      if (refreshToken !== null) await strangerClient.mutation(LogOutDocument, { input: { refreshToken } }).toPromise();
    },
  };
}

/** Returns the code of the first error of an answer. */
export const codeOf = (error: CombinedError): string | undefined => {
  const code = error.graphQLErrors[0]?.extensions.code;
  return typeof code === 'string' ? code : undefined;
};
