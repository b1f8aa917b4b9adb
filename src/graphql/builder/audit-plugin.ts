import type { PothosOutputFieldConfig, SchemaTypes } from '@pothos/core';
import SchemaBuilder, { BasePlugin } from '@pothos/core';
import type { GraphQLFieldResolver } from 'graphql';
import { causeOf } from '../errors/response.ts';
import type { Context } from './context.ts';

/**
 * Mutations that are refused leave an event, also where scopes refused them before any service heard of them. To stand
 * right after the plugin that makes outcomes of errors: later no error is left to see.
 */
export class AuditPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override wrapResolve(
    resolve: GraphQLFieldResolver<unknown, Types['Context'], object>,
    field: PothosOutputFieldConfig<Types>,
  ): GraphQLFieldResolver<unknown, Types['Context'], object> {
    if (field.parentType !== 'Mutation') return resolve;
    const scopes: unknown = field.pothosOptions.authScopes;
    const open = typeof scopes === 'object' && scopes !== null && 'public' in scopes;
    return async (root, args, context, info) => {
      try {
        return await resolve(root, args, context, info);
      } catch (error) {
        // A plugin is declared for every builder there could be; it is used by one, whose context this is.
        const { call, services } = context as object as Context;
        // If resolving the actor itself failed, that failure is not recorded here.
        const caller = open ? call.stranger : await call.caller().catch(() => call.stranger);
        await services.auditLog.recordRefusal(caller, { error: causeOf(error) });
        throw error;
      }
    };
  }
}

export const auditPlugin = 'refusalRecording';
SchemaBuilder.registerPlugin(auditPlugin, AuditPlugin);

declare global {
  export namespace PothosSchemaTypes {
    export interface Plugins<Types extends SchemaTypes> {
      refusalRecording: AuditPlugin<Types>;
    }
  }
}
