import type { RestRoute } from '../route.ts';
import { activationByCode, activationStrategy } from './activation.ts';
import { bulkInvite, bulkInviteStatus } from './bulk-invitations.ts';
import { activationRequest, invitationAccept, invitationAcceptCode, invitationResend, invitationResendAll } from './invitations.ts';
import { activationStrategyRead, activationStrategySet, invitationStrategyRead, invitationStrategySet } from './strategies.ts';

/** The operations of this folder under the prefixes of the identity service. */
export const invitationsRoutes: readonly RestRoute[] = [
  activationByCode,
  activationStrategy,
  activationRequest,
  activationStrategyRead,
  activationStrategySet,
  invitationStrategyRead,
  invitationStrategySet,
  invitationAccept,
  invitationAcceptCode,
  invitationResend,
  invitationResendAll,
  bulkInvite,
  bulkInviteStatus,
];
