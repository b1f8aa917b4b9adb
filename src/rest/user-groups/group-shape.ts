import { z } from 'zod';
import type { Caller } from '../../domain/access/actor.ts';
import type { Group, GroupMember } from '../../domain/group/group.ts';
import { maxColorCharacters, maxGroupDescriptionCharacters, maxGroupNameCharacters } from '../../domain/group/group.ts';
import type { Role } from '../../domain/role/role.ts';
import { byKey } from '../../domain/role/role.ts';
import type { Services } from '../../services/index.ts';
import { encodeRole, roleShape } from '../roles/role-shape.ts';
import { metadataText, nameText, storable } from '../validation.ts';

/** What else an answer shows of groups: nothing, roles, users or both. */
export const relationsParameter = () =>
  z
    .enum(['roles', 'users', 'rolesAndUsers'])
    .optional()
    .describe('What to fill in: `roles`, `users` or `rolesAndUsers`. Without it both lists are empty.');
/** What `relationsParameter` reads. */
export type Relations = z.output<ReturnType<typeof relationsParameter>>;

const member = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  profilePictureUrl: z.string(),
  createdAt: z.string(),
  activatedForTenant: z.boolean(),
});
const role = roleShape.omit({ permissions: true });

/** A group as clients read it. */
export const groupShape = z
  .object({
    id: z.string(),
    name: z.string(),
    color: z.string(),
    description: z.string(),
    metadata: z.string().describe('An object as JSON text.'),
    roles: z.array(role),
    users: z.array(member),
    managedBy: z.string(),
    createdAt: z.string(),
    updatedAt: z.string(),
  })
  .meta({ id: 'Group', description: 'A named set of members of a tenant, with roles that they hold by it.' });

/** Fields that a create or an update may give beside the name. Null counts as absent. */
export const optionalGroupFields = {
  color: storable().max(maxColorCharacters).nullish(),
  description: storable().max(maxGroupDescriptionCharacters).nullish(),
  metadata: metadataText(),
};
/** The name of a group. */
export const groupName = () => nameText().max(maxGroupNameCharacters);

const encodeMember = ({ user, pending }: GroupMember): z.input<typeof member> => ({
  id: user.id,
  email: user.email,
  name: user.name,
  profilePictureUrl: user.profilePictureUrl ?? '',
  createdAt: user.createdAt.toISOString(),
  activatedForTenant: user.verified && !pending,
});

const encodeGroupRole = (held: Role, vendorId: string): z.input<typeof role> => {
  const { permissions: _, ...encoded } = encodeRole(held, vendorId);
  return encoded;
};

/** Encodes groups, with what the request asked for. It costs the same statements for one group as for many. */
export async function encodeGroups(
  services: Services,
  caller: Caller,
  groups: readonly Group[],
  relations: Relations,
): Promise<z.input<typeof groupShape>[]> {
  const { id: vendorId } = await services.environment.publicSettings(caller);
  const withRoles = relations === 'roles' || relations === 'rolesAndUsers';
  const withUsers = relations === 'users' || relations === 'rolesAndUsers';
  const roles = withRoles ? await services.roles.findMany(caller, { ids: [...new Set(groups.flatMap(({ roleIds }) => roleIds))] }) : [];
  const members = withUsers ? await services.groupMembers.ofGroups(caller, { ids: groups.map(({ id }) => id) }) : [];
  return groups.map(({ id, name, color, description, metadata, roleIds, createdAt, updatedAt }) => ({
    ...{ id, name, color, description, metadata },
    roles: roles
      .filter((each) => roleIds.includes(each.id))
      .sort(byKey)
      .map((each) => encodeGroupRole(each, vendorId)),
    users: members.filter(({ groupId }) => groupId === id).map(encodeMember),
    managedBy: 'frontegg',
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  }));
}

/** Encodes one group. */
export async function encodeGroup(services: Services, caller: Caller, group: Group, relations: Relations): Promise<z.input<typeof groupShape>> {
  const [encoded] = await encodeGroups(services, caller, [group], relations);
  // One group was given, so there is one.
  return encoded as z.input<typeof groupShape>;
}
