import { z } from 'zod';
import { invitationMinutes, mostInvitationRoles } from '../../domain/invitation/invitation-link.ts';
import type { Call } from '../../http/call.ts';
import type { ShownLink } from '../../services/invitation/link-showing.ts';
import type { RestNeeds } from '../route.ts';
import { id } from '../validation.ts';

/** The tag of every operation on links. */
export const tags = ['Invitation links'];

/** How long a link works. */
export const minutes = () => z.int().min(invitationMinutes.min).max(invitationMinutes.max).describe('How many minutes the link works from now on.');

/** The roles of those who join. */
export const roles = () =>
  z.array(id()).max(mostInvitationRoles).describe('Ids of the roles of those who join. An empty list gives the default roles.');

/** A link as clients read it. `userId` is left out of a link of the tenant itself. */
export const linkShape = z
  .object({
    id: z.string(),
    vendorId: z.string().describe('The id of the environment.'),
    tenantId: z.string(),
    userId: z.string().optional().describe('The member whose own link it is.'),
    token: z.string(),
    expires: z.string(),
    shouldSendEmail: z.boolean().describe('Whether the member is told by mail of everybody who joins.'),
    name: z.string().describe('The name of the tenant.'),
    roleIds: z.array(z.string()).describe('The roles of those who join. Empty stands for the default roles.'),
  })
  .meta({ id: 'InvitationLink', description: 'A link by which people join a tenant.' });

const encode = ({ userId, ...link }: ShownLink, vendorId: string): z.input<typeof linkShape> => ({
  ...{ id: link.id, vendorId, tenantId: link.tenantId, ...(userId === null ? {} : { userId }), token: link.token },
  ...{ expires: link.expiresAt.toISOString(), shouldSendEmail: link.notifiesOwner, name: link.tenantName, roleIds: [...link.roleIds] },
});

/** Encodes links, which name the environment. */
export async function encodeLinks(links: readonly ShownLink[], { stranger }: Call, { services }: RestNeeds): Promise<z.input<typeof linkShape>[]> {
  const { id: vendorId } = await services.environment.publicSettings(stranger);
  return links.map((link) => encode(link, vendorId));
}

/** Encodes one link. */
export async function encodeLink(link: ShownLink, call: Call, needs: RestNeeds): Promise<z.input<typeof linkShape>> {
  const { id: vendorId } = await needs.services.environment.publicSettings(call.stranger);
  return encode(link, vendorId);
}
