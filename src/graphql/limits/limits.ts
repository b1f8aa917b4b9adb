import { maxAliasesPlugin } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthPlugin } from '@escape.tech/graphql-armor-max-depth';
import { maxDirectivesPlugin } from '@escape.tech/graphql-armor-max-directives';
import { maxTokensPlugin } from '@escape.tech/graphql-armor-max-tokens';
import type { ComplexityErrorKind } from '@pothos/plugin-complexity';
import type { GraphQLError, ValidationContext } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { badRequest } from '../builder/bad-request.ts';
import { oneCredentialCheck } from './single-credential.ts';

/** What one document may ask for; each is refused before any resolver runs. */
export const limits = {
  depth: 8,
  tokens: 500,
  aliases: 5,
  directives: 10,
  /** Every field costs 1, a list ten times its items, a mutation that checks a credential 1000. */
  complexity: 1500,
  listFactor: 10,
} as const;

const refusal = (what: string): GraphQLError => badRequest(`The document ${what}.`);

/** For the complexity plugin. Depth is its second lock: the validation rule speaks first. */
export const complexityError = (kind: ComplexityErrorKind | string): GraphQLError =>
  kind === 'Depth' ? refusal(`is more than ${limits.depth} levels deep`) : refusal(`costs more than ${limits.complexity}; ask for less at once`);

/** Rules that count syntax; the cost of fields is counted by the schema's complexity plugin. */
export function limitPlugins(): Plugin[] {
  const reporting = (what: string) => ({
    propagateOnRejection: false,
    onReject: [(context: ValidationContext | null) => context?.reportError(refusal(what))],
  });
  // The parser has no context to report to, and it must stop: thousands of nested braces exhaust the stack.
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
