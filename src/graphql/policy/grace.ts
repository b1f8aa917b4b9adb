import type { GraceBasis as Basis, MfaGrace as Grace } from '../../domain/policy/grace.ts';
import { builder } from '../builder/builder.ts';
import { enumValues } from '../builder/enum-values.ts';
import { User } from '../builder/object-refs.ts';

const GraceBasis = builder.enumType('GraceBasis', {
  description: 'From what the time to enroll is counted.',
  values: enumValues<Basis>({
    ENFORCEMENT: 'From the start of the enforcement.',
    FIRST_LOGIN: 'From the first login, because it was after the start of the enforcement.',
  }),
});

/** The object type of the time in which a person enrolls a first authenticator. */
export const MfaGrace = builder.objectRef<Grace>('MfaGrace').implement({
  description:
    'The time in which a person logs in without the second factor that policies enforce, to enroll one. It is given once and never prolonged: neither by unlocking the account nor by another enforcement of the same policy. Whoever ever held an authenticator has none. If several policies enforce a second factor, each has to give time, and the shortest counts.',
  fields: (t) => ({
    startedAt: t.expose('startedAt', { type: 'DateTime', description: 'When it began.' }),
    endsAt: t.expose('endsAt', { type: 'DateTime', description: 'When it ends. From then on, logins ask the person to enroll.' }),
    basis: t.expose('basis', { type: GraceBasis, description: 'From what it is counted.' }),
  }),
});

/** The description of the `grace` of an answer to a login. */
export const graceDescription =
  'The time in which the person has to enroll an authenticator, if no second factor was asked for because it runs. Null otherwise.';

builder.objectField(User, 'mfaGrace', (t) =>
  t.field({
    type: MfaGrace,
    nullable: true,
    description:
      'The time to enroll that runs, for logins by password. The first authenticator then needs a code from the mailbox of the user, wherever mail can be sent. Null if no time runs.',
    resolve: ({ id }, _args, { loaders }) => loaders().mfaGraces.load(id),
  }),
);
