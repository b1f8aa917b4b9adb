import { z } from 'zod';
import { chargesPerWindow, windowSeconds } from '../../domain/limits/sliding-window.ts';
import { recentFactorSeconds } from '../../domain/session/session.ts';
import { mailboxCodeErrors } from '../../services/directory/mailbox-codes.ts';
import { builder } from '../builder/builder.ts';
import { callerOf } from '../builder/context.ts';
import { secret } from '../builder/input-rules.ts';
import { resultUnion } from '../errors/placement.ts';
import { checksCredential } from '../limits/single-credential.ts';
import { codeDescription } from './types.ts';

const SendMailboxCodeSuccess = builder.objectRef<{ expiresAt: Date }>('SendMailboxCodeSuccess').implement({
  description: 'A code is on its way to the primary address of the user.',
  fields: (t) => ({ expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'When the code expires.' }) }),
});

const ProveMailboxInput = builder.inputType('ProveMailboxInput', {
  description: 'The code of `sendMailboxCode`.',
  validate: z.looseObject({ code: secret }),
  fields: (t) => ({ code: t.string({ description: codeDescription }) }),
});

const ProveMailboxSuccess = builder.objectRef<{ provenUntil: Date }>('ProveMailboxSuccess').implement({
  description: 'This session has proven that the user reads the mailbox of the primary address.',
  fields: (t) => ({
    provenUntil: t.expose('provenUntil', {
      type: 'DateTime',
      description: `Until when the first authenticator can be enrolled without another proof. That is ${recentFactorSeconds} seconds after this one. A change of the primary address ends it earlier.`,
    }),
  }),
});

builder.mutationFields((t) => ({
  sendMailboxCode: t.field({
    type: SendMailboxCodeSuccess,
    description: `Sends a code to the primary e-mail address of the user, for \`proveMailbox\`. An earlier one stops working. Each user can request this ${chargesPerWindow} times in ${windowSeconds / 60} minutes.`,
    access: 'user',
    errors: resultUnion('sendMailboxCode', mailboxCodeErrors.send),
    resolve: async (_root, _args, context) => context.services.mailboxCodes.send(await callerOf(context)),
  }),
  proveMailbox: t.field({
    ...checksCredential,
    type: ProveMailboxSuccess,
    description:
      'Proves in this session, by the code of `sendMailboxCode`, that the user reads the mailbox of the primary address. A user who still has time to enroll needs the proof before enrolling the first authenticator and before changing the primary address, because the password alone may be stolen. Logging in by a code that was sent by e-mail proves the same.',
    access: 'user',
    errors: resultUnion('proveMailbox', mailboxCodeErrors.prove, 'INVALID_INPUT'),
    args: { input: t.arg({ type: ProveMailboxInput, description: 'The code.' }) },
    resolve: async (_root, { input: { code } }, context) => context.services.mailboxCodes.prove(await callerOf(context), { code }),
  }),
}));
