import type { Caller } from '../../domain/access/actor.ts';
import { requireUser } from '../../services/access/permissions.ts';
import type { CompletedEnrollment } from '../../services/mfa/enrollment.ts';
import type { EnrollmentTarget } from '../../services/mfa/enrollment-rules.ts';
import { builder } from '../builder/builder.ts';
import type { Context } from '../builder/context.ts';
import { callerOf } from '../builder/context.ts';
import { Authenticator } from '../builder/object-refs.ts';
import { RememberedDevice, rememberedDeviceDescription, Session } from '../session/types.ts';

/** The description of an optional `mfaToken`. */
export const mfaTokenDescription =
  'The `mfaToken` of the `MfaChallenge`, during a login. If absent, the mutation acts for the user of the access token. Null is refused.';

/** Makes the success of a mutation that confirms an enrollment. */
export const confirmedFactor = (name: string, description: string) =>
  builder.objectRef<CompletedEnrollment>(name).implement({
    description,
    fields: (t) => ({
      authenticator: t.field({
        type: Authenticator,
        description: 'The authenticator that was enrolled.',
        resolve: ({ authenticator }) => authenticator,
      }),
      recoveryCode: t.string({
        nullable: true,
        description:
          'A code that `recoverMfa` accepts once, if the authenticator is lost. It is shown in this answer only, so the person has to write it down. Null unless this is the first authenticator of the user.',
        resolve: ({ recoveryCode }) => recoveryCode,
      }),
      session: t.field({
        type: Session,
        nullable: true,
        description: 'The session of the completed login. Null if the user was logged in already.',
        resolve: ({ login }) => login?.session ?? null,
      }),
      rememberedDevice: t.field({
        type: RememberedDevice,
        nullable: true,
        description: rememberedDeviceDescription,
        resolve: ({ login }) => login?.rememberedDevice ?? null,
      }),
    }),
  });

/**
 * Returns the caller of an enrollment and the user to enroll. With an mfaToken that is the user of its login, even if the request
 * has an access token as well. Otherwise it is the user behind the access token.
 */
export async function enrolling(context: Context, mfaToken: string | null | undefined): Promise<[Caller, EnrollmentTarget]> {
  if (mfaToken != null) return [context.call.stranger, { mfaToken }];
  const caller = await callerOf(context);
  requireUser(caller.actor);
  return [caller, { userId: null }];
}
