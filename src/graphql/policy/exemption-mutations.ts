import { z } from 'zod';
import { maxExemptionDays, maxReasonCharacters } from '../../domain/policy/exemption.ts';
import type { ReadExemption } from '../../services/policy/exemptions.ts';
import { exemptionErrors } from '../../services/policy/exemptions.ts';
import { builder } from '../builder/builder.ts';
import { callerOf } from '../builder/context.ts';
import { id, idOf, text } from '../builder/input-rules.ts';
import { restIdOf } from '../builder/node-ids.ts';
import { MfaExemption } from '../builder/object-refs.ts';
import { resultUnion } from '../errors/placement.ts';

const GrantMfaExemptionInput = builder.inputType('GrantMfaExemptionInput', {
  description: 'Whom to exempt, until when, and why.',
  validate: z.looseObject({ userId: id, tenantId: idOf('Tenant').nullish(), reason: text(maxReasonCharacters) }),
  fields: (t) => ({
    userId: t.id({ description: 'The global id or `restId` of the user, who has to be a member of the tenant.' }),
    tenantId: t.id({
      required: false,
      description:
        'The tenant that gives the exemption, by global id or `restId`. If absent or null, it is the current tenant, or the environment if an environment token names none.',
    }),
    until: t.field({ type: 'DateTime', description: `When the exemption ends by itself: in the future, at most ${maxExemptionDays} days from now.` }),
    reason: t.string({
      description: `Why, with at most ${maxReasonCharacters} characters. It goes to the audit trail, and the person can read it.`,
    }),
  }),
});

const GrantMfaExemptionSuccess = builder.objectRef<{ exemption: ReadExemption }>('GrantMfaExemptionSuccess').implement({
  description: 'The person is exempt from the next login on, and was notified by e-mail.',
  fields: (t) => ({ exemption: t.expose('exemption', { type: MfaExemption, description: 'The exemption.' }) }),
});

const EndMfaExemptionInput = builder.inputType('EndMfaExemptionInput', {
  description: 'The exemption to end.',
  validate: z.looseObject({ exemptionId: idOf('MfaExemption') }),
  fields: (t) => ({ exemptionId: t.id({ description: 'The global id or `restId` of the exemption.' }) }),
});

const EndMfaExemptionSuccess = builder.objectRef<{ exemption: ReadExemption }>('EndMfaExemptionSuccess').implement({
  description: 'The exemption has ended.',
  fields: (t) => ({ exemption: t.expose('exemption', { type: MfaExemption, description: 'The exemption as it was.' }) }),
});

builder.mutationFields((t) => ({
  grantMfaExemption: t.field({
    type: GrantMfaExemptionSuccess,
    description:
      'Exempts a person from the second factor until a time. An earlier exemption of the same person from the same tenant, or from the environment, ends. Requires the environment token, or a user whose role may change the security policy and whose second factor was verified recently, for members of the current tenant whose roles are not more powerful.',
    access: 'writePolicy',
    errors: resultUnion('grantMfaExemption', exemptionErrors.grant, 'INVALID_INPUT'),
    args: { input: t.arg({ type: GrantMfaExemptionInput, description: 'Whom to exempt, until when, and why.' }) },
    resolve: async (_root, { input: { userId, tenantId, until, reason } }, context) => ({
      exemption: await context.services.exemptions.grant(await callerOf(context), {
        userId: restIdOf('User', userId),
        tenantId: tenantId == null ? null : restIdOf('Tenant', tenantId),
        until,
        reason,
      }),
    }),
  }),
  endMfaExemption: t.field({
    type: EndMfaExemptionSuccess,
    description:
      'Ends an exemption before its time, from the next login on. Sessions stay as they are. Requires the environment token, or a user whose role may change the security policy, for exemptions of the current tenant. `mfaBypass` is ended by an environment token alone.',
    access: 'writePolicy',
    errors: resultUnion('endMfaExemption', exemptionErrors.end, 'INVALID_INPUT'),
    args: { input: t.arg({ type: EndMfaExemptionInput, description: 'The exemption to end.' }) },
    resolve: async (_root, { input }, context) => ({
      exemption: await context.services.exemptions.end(await callerOf(context), { exemptionId: restIdOf('MfaExemption', input.exemptionId) }),
    }),
  }),
}));
