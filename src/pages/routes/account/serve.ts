import type { FastifyInstance } from 'fastify';
import type { PagesNeeds } from '../needs.ts';
import { addFactorPart } from './add-factor.ts';
import { devicesPart } from './devices.ts';
import { factorsPart, removeFactorPart, renameFactorPart } from './factors.ts';
import { mailboxPart } from './mailbox.ts';
import { organizationPart } from './organization.ts';
import { overviewPart, signOutPart } from './overview.ts';
import { servePart } from './part.ts';
import { addPasskeyPart, passkeysPart, removePasskeyPart, renamePasskeyPart } from './passkeys.ts';
import { addPhonePart, confirmPhonePart, phonesPart, removePhonePart } from './phones.ts';
import { changePasswordPart, passwordPart, profilePart } from './profile.ts';
import { newRecoveryCodesPart, recoveryCodesPart, shownRecoveryCodesPart } from './recovery-codes.ts';
import { endSessionPart, sessionsPart } from './sessions.ts';

const parts = [
  ...[overviewPart, profilePart, passwordPart, changePasswordPart, factorsPart, addFactorPart, renameFactorPart, removeFactorPart, mailboxPart],
  ...[phonesPart, addPhonePart, confirmPhonePart, removePhonePart],
  ...[passkeysPart, addPasskeyPart, renamePasskeyPart, removePasskeyPart],
  ...[recoveryCodesPart, newRecoveryCodesPart, shownRecoveryCodesPart, devicesPart, sessionsPart, endSessionPart, organizationPart, signOutPart],
];

/** Declares the routes of the account page. */
export function serveAccount(scope: FastifyInstance, needs: PagesNeeds): void {
  for (const part of parts) servePart(scope, needs, part);
}
