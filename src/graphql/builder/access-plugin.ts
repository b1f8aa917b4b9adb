import type { FieldNullability, InputFieldMap, PothosOutputFieldConfig, SchemaTypes, TypeParam } from '@pothos/core';
import SchemaBuilder, { BasePlugin } from '@pothos/core';
import type { GraphQLFieldResolver } from 'graphql';
import type { Actor, TokenHolder } from '../../domain/access/actor.ts';
import { DomainError } from '../../domain/errors.ts';
import {
  deleteAccount,
  deleteGroups,
  deleteGroupsUsers,
  deleteRole,
  deleteTenantApiTokens,
  deleteTenantInvites,
  deleteUsers,
  deleteUsersRoles,
  may,
  readAudits,
  readGroups,
  readPasswordExpiration,
  readPermissions,
  readRoles,
  readSecurityPolicy,
  readTenantApiTokens,
  readUsers,
  updateRole,
  writeAccountSettings,
  writeEnableDisable,
  writeGroups,
  writeGroupsRoles,
  writeGroupsUsers,
  writePasswordExpiration,
  writeRoles,
  writeSecurityPolicy,
  writeTenantApiTokens,
  writeTenantInvites,
  writeUsers,
  writeUsersRoles,
} from '../../services/access/permissions.ts';
import { topLevel } from '../errors/response.ts';
import type { Context } from './context.ts';
import { actorOf } from './context.ts';

/** Whom each kind of access lets in. Only `public` asks nobody, so that a token that is refused does not disturb it. */
const admits = {
  /** The environment token. */
  environment: (actor) => actor.kind === 'ENVIRONMENT',
  /** A logged-in user. */
  user: (actor) => actor.kind === 'USER',
  /** The environment token or a logged-in user. What asks for no permission is closed to API tokens. */
  somebody: (actor) => actor.kind !== 'API_TOKEN',
  /** Any valid token. It is for what is reached through something else that asked for a permission, such as the users of a list. */
  anyToken: () => true,
  /** The environment token, a logged-in user, or an API token of a user. */
  somebodyOrOwnToken: (actor) => actor.kind !== 'API_TOKEN' || actor.userId !== null,
  /** The environment token, or whoever may read the API tokens of the current tenant. */
  readTenantApiTokens: (actor) => may(actor, readTenantApiTokens),
  /** The environment token, or whoever may create and change API tokens of the current tenant. */
  writeTenantApiTokens: (actor) => may(actor, writeTenantApiTokens),
  /** The environment token, or whoever may delete API tokens of the current tenant. */
  deleteTenantApiTokens: (actor) => may(actor, deleteTenantApiTokens),
  /** The environment token, or a user who may read the security policy of the current tenant. */
  readPolicy: (actor) => may(actor, readSecurityPolicy),
  /** The environment token, or a user who may read when passwords of the current tenant expire. */
  readPasswordExpiration: (actor) => may(actor, readPasswordExpiration),
  /** The environment token, or a user who may change when passwords of the current tenant expire. */
  writePasswordExpiration: (actor) => may(actor, writePasswordExpiration),
  /** The environment token, or a user who may read the audit trail of the current tenant. */
  readEvents: (actor) => may(actor, readAudits),
  /** The environment token, or a user who may read the users of the current tenant. */
  readUsers: (actor) => may(actor, readUsers),
  /** The environment token, or a user who may read the roles of the current tenant. */
  readRoles: (actor) => may(actor, readRoles),
  /** The environment token, or a user who may create roles of the current tenant. */
  writeRoles: (actor) => may(actor, writeRoles),
  /** The environment token, or a user who may change roles of the current tenant. */
  updateRole: (actor) => may(actor, updateRole),
  /** The environment token, or a user who may delete roles of the current tenant. */
  deleteRole: (actor) => may(actor, deleteRole),
  /** The environment token, or a user who may read the groups of the current tenant. */
  readGroups: (actor) => may(actor, readGroups),
  /** The environment token, or a user who may create and change groups of the current tenant. */
  writeGroups: (actor) => may(actor, writeGroups),
  /** The environment token, or a user who may delete groups of the current tenant. */
  deleteGroups: (actor) => may(actor, deleteGroups),
  /** The environment token, or a user who may change the roles in groups of the current tenant. */
  writeGroupsRoles: (actor) => may(actor, writeGroupsRoles),
  /** The environment token, or a user who may add members to groups of the current tenant. */
  writeGroupsUsers: (actor) => may(actor, writeGroupsUsers),
  /** The environment token, or a user who may remove members from groups of the current tenant. */
  deleteGroupsUsers: (actor) => may(actor, deleteGroupsUsers),
  /** The environment token, or a user who may give roles to members of the current tenant. */
  writeUsersRoles: (actor) => may(actor, writeUsersRoles),
  /** The environment token, or a user who may take roles from members of the current tenant. */
  deleteUsersRoles: (actor) => may(actor, deleteUsersRoles),
  /** The environment token, or a user who may make an own invitation link to the current tenant. */
  writeTenantInvites: (actor) => may(actor, writeTenantInvites),
  /** The environment token, or a user who may delete the own invitation link to the current tenant. */
  deleteTenantInvites: (actor) => may(actor, deleteTenantInvites),
  /** The environment token, or a user who may change the settings of the current tenant. */
  writeAccountSettings: (actor) => may(actor, writeAccountSettings),
  /** The environment token, or a user who may delete the current tenant. */
  deleteAccount: (actor) => may(actor, deleteAccount),
  /** The environment token, or a user who may change members of the current tenant. */
  writeUsers: (actor) => may(actor, writeUsers),
  /** The environment token, or a user who may remove members of the current tenant. */
  deleteUsers: (actor) => may(actor, deleteUsers),
  /** The environment token, or a user who may disable members of the current tenant. */
  writeEnableDisable: (actor) => may(actor, writeEnableDisable),
  /** The environment token, or a user who may read permissions. */
  readPermissions: (actor) => may(actor, readPermissions),
  /** The environment token, or a user who may change the security policy of the current tenant. */
  writePolicy: (actor) => may(actor, writeSecurityPolicy),
} as const satisfies Record<string, (actor: TokenHolder) => boolean>;

