import type { Caller, MfaProof } from '../../domain/access/actor.ts';
import { answerLocation } from '../../domain/oauth/answer-location.ts';
import { codeLifetimeSeconds } from '../../domain/oauth/authorization-code.ts';
import type { AuthorizationRequest } from '../../domain/oauth/authorization-request.ts';
import type { Clock, Keyring, Random } from '../../domain/ports.ts';
import type { Session } from '../../domain/session/session.ts';
import type { Store } from '../../domain/store.ts';
import type { Audit } from '../audit/recorder.ts';

interface Needs {
  store: Pick<Store, 'authorizationCodes'>;
  clock: Clock;
  random: Random;
  keyring: Keyring;
  audit: Audit;
  issuer: string;
}

/** The service that `createCodes` creates. */
export type Codes = ReturnType<typeof createCodes>;

/** Creates the service that answers requests of applications with codes. */
export function createCodes({ store, clock, random, keyring, audit, issuer }: Needs) {
  return {
    /**
     * Makes a code for the session and returns where the browser goes with it. The answer names who gives it, so that an application that
     * knows several servers does not give the code to another one (RFC 9207). Runs in the caller's transaction, which has found the
     * session living and its user admitted.
     */
    async issue(caller: Caller, request: AuthorizationRequest, session: Session, proof: MfaProof | null): Promise<string> {
      const now = clock.now();
      const code = random.token();
      const { id: sessionId, userId, tenantId } = session;
      const { clientId, redirectUri, codeChallenge, nonce, scope, state, maxAgeSeconds } = request;
      await store.authorizationCodes.add({
        ...{ id: random.uuid(), codeHash: keyring.hashToken(code), userId, tenantId, sessionId },
        ...{ clientId, redirectUri, codeChallenge, nonce, scope, proof },
        signedInAt: maxAgeSeconds === null ? null : session.createdAt,
        ...{ createdAt: now, expiresAt: new Date(now.getTime() + codeLifetimeSeconds * 1000), spentAt: null, chainIds: [] },
      });
      await audit('APPLICATION_AUTHORIZED', caller, { userId, tenantId, reason: clientId });
      return answerLocation(redirectUri, { code, state, iss: issuer });
    },
  };
}
