import type { Enrolled } from '../../services/authenticator/factors.ts';
import type { CompletedLogin } from '../../services/login/completion.ts';
import { builder } from '../builder/builder.ts';
import { Authenticator } from '../builder/object-refs.ts';
import { RememberedDevice, rememberedDeviceDescription, Session } from '../session/types.ts';

/** A confirmed enrollment: either within a login, which is then completed, or within a session, which continues unchanged. */
export type ConfirmedFactor = CompletedLogin<Enrolled> | { applied: Enrolled; session: null; rememberedDevice: null };

/** The description of an optional `mfaToken`. */
export const mfaTokenDescription =
  'The `mfaToken` of the `MfaChallenge`, during a login. If absent, the mutation acts for the user of the access token. Null is refused.';

/** Makes the success of a mutation that confirms an enrollment. */
export const confirmedFactor = (name: string, description: string) =>
  builder.objectRef<ConfirmedFactor>(name).implement({
    description,
    fields: (t) => ({
      authenticator: t.field({
        type: Authenticator,
        description: 'The authenticator that was enrolled.',
        resolve: ({ applied }) => applied.authenticator,
      }),
      recoveryCode: t.string({
        nullable: true,
        description:
          'A code that `recoverMfa` accepts once, if the authenticator is lost. It is shown in this answer only, so the person has to write it down. Null unless this is the first authenticator of the user.',
        resolve: ({ applied }) => applied.recoveryCode,
      }),
      session: t.field({
        type: Session,
        nullable: true,
        description: 'The session of the completed login. Null if the user was logged in already.',
        resolve: ({ session }) => session,
      }),
      rememberedDevice: t.field({
        type: RememberedDevice,
        nullable: true,
        description: rememberedDeviceDescription,
        resolve: ({ rememberedDevice }) => rememberedDevice,
      }),
    }),
  });
