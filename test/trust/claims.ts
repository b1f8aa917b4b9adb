import { oneCodeOnce } from './b01-one-code-once.ts';
import { guessBudget } from './b02-guess-budget.ts';
import { kill } from './b03-kill.ts';
import { synced } from './b04-synced.ts';
import { fuzz } from './b05-fuzz.ts';
import { crossTenant } from './b06-cross-tenant.ts';
import { preMfaToken } from './b07-pre-mfa-token.ts';
import { noEnumeration } from './b08-no-enumeration.ts';
import { load } from './b09-load.ts';
import { underFaults } from './b10-faults.ts';
import { oneCredentialADocument } from './b11-one-credential-a-document.ts';
import { noSecretAtRest } from './b12-no-secret-at-rest.ts';
import type { Claim } from './claim.ts';

/** Every claim, in the order of their numbers. */
export const claims: readonly Claim[] = [
  oneCodeOnce,
  guessBudget,
  kill,
  synced,
  fuzz,
  crossTenant,
  preMfaToken,
  noEnumeration,
  load,
  underFaults,
  oneCredentialADocument,
  noSecretAtRest,
];
