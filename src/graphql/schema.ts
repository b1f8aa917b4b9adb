import { lexicographicSortSchema, printSchema } from 'graphql';
import './activation.ts';
import './authenticator.ts';
import './authenticator-mutations.ts';
import { builder } from './builder.ts';
import './challenge.ts';
import './configuration.ts';
import './email-code.ts';
import './email-code-login.ts';
import './enrollment.ts';
import './environment.ts';
import './environment-settings.ts';
import './event.ts';
import './lockout.ts';
import './login.ts';
import './logout.ts';
import './password-reset.ts';
import './policy.ts';
import './policy-mutations.ts';
import './recovery.ts';
import './refusal-types.ts';
import './remembered-device.ts';
import './scalars.ts';
import './session.ts';
import './sms.ts';
import './step-up.ts';
import './strategy.ts';
import './tenant.ts';
import './user.ts';
import './user-administration.ts';
import './user-mutations.ts';
import './user-update.ts';
import './verification.ts';
import './webauthn-enrollment.ts';
import './webauthn-verification.ts';
import './webauthn-words.ts';

/** The whole schema. Each noun above adds its part. */
export const schema = builder.toSchema();

/** The schema as published: sorted, so that a change shows as what it is. */
export const schemaSdl = (): string => printSchema(lexicographicSortSchema(schema));
