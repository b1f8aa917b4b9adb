import type { BasePlugin, SchemaTypes } from '@pothos/core';
import SchemaBuilder from '@pothos/core';
import { PothosComplexityPlugin } from '@pothos/plugin-complexity';
import type { GraphQLResolveInfo, OperationDefinitionNode } from 'graphql';

/**
 * The complexity plugin, which counts the cost of an operation once and not at each request. No cost depends on arguments or
 * directives, so what is within the limits always is. A verdict goes with its document when that is kept no longer.
 */
class CostPlugin<Types extends SchemaTypes> extends PothosComplexityPlugin<Types> {
  readonly #withinLimits = new WeakSet<OperationDefinitionNode>();

  override checkComplexity(context: Types['Context'], info: GraphQLResolveInfo): void {
    if (this.#withinLimits.has(info.operation)) return;
    super.checkComplexity(context, info);
    this.#withinLimits.add(info.operation);
  }
}

/** The name of the plugin in the list of the builder. */
export const costPlugin = 'cost';
// The class of the package differs from its own base class in an optional property, for which our compiler settings are stricter.
SchemaBuilder.registerPlugin(costPlugin, CostPlugin as unknown as Parameters<typeof SchemaBuilder.registerPlugin<typeof costPlugin>>[1]);

declare global {
  export namespace PothosSchemaTypes {
    export interface Plugins<Types extends SchemaTypes> {
      cost: BasePlugin<Types>;
    }
  }
}
