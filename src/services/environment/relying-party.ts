import type { Actor } from '../../domain/access/actor.ts';
import type { RelyingParty } from '../../domain/environment/relying-party.ts';
import { requireSomebody } from '../access/permissions.ts';

export type RelyingPartyView = ReturnType<typeof createRelyingPartyView>;

/** What WebAuthn credentials are bound to, for anybody who is logged in: a browser shows it to whoever makes one. */
export const createRelyingPartyView = (relyingParty: RelyingParty) => ({
  read(actor: Actor): RelyingParty {
    requireSomebody(actor);
    return relyingParty;
  },
});
