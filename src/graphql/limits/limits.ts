import { maxAliasesPlugin } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthPlugin } from '@escape.tech/graphql-armor-max-depth';
import { maxDirectivesPlugin } from '@escape.tech/graphql-armor-max-directives';
import { maxTokensPlugin } from '@escape.tech/graphql-armor-max-tokens';
import type { ComplexityErrorKind } from '@pothos/plugin-complexity';
import type { GraphQLError, ValidationContext } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { badRequest } from '../builder/bad-request.ts';
import { oneCredentialCheck } from './single-credential.ts';

/** What one document may ask for. A document beyond a limit is refused before any resolver runs. */
export const limits = {
  depth: 8,
  tokens: 500,
  aliases: 5,
  directives: 10,
  /** Cost of all fields: one each, and those of a list `listFactor` times. Some mutations cost more; see `checksCredential`. */
  complexity: 1500,
  listFactor: 10,
} as const;

const refusal = (what: string): GraphQLError => badRequest(`The document ${what}.`);

/** Makes the error of the complexity plugin. Its check of the depth is a second lock: the validation rule refuses first. */
export const complexityError = (kind: ComplexityErrorKind | string): GraphQLError =>
  kind === 'Depth' ? refusal(`is more than ${limits.depth} levels deep`) : refusal(`costs more than ${limits.complexity}; ask for less at once`);

/** Returns the plugins that limit the syntax of a document. The complexity plugin of the schema counts the cost of fields. */
export function limitPlugins(): Plugin[] {
  const reporting = (what: string) => ({
    propagateOnRejection: false,
    onReject: [(context: ValidationContext | null) => context?.reportError(refusal(what))],
  });
  // The parser must stop at once, because thousands of nested braces exhaust the stack, and it has no context to report to.
  const stopParsing = () => {
    throw refusal(`has more than ${limits.tokens} tokens`);
  };
  return [
    maxTokensPlugin({ n: limits.tokens, onReject: [stopParsing] }),
    maxDepthPlugin({ n: limits.depth, flattenFragments: true, ...reporting(`is more than ${limits.depth} levels deep`) }),
    maxAliasesPlugin({ n: limits.aliases, allowList: [], ...reporting(`has more than ${limits.aliases} aliases`) }),
    maxDirectivesPlugin({ n: limits.directives, ...reporting(`has more than ${limits.directives} directives`) }),
    { onValidate: ({ addValidationRule }) => addValidationRule(oneCredentialCheck) },
  ];
}
