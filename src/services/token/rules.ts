import { covers } from '../../domain/access/permission.ts';
import { DomainError, fail, InvalidInput } from '../../domain/errors.ts';
import type { Clock } from '../../domain/ports.ts';
import type { Role } from '../../domain/role/role.ts';
import type { Store } from '../../domain/store.ts';
import { holdsOnlyText, utf8Length } from '../../domain/text.ts';
import type { ApiToken } from '../../domain/token/api-token.ts';
import { apiTokenBounds } from '../../domain/token/api-token.ts';
import { refuseField } from '../directory/metadata.ts';
import type { Authority } from '../role/authority.ts';
import { requireLevel } from '../role/authority.ts';

/** Returns a description that fits. Errors: `INVALID_INPUT`. */
export function checkedDescription(description: string): string {
  const { descriptionCharacters: most } = apiTokenBounds;
  return description.length <= most ? description : refuseField('description', `description must have at most ${most} characters`);
}

/** Returns metadata as JSON text. Errors: `INVALID_INPUT`. */
export function checkedMetadata(metadata: Readonly<Record<string, unknown>>): string {
  const { metadataBytes: most } = apiTokenBounds;
  if (!holdsOnlyText(metadata)) refuseField('metadata', 'metadata must contain only whole characters');
  const text = JSON.stringify(metadata);
  return utf8Length(text) <= most ? text : refuseField('metadata', `metadata must have at most ${most} bytes as JSON in UTF-8`);
}

/** Returns when a token ends that lasts so many minutes. Null if nothing ends it. Errors: `INVALID_INPUT`. */
export function endAfter(minutes: number | null, clock: Clock): Date | null {
  if (minutes === null) return null;
  const { minutes: most } = apiTokenBounds;
  if (minutes < 1 || minutes > most) throw new InvalidInput([{ path: ['expiresInMinutes'], message: `expiresInMinutes must be 1 to ${most}` }]);
  return new Date(clock.now().getTime() + minutes * 60_000);
}

/**
 * Checks what somebody would have a token of the tenant do, and returns it without repetitions. Whoever is not the environment gives only roles
 * within their level, and no permission that they lack, be it in a role or by itself: a token needs no second factor, so it must not do
 * more than its maker. Runs in the transaction of `withAuthority`. Errors: `ROLE_NOT_FOUND`, `PERMISSION_NOT_FOUND`, `ROLE_LEVEL_TOO_LOW`,
 * `FORBIDDEN`.
 */
export async function grantable(
  store: Pick<Store, 'permissions' | 'roles'>,
  authority: Authority,
  tenantId: string,
  { roleIds, permissionIds }: Pick<ApiToken, 'roleIds' | 'permissionIds'>,
): Promise<Pick<ApiToken, 'roleIds' | 'permissionIds'>> {
  const wanted = { roleIds: [...new Set(roleIds)].sort(), permissionIds: [...new Set(permissionIds)].sort() };
  const usable = (await store.roles.findMany(wanted.roleIds)).filter((role) => role.tenantId === null || role.tenantId === tenantId);
  if (usable.length < wanted.roleIds.length) throw new DomainError('ROLE_NOT_FOUND', undefined, 'roleIds');
  const direct = await store.permissions.findMany(wanted.permissionIds);
  if (direct.length < wanted.permissionIds.length) throw new DomainError('PERMISSION_NOT_FOUND', undefined, 'permissionIds');
  const { rights } = authority;
  if (rights === null) return wanted;
  requireLevels(authority, usable);
  const inRoles = await store.permissions.findMany([...new Set(usable.flatMap((role) => role.permissionIds))]);
  const holds = (key: string): boolean => rights.permissions.some((granted) => covers(granted, key));
  if (![...direct, ...inRoles].every(({ key }) => holds(key)) || direct.some(({ assignmentType }) => assignmentType === 'NEVER')) fail('FORBIDDEN');
  return wanted;
}

/** Refuses roles that are more powerful than those of the caller. Errors: `ROLE_LEVEL_TOO_LOW`. */
export function requireLevels(authority: Authority, roles: readonly Role[]): void {
  for (const { level } of roles) requireLevel(authority, level);
}
