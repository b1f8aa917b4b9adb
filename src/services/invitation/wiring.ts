import type { Clock, Delivery, Keyring, Random } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { Audit } from '../audit/recorder.ts';
import type { Guesses } from '../limits/guesses.ts';
import type { SecurityNotices } from '../messaging/security-notices.ts';
import type { AuthorityRules } from '../role/authority.ts';
import type { RolesForMember } from '../role/roles-for-member.ts';
import { createJoining } from './joining.ts';
import { createLinkReading } from './link-reading.ts';
import { createLinkRules } from './link-rules.ts';
import { createLinkShowing } from './link-showing.ts';
import { createInvitationLinks } from './links.ts';

interface Needs {
  store: Store;
  clock: Clock;
  random: Random;
  keyring: Keyring;
  delivery: Delivery;
  authority: AuthorityRules;
  rolesForMember: RolesForMember;
  notices: SecurityNotices;
  guesses: Pick<Guesses, 'limited'>;
  linkUrl: string;
  audit: Audit;
}

/** Creates the services of links by which people join a tenant. `joining` is for the services of a login alone, because it asks for no rights. */
export function createInvitationServices(needs: Needs) {
  const { store, clock, random, keyring, delivery, authority, rolesForMember, notices, guesses, linkUrl, audit } = needs;
  const linkRules = createLinkRules({ store, clock });
  const showing = createLinkShowing({ store, keyring, linkUrl });
  return {
    joining: createJoining({ store, clock, keyring, linkRules, notices, audit }),
    useCases: {
      invitationLinks: createInvitationLinks({ store, clock, random, keyring, authority, rolesForMember, linkRules, guesses, showing, audit }),
      invitationLinkReading: createLinkReading({ store, clock, delivery, showing, audit }),
    },
  };
}
