import type { Enrolled } from '../../services/authenticator/factors.ts';
import type { CompletedLogin } from '../../services/login/completion.ts';
import { builder } from '../builder/builder.ts';
import { Authenticator } from '../builder/object-refs.ts';
import { RememberedDevice, rememberedDeviceDescription, Session } from '../session/types.ts';

/** A factor confirmed: within a login, which is then completed, or within a session, which goes on as it is. */
export type ConfirmedFactor = CompletedLogin<Enrolled> | { applied: Enrolled; session: null; rememberedDevice: null };

export const mfaTokenDescription = 'From `MfaChallenge`, during a login. Absent: for the user behind the access token. Null is refused.';

/** What confirming a new factor answers. */
export const confirmedFactor = (name: string, description: string) =>
  builder.objectRef<ConfirmedFactor>(name).implement({
    description,
    fields: (t) => ({
      authenticator: t.field({ type: Authenticator, description: 'The factor.', resolve: ({ applied }) => applied.authenticator }),
      recoveryCode: t.string({
        nullable: true,
        description:
          'A code that replaces the factor once, should it be lost. Shown only now: have it written down. Null when it was not the first factor.',
        resolve: ({ applied }) => applied.recoveryCode,
      }),
      session: t.field({
        type: Session,
        nullable: true,
        description: 'The session of the login this completed. Null when a factor was added within a session.',
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