/** Who may use a field, or every field of a type. The services check permissions themselves, so this is a second check and documents the schema. */
export type Access = 'public' | keyof typeof admits;

/** What a field or a type of objects can say about access. */
interface AccessOptions {
  access?: Access;
}
/** What a field can say besides. */
interface FieldAccessOptions extends AccessOptions {
  /** Whether the field is null instead of an error for a valid token that lacks the permission. */
  nullIfForbidden?: boolean;
}

/** Whether the actor is let in. Nobody is refused with `UNAUTHENTICATED`. */
function judge(actor: Actor, access: Exclude<Access, 'public'>): boolean {
  if (actor.kind === 'NOBODY') throw topLevel(new DomainError('UNAUTHENTICATED'));
  return admits[access](actor);
}

/**
 * Checks the access that a field and its type name before the field is resolved. It keeps nothing for each request: once the actor is
 * known it answers at once, because a promise or a table for each field takes longer than to read it.
 */
class AccessPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override wrapResolve(
    resolve: GraphQLFieldResolver<unknown, Types['Context'], object>,
    field: PothosOutputFieldConfig<Types>,
  ): GraphQLFieldResolver<unknown, Types['Context'], object> {
    const type = this.buildCache.getTypeConfig(field.parentType);
    const { access, nullIfForbidden }: FieldAccessOptions = field.pothosOptions;
    const needed = [type.kind === 'Object' ? type.pothosOptions.access : undefined, access].filter((each) => each !== undefined && each !== 'public');
    if (needed.length === 0) return resolve;
    return (parent, args, pothosContext, info) => {
      // The type of a plugin allows any builder, but only one uses it, and this is its context.
      const context = pothosContext as object as Context;
      const resolveFor = (actor: Actor): unknown => {
        if (needed.every((each) => judge(actor, each))) return resolve(parent, args, pothosContext, info);
        if (nullIfForbidden === true) return null;
        throw topLevel(new DomainError('FORBIDDEN'));
      };
      const known = context.call.knownActor();
      return known === null ? actorOf(context).then(resolveFor) : resolveFor(known);
    };
  }
}

/** The name of the plugin in the list of the builder. */
export const accessPlugin = 'access';
SchemaBuilder.registerPlugin(accessPlugin, AccessPlugin);

declare global {
  export namespace PothosSchemaTypes {
    export interface Plugins<Types extends SchemaTypes> {
      access: AccessPlugin<Types>;
    }
    // Only types of objects have it. The fields of an interface are checked as those of the object that has them.
    export interface ObjectTypeOptions<Types extends SchemaTypes, Shape> extends AccessOptions {}
    export interface FieldOptions<
      Types extends SchemaTypes,
      ParentShape,
      Type extends TypeParam<Types>,
      Nullable extends FieldNullability<Type>,
      Args extends InputFieldMap,
      ResolveShape,
      ResolveReturnShape,
    > extends FieldAccessOptions {}
  }
}
