import type { PothosOutputFieldConfig, SchemaTypes } from '@pothos/core';
import SchemaBuilder, { BasePlugin } from '@pothos/core';
import type { GraphQLFieldResolver } from 'graphql';
import { causeOf } from '../errors/response.ts';
import type { Context } from './context.ts';

/**
 * Records an event for every refused mutation, including those that are refused before a service is called. It has to stand
 * right after the errors plugin, because later there is no error left to see.
 */
export class AuditPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override wrapResolve(
    resolve: GraphQLFieldResolver<unknown, Types['Context'], object>,
    field: PothosOutputFieldConfig<Types>,
  ): GraphQLFieldResolver<unknown, Types['Context'], object> {
    if (field.parentType !== 'Mutation') return resolve;
    const open = field.pothosOptions.access === 'public';
    return async (root, args, context, info) => {
      try {
        return await resolve(root, args, context, info);
      } catch (error) {
        // The type of a plugin allows any builder, but only one uses it, and this is its context.
        const { call, services } = context as object as Context;
        // If resolving the actor itself failed, that failure is not recorded here.
        const caller = open ? call.stranger : await call.caller().catch(() => call.stranger);
        await services.auditLog.recordRefusal(caller, { error: causeOf(error) });
        throw error;
      }
    };
  }
}

/** The name of the plugin in the list of the builder. */
export const auditPlugin = 'refusalRecording';
SchemaBuilder.registerPlugin(auditPlugin, AuditPlugin);

declare global {
  export namespace PothosSchemaTypes {
    export interface Plugins<Types extends SchemaTypes> {
      refusalRecording: AuditPlugin<Types>;
    }
  }
}
