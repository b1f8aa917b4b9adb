import { describe } from 'vitest';
import { authenticatorContract } from './authenticators.ts';
import { bulkInvitationContract } from './bulk-invitations.ts';
import { challengeContract } from './challenges.ts';
import { dialectContract } from './dialects.ts';
import { directoryContract } from './directory.ts';
import { environmentContract } from './environment.ts';
import { eventContract } from './events.ts';
import { fixedWindowContract } from './fixed-windows.ts';
import type { Open } from './fixtures.ts';
import { guessContract } from './guesses.ts';
import { lockoutContract } from './lockout.ts';
import { outboxContract } from './outbox.ts';
import { pendingContract } from './pending.ts';
import { policyContract } from './policies.ts';
import { recoveryCodeContract } from './recovery-codes.ts';
import { deviceContract } from './remembered-devices.ts';
import { removalContract } from './removals.ts';
import { retentionContract } from './retention.ts';
import { rolesContract } from './roles.ts';
import { sealedValueContract } from './sealed-values.ts';
import { sessionContract } from './sessions.ts';
import { slidingWindowContract } from './sliding-windows.ts';
import { tenantContract } from './tenants.ts';
import { transactionContract } from './transactions.ts';
import { userEmailContract } from './user-emails.ts';
import { userTokenContract } from './user-tokens.ts';

/** Every promise of `Store`, for whatever `open` opens: an empty, migrated store each time. */
export function storeContract(name: string, open: Open): void {
  describe(name, () => {
    transactionContract(open);
    dialectContract(open);
    environmentContract(open);
    directoryContract(open);
    tenantContract(open);
    userEmailContract(open);
    rolesContract(open);
    policyContract(open);
    challengeContract(open);
    slidingWindowContract(open);
    fixedWindowContract(open);
    guessContract(open);
    authenticatorContract(open);
    deviceContract(open);
    pendingContract(open);
    userTokenContract(open);
    bulkInvitationContract(open);
    recoveryCodeContract(open);
    sealedValueContract(open);
    sessionContract(open);
    outboxContract(open);
    eventContract(open);
    removalContract(open);
    lockoutContract(open);
    retentionContract(open);
  });
}
