import type { Kit } from './kit.ts';
import { defineFactor } from './tables/factor.ts';
import { defineLedger } from './tables/ledger.ts';
import { defineLockout } from './tables/lockout.ts';
import { defineLogin } from './tables/login.ts';
import { definePolicy } from './tables/policy.ts';
import { defineTenancy } from './tables/tenancy.ts';
import { defineUserToken } from './tables/user-token.ts';

/** Every table once, in the words of a dialect. */
export const defineTables = (k: Kit) => {
  const tenancy = defineTenancy(k);
  return {
    ...tenancy,
    ...definePolicy(k, tenancy),
    ...defineFactor(k, tenancy),
    ...defineLogin(k, tenancy),
    ...defineLedger(k),
    ...defineUserToken(k, tenancy),
    ...defineLockout(k, tenancy),
  };
};

export type Tables = ReturnType<typeof defineTables>;
