import { z } from 'zod';
import type { ShownLink } from '../../services/invitation/link-showing.ts';
import { invitationLinkErrors } from '../../services/invitation/links.ts';
import { builder } from '../builder/builder.ts';
import { secret } from '../builder/input-rules.ts';
import { globalId } from '../builder/node-ids.ts';
import { resultUnion } from '../errors/placement.ts';
import { checksCredential } from '../limits/single-credential.ts';

const CheckInvitationInput = builder.inputType('CheckInvitationInput', {
  description: 'The token of an invitation link.',
  validate: z.looseObject({ token: secret }),
  fields: (t) => ({ token: t.string({ description: 'The token, as it stands in the link.' }) }),
});

const CheckInvitationSuccess = builder.objectRef<ShownLink>('CheckInvitationSuccess').implement({
  description: 'The link works. It may be used by a login or a sign-up.',
  fields: (t) => ({
    tenantId: t.id({
      description: 'The global id of the tenant that people join by the link.',
      resolve: (link) => globalId('Tenant', link.tenantId),
    }),
    tenantName: t.exposeString('tenantName', { description: 'The name of the tenant.' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'When the link stops working.' }),
  }),
});

builder.mutationField('checkInvitation', (t) =>
  t.field({
    ...checksCredential,
    type: CheckInvitationSuccess,
    description:
      'Tells where an invitation link leads, before anybody logs in or signs up. It spends nothing and logs nobody in. It is a mutation because tokens never travel in queries, which are kept in logs and caches.',
    access: 'public',
    errors: resultUnion('checkInvitation', invitationLinkErrors.check, 'INVALID_INPUT', 'RATE_LIMITED'),
    args: { input: t.arg({ type: CheckInvitationInput, description: 'The token.' }) },
    resolve: async (_root, { input }, { call, services }) => {
      await call.takeFromAddress('INVITATION_CHECK');
      return services.invitationLinks.check(call.stranger, { token: input.token });
    },
  }),
);
