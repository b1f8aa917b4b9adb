import { lexicographicSortSchema, printSchema } from 'graphql';
import { builder } from './builder/builder.ts';
import './account/activation.ts';
import './account/bulk-invitations.ts';
import './account/invitations.ts';
import './account/password-reset.ts';
import './account/sign-up.ts';
import './audit/events.ts';
import './builder/error-types.ts';
import './builder/scalars.ts';
import './device/remembered-devices.ts';
import './directory/tenant-mutations.ts';
import './directory/tenant.ts';
import './directory/profile.ts';
import './directory/user-create.ts';
import './directory/user-email.ts';
import './directory/user-emails.ts';
import './directory/user-memberships.ts';
import './directory/user-removal.ts';
import './directory/user-list.ts';
import './directory/user-roles.ts';
import './directory/user-update.ts';
import './directory/user.ts';
import './directory/usernames.ts';
import './environment/keys.ts';
import './environment/mfa-configuration.ts';
import './environment/relying-party.ts';
import './environment/secrets.ts';
import './environment/settings.ts';
import './environment/token.ts';
import './insight/adoption-recount.ts';
import './insight/adoption.ts';
import './lockout/account-locks.ts';
import './lockout/policy.ts';
import './login/challenge.ts';
import './login/email-code.ts';
import './login/password.ts';
import './login/refresh.ts';
import './login/step-up.ts';
import './mfa/authenticator-app.ts';
import './mfa/authenticator.ts';
import './mfa/email-code.ts';
import './mfa/manage.ts';
import './mfa/sms.ts';
import './mfa/webauthn-enrollment.ts';
import './mfa/webauthn-fields.ts';
import './mfa/webauthn-verification.ts';
import './policy/mutations.ts';
import './policy/strategies.ts';
import './policy/types.ts';
import './recovery/admin-reset.ts';
import './recovery/recovery.ts';
import './role/category-mutations.ts';
import './role/permission-mutations.ts';
import './role/permission.ts';
import './role/role-mutations.ts';
import './role/role.ts';
import './session/logout.ts';
import './session/types.ts';

const description =
  'Multi-factor authentication, and the tenants, users and roles around it. Send an access token of a user or an environment token as `Authorization: Bearer …`; operations that log in take neither. An environment token acts in the tenant that the header `frontegg-tenant-id` names, or in the whole environment. Mutations answer with unions: errors that a person can act on are members of them, all others stand in `errors` with a code in `extensions`.';

/** The executable schema. Each import above adds the part of its noun. */
export const schema = Object.assign(builder.toSchema(), { description });

/** Prints the schema as it is published. It is sorted, so that a difference shows what really changed. */
export const schemaSdl = (): string => printSchema(lexicographicSortSchema(schema));
