import { lexicographicSortSchema, printSchema } from 'graphql';
import './account/activation.ts';
import './mfa/authenticator.ts';
import './mfa/manage.ts';
import { builder } from './builder/builder.ts';
import './login/challenge.ts';
import './environment/mfa-configuration.ts';
import './mfa/email-code.ts';
import './login/email-code.ts';
import './mfa/authenticator-app.ts';
import './login/refresh.ts';
import './environment/relying-party.ts';
import './environment/token.ts';
import './environment/settings.ts';
import './audit/events.ts';
import './lockout/policy.ts';
import './login/password.ts';
import './session/logout.ts';
import './account/password-reset.ts';
import './policy/types.ts';
import './policy/mutations.ts';
import './recovery/recovery.ts';
import './builder/error-types.ts';
import './device/remembered-devices.ts';
import './builder/scalars.ts';
import './session/types.ts';
import './mfa/sms.ts';
import './login/step-up.ts';
import './policy/strategies.ts';
import './directory/tenant.ts';
import './directory/user.ts';
import './lockout/account-locks.ts';
import './directory/user-create.ts';
import './directory/user-update.ts';
import './mfa/webauthn-enrollment.ts';
import './mfa/webauthn-verification.ts';
import './mfa/webauthn-fields.ts';

/** The whole schema. Each noun above adds its part. */
export const schema = builder.toSchema();

/** The schema as published: sorted, so that a change shows as what it is. */
export const schemaSdl = (): string => printSchema(lexicographicSortSchema(schema));
