import type { Caller } from '../../domain/access/actor.ts';
import type { Identity } from '../../domain/environment/identity.ts';
import { DomainError } from '../../domain/errors.ts';
import { storedId } from '../../domain/ids.ts';
import { OAuthRefusal } from '../../domain/oauth/refusal.ts';
import type { EnvironmentService } from '../environment/environment.ts';

/** The credentials of an application, as far as it sent any. */
export interface ClientCredentials {
  clientId: string | null;
  secret: string | null;
}

interface Needs {
  identity: Pick<Identity, 'clientId' | 'environmentId'>;
  environment: Pick<EnvironmentService, 'checkSecret'>;
}

/** The service that `createClientAuthentication` creates. */
export type ClientAuthentication = ReturnType<typeof createClientAuthentication>;

/** Creates the check of the credentials of applications. All of them are one client, whose secret is that of the environment. */
export function createClientAuthentication({ identity, environment }: Needs) {
  const known = [identity.clientId, identity.environmentId].map(storedId);
  return {
    /**
     * Returns whether the application has proven the secret. Without one it is a public client (RFC 6749 §2.1). Errors: `invalid_client` for
     * an unknown client and for a wrong secret alike, and `RATE_LIMITED`.
     */
    async hasSecret(caller: Caller, { clientId, secret }: ClientCredentials): Promise<boolean> {
      const refusal = () => new OAuthRefusal('invalid_client', 'The client id or the secret is wrong.');
      if (clientId !== null && !known.includes(storedId(clientId))) throw refusal();
      if (secret === null) return false;
      if (clientId === null) throw refusal();
      try {
        await environment.checkSecret(caller, { clientId: identity.clientId, secret });
      } catch (error) {
        throw error instanceof DomainError && error.code === 'ENVIRONMENT_CREDENTIALS_INVALID' ? refusal() : error;
      }
      return true;
    },
  };
}
