import { fail } from '../../domain/errors.ts';
import type { AuthorizationRequest } from '../../domain/oauth/authorization-request.ts';
import type { Interaction, InteractionChange, InteractionSecrets, InteractionStep } from '../../domain/oauth/interaction.ts';
import { interactionLifetimeSeconds } from '../../domain/oauth/interaction.ts';
import type { Clock, Keyring, Random } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';

/** An interaction with what is sealed in it. */
export interface OpenInteraction extends Omit<Interaction, 'sealed'> {
  secrets: InteractionSecrets;
}

/** The step that an interaction has come to, and the new token of its cookie. */
export interface Advanced {
  kind: 'STEP';
  token: string;
  step: InteractionStep;
}

interface Needs {
  store: Pick<Store, 'interactions'>;
  clock: Clock;
  random: Random;
  keyring: Keyring;
}

/** The service that `createInteractionKeeping` creates. */
export type InteractionKeeping = ReturnType<typeof createInteractionKeeping>;

/** What is kept of an interaction at a step. */
type Kept = Pick<Interaction, 'step' | 'userId' | 'sessionId'> & { secrets: InteractionSecrets };

/** Returns where the secrets of an interaction are stored. Sealing binds them to that place. */
const place = (row: string) => ({ table: 'interactions', row, column: 'sealed' });

/**
 * Creates the service that keeps interactions. Each step is one guarded statement, and the token changes with it, so that of two requests of
 * one step only one goes on, and whoever had planted an earlier token in the browser is left behind (OWASP ASVS 7.2.4).
 */
export function createInteractionKeeping({ store, clock, random, keyring }: Needs) {
  const sealed = (id: string, secrets: InteractionSecrets): Uint8Array | null =>
    Object.keys(secrets).length === 0 ? null : keyring.seal(new TextEncoder().encode(JSON.stringify(secrets)), place(id));

  return {
    /** Stores a request, and returns the token for the cookie of its interaction. */
    async begin(request: AuthorizationRequest, { secrets, ...kept }: Kept): Promise<Advanced> {
      const now = clock.now();
      const [id, token] = [random.uuid(), random.token()];
      const expiresAt = new Date(now.getTime() + interactionLifetimeSeconds * 1000);
      const interaction = { id, tokenHash: keyring.hashToken(token), request, ...kept, proof: null, sealed: sealed(id, secrets) };
      await store.interactions.add({ ...interaction, createdAt: now, expiresAt });
      return { kind: 'STEP', token, step: kept.step };
    },

    /** Returns the interaction of a token. Errors: `INTERACTION_EXPIRED` if it has ended or expired, or went on with another token. */
    async open(token: string): Promise<OpenInteraction> {
      const found = (await store.interactions.find(keyring.hashToken(token), clock.now())) ?? fail('INTERACTION_EXPIRED');
      const { sealed: bytes, ...interaction } = found;
      const secrets: InteractionSecrets = bytes === null ? {} : JSON.parse(new TextDecoder().decode(keyring.open(bytes, place(found.id))));
      return { ...interaction, secrets };
    },

    /** Takes the interaction to a step, with a new token. Errors: `INTERACTION_EXPIRED` if another request was faster. */
    async advance(
      { id, tokenHash, step: from }: OpenInteraction,
      { secrets, ...change }: InteractionChange & { step: InteractionStep; secrets: InteractionSecrets },
    ): Promise<Advanced> {
      const token = random.token();
      const next = { ...change, tokenHash: keyring.hashToken(token), sealed: sealed(id, secrets) };
      if (!(await store.interactions.advance({ tokenHash, step: from }, next, clock.now()))) fail('INTERACTION_EXPIRED');
      return { kind: 'STEP', token, step: change.step };
    },

    /** Replaces what is remembered at this step. The token stays, because nothing was proven. Errors: `INTERACTION_EXPIRED`. */
    async remember({ id, tokenHash, step }: OpenInteraction, secrets: InteractionSecrets): Promise<void> {
      if (!(await store.interactions.advance({ tokenHash, step }, { sealed: sealed(id, secrets) }, clock.now()))) fail('INTERACTION_EXPIRED');
    },

    /** Ends the interaction, because it is answered. Errors: `INTERACTION_EXPIRED` if another request has answered it. */
    async end({ tokenHash }: OpenInteraction): Promise<void> {
      if (!(await store.interactions.end(tokenHash, clock.now()))) fail('INTERACTION_EXPIRED');
    },
  };
}
