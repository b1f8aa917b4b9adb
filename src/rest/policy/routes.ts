import type { RestRoute } from '../route.ts';
import { policyCreate } from './policy-create.ts';
import { policyRead } from './policy-read.ts';
import { policyReadVendor } from './policy-read-vendor.ts';
import { policyUpdate } from './policy-update.ts';
import { policyUpsert } from './policy-upsert.ts';
import { strategiesList } from './strategies-list.ts';
import { strategySet } from './strategy-set.ts';

/** The operations of this folder under the prefixes of the identity service. */
export const policyRoutes: readonly RestRoute[] = [
  policyCreate,
  policyUpdate,
  policyUpsert,
  policyRead,
  policyReadVendor,
  strategiesList,
  strategySet,
];
