import type { Column, SQL } from 'drizzle-orm';
import { sql } from 'drizzle-orm';
import { only } from '../tables/environment.ts';
import type { Access } from './context.ts';

/** A column, or a placeholder of a prepared statement. */
type Value = Column | SQL;

/**
 * Makes the one rule for which roles somebody holds in a tenant: those that were given, and those of the groups that the member is in, while
 * the environment lets groups and their roles count. Everything that asks what somebody may do takes it from here.
 */
export function heldRoles({ tables }: Pick<Access, 'tables'>) {
  const { membershipRoles: mr, groupMembers: gm, groupRoles: gr, environments: e } = tables;

  /** Whether the roles of groups count. */
  const groupsCount = sql`exists (select 1 from ${e} where ${e.slot} = ${only.environment} and ${e.groupsEnabled} and ${e.groupRolesEnabled})`;

  return {
    /** The FROM and WHERE that find the roles, `group_roles.role_id`, that groups give a member. */
    fromGroups: (userId: Value, tenantId: Value): SQL =>
      sql`from ${gm} inner join ${gr} on ${gr.groupId} = ${gm.groupId} where ${gm.userId} = ${userId} and ${gm.tenantId} = ${tenantId} and ${groupsCount}`,

    /**
     * The ids of the roles that a user holds in a tenant. `among` are tables, each with a comma behind it, that the two values may come from,
     * and `which` the condition on these.
     */
    roleIdsOf: (userId: Value, tenantId: Value, among: SQL = sql``, which: SQL = sql`1 = 1`): SQL => sql`(
      select ${mr.roleId} from ${among}${mr} where ${mr.userId} = ${userId} and ${mr.tenantId} = ${tenantId} and ${which}
      union all
      select ${gr.roleId} from ${among}${gm} inner join ${gr} on ${gr.groupId} = ${gm.groupId}
      where ${gm.userId} = ${userId} and ${gm.tenantId} = ${tenantId} and ${which} and ${groupsCount}
    )`,

    /** The table of who holds which role, with the columns `user_id`, `tenant_id` and `role_id`. The conditions are on its two parts. */
    holdings: (given: (columns: { userId: Column; tenantId: Column; roleId: Column }) => SQL): SQL => sql`(
      select ${mr.userId} as user_id, ${mr.tenantId} as tenant_id, ${mr.roleId} as role_id from ${mr}
      where ${given({ userId: mr.userId, tenantId: mr.tenantId, roleId: mr.roleId })}
      union all
      select ${gm.userId}, ${gm.tenantId}, ${gr.roleId} from ${gr} inner join ${gm} on ${gm.groupId} = ${gr.groupId}
      where ${given({ userId: gm.userId, tenantId: gm.tenantId, roleId: gr.roleId })} and ${groupsCount}
    )`,
  };
}
