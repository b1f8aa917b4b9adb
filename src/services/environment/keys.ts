import type { Caller } from '../../domain/access/actor.ts';
import { signsAfterBounds } from '../../domain/environment/environment.ts';
import { requireEnvironment } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import { reads, useCases } from '../audit/use-case.ts';
import type { MasterKeyState, Reseal } from './reseal.ts';
import type { SigningKeyState, SigningKeys } from './signing-keys.ts';
import { rotationEvent } from './signing-keys.ts';

/** Errors of each use case. */
export const keyErrors = { rotateSigningKey: [] } as const;

/** Creates the service by which the operator sees which keys are in use, and changes the one that signs. */
export function createKeys({ signingKeys, reseal, audit }: { signingKeys: SigningKeys; reseal: Reseal; audit: Audit }) {
  return {
    ...useCases(audit, 'REQUEST_REFUSED', keyErrors, {
      /** Makes the next signing key, which is published at once and signs later, and returns all keys. Does nothing while one waits. */
      async rotateSigningKey(caller: Caller, { signsAfterSeconds }: { signsAfterSeconds: number | null }): Promise<readonly SigningKeyState[]> {
        requireEnvironment(caller.actor);
        await signingKeys.rotate(signsAfterSeconds ?? signsAfterBounds.minSeconds, rotationEvent(audit, caller));
        return signingKeys.states();
      },
    }),

    ...reads(audit, {
      /** Returns the keys that are published, the one that signs last first. */
      async signingKeys({ actor }: Caller): Promise<readonly SigningKeyState[]> {
        requireEnvironment(actor);
        await signingKeys.reread();
        return signingKeys.states();
      },

      /** Returns the master keys that are set or in use, by their ids. */
      async masterKeys({ actor }: Caller): Promise<MasterKeyState[]> {
        requireEnvironment(actor);
        return reseal.states();
      },
    }),
  };
}
