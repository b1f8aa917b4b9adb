import { z } from 'zod';
import { maxIdCharacters } from '../../domain/ids.ts';
import type { AdoptionDifference as Difference, UserCount } from '../../domain/insight/adoption.ts';
import { tenantsOfARecount } from '../../domain/insight/adoption.ts';
import type { Recounted } from '../../services/insight/adoption.ts';
import { adoptionErrors } from '../../services/insight/adoption.ts';
import { builder } from '../builder/builder.ts';
import { callerOf } from '../builder/context.ts';
import { storable, tenantId } from '../builder/input-rules.ts';
import { restIdOf } from '../builder/node-ids.ts';
import { Tenant } from '../builder/object-refs.ts';
import { resultUnion } from '../errors/placement.ts';

const withStrategy = (value: UserCount, strategy: string) => ({ value, description: `Users with an authenticator of the strategy \`${strategy}\`.` });

const AdoptionCountName = builder.enumType('AdoptionCountName', {
  description: 'What is counted of users. `MfaAdoptionCount` says what each count means.',
  values: {
    USERS: { value: 'users', description: 'All users.' },
    ENROLLED: { value: 'enrolled', description: 'Users with at least one authenticator.' },
    PHISHING_RESISTANT: { value: 'phishingResistant', description: 'Users with a WebAuthn authenticator.' },
    ONLY_WEAK: { value: 'onlyWeak', description: 'Users with weak authenticators alone.' },
    RECOVERY_READY: { value: 'recoveryReady', description: 'Users with an unused recovery code.' },
    EXEMPT: { value: 'exempt', description: 'Users with `mfaBypass`.' },
    LOCKED: { value: 'locked', description: 'Users whose account is locked.' },
    AUTHENTICATOR_APP: withStrategy('authenticatorApp', 'AUTHENTICATOR_APP'),
    WEBAUTHN_PLATFORM: withStrategy('webAuthnPlatform', 'WEBAUTHN_PLATFORM'),
    WEBAUTHN_CROSS_PLATFORM: withStrategy('webAuthnCrossPlatform', 'WEBAUTHN_CROSS_PLATFORM'),
    SMS: withStrategy('sms', 'SMS'),
    EMAIL_CODE: withStrategy('emailCode', 'EMAIL_CODE'),
  } as const satisfies Record<string, { value: UserCount; description: string }>,
});

const AdoptionDifference = builder.objectRef<Difference>('AdoptionDifference').implement({
  description: 'A count that was wrong and was mended.',
  fields: (t) => ({
    tenant: t.field({
      type: Tenant,
      nullable: true,
      description: 'The tenant whose count it is. Null for one of the environment, and if the tenant was deleted meanwhile.',
      resolve: ({ owner }, _args, { loaders }) => (owner === null ? null : loaders().tenants.load(owner)),
    }),
    name: t.expose('name', { type: AdoptionCountName, description: 'What is counted.' }),
    dayStartsAt: t.expose('day', {
      type: 'DateTime',
      nullable: true,
      description:
        'The beginning of the day (UTC) if only users are counted whose last login was on that day, from which `activeLast30Days` and `enrolledOfActive` are made. Null if all users are counted.',
    }),
    counted: t.exposeInt('counted', { description: 'The count as it was.' }),
    actual: t.exposeInt('actual', { description: 'What a full count found, which the count is now.' }),
  }),
});

const RecountMfaAdoptionInput = builder.inputType('RecountMfaAdoptionInput', {
  description: 'What to recount.',
  validate: z.looseObject({ tenantId: tenantId.nullish(), after: storable.max(maxIdCharacters).nullish() }),
  fields: (t) => ({
    tenantId: t.id({
      required: false,
      description: 'The tenant, by global id or `restId`. If absent or null, it is the tenant of the header, or without one everything.',
    }),
    after: t.string({
      required: false,
      description:
        'The `next` of the call before, from which this one goes on. If absent or null, the environment is recounted first. It is ignored for one tenant.',
    }),
  }),
});

const RecountMfaAdoptionSuccess = builder.objectRef<Recounted>('RecountMfaAdoptionSuccess').implement({
  description: 'The counts are what a full count found.',
  fields: (t) => ({
    tenantCount: t.exposeInt('tenants', { description: 'How many tenants this call has recounted.' }),
    differences: t.expose('differences', { type: [AdoptionDifference], description: 'What differed. Empty if every count was right.' }),
    next: t.exposeString('next', { nullable: true, description: 'Where the next call goes on. Null if nothing is left to recount.' }),
  }),
});

builder.mutationField('recountMfaAdoption', (t) =>
  t.field({
    type: RecountMfaAdoptionSuccess,
    description: `Compares the counts of users in \`mfaAdoption\` with a full count and mends them. They differ only if something else has written to the database. One call recounts up to ${tenantsOfARecount} tenants. Logins go on meanwhile, but on SQLite the process stops for each part, up to a few seconds for a million users. What became of logins and enrollments cannot be recounted. Requires the environment token.`,
    access: 'environment',
    errors: resultUnion('recountMfaAdoption', adoptionErrors.recount, 'INVALID_INPUT'),
    args: { input: t.arg({ type: RecountMfaAdoptionInput, description: 'What to recount.' }) },
    resolve: async (_root, { input }, context) =>
      context.services.adoption.recount(await callerOf(context), {
        named: input.tenantId == null ? null : restIdOf('Tenant', input.tenantId),
        after: input.after ?? null,
      }),
  }),
);
