import type { Caller } from '../../domain/access/actor.ts';
import type { RelyingParty } from '../../domain/environment/relying-party.ts';
import { requireSomebody } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import { reads } from '../audit/use-case.ts';

/** Reads what WebAuthn credentials are bound to, as the operator of the server set it. */
export const createRelyingPartyView = ({ relyingParty, audit }: { relyingParty: RelyingParty; audit: Audit }) =>
  reads(audit, {
    /** Answers the relying party to anybody who is logged in: a browser shows it to whoever makes a credential. */
    async read({ actor }: Caller): Promise<RelyingParty> {
      requireSomebody(actor);
      return relyingParty;
    },
  });
