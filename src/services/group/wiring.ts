import type { Clock, Random } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { Audit } from '../audit/recorder.ts';
import type { AuthorityRules } from '../role/authority.ts';
import { createGroupAuthority } from './authority.ts';
import { createGroups } from './groups.ts';
import { createGroupMembers } from './members.ts';

interface Needs {
  store: Store;
  clock: Clock;
  random: Random;
  authority: AuthorityRules;
  audit: Audit;
}

/** Creates the services of groups and returns their use cases. */
export function createGroupServices({ store, clock, random, authority, audit }: Needs) {
  const groupAuthority = createGroupAuthority({ store, authority });
  return {
    groups: createGroups({ store, clock, random, authority, groupAuthority, audit }),
    groupMembers: createGroupMembers({ store, clock, authority, groupAuthority, audit }),
  };
}
