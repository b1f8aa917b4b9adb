import type { Caller } from '../../domain/access/actor.ts';
import type { RelyingParty } from '../../domain/environment/relying-party.ts';
import { requireSomebody } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import { reads } from '../audit/use-case.ts';

/** Creates the read of what WebAuthn credentials are bound to, as the operator has configured it. */
export const createRelyingPartyView = ({ relyingParty, audit }: { relyingParty: RelyingParty; audit: Audit }) =>
  reads(audit, {
    /**
     * Returns the relying party to any caller who is logged in. It is no secret, because browsers show it to the person who creates
     * a credential.
     */
    async read({ actor }: Caller): Promise<RelyingParty> {
      requireSomebody(actor);
      return relyingParty;
    },
  });
