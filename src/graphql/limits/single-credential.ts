import type { ValidationRule } from 'graphql';
import { badRequest } from '../builder/bad-request.ts';

/**
 * Options of every mutation that checks a password, a secret or a code. Each request may make one guess, so that the counters of
 * addresses and attempts see every guess. The cost alone already forbids two such fields in one operation.
 */
export const checksCredential = { complexity: 1000, extensions: { credential: true } } as const;

/**
 * Refuses a document with two such fields anywhere in it, whether or not they would run, because directives and variables could
 * choose between them.
 */
export const oneCredentialCheck: ValidationRule = (context) => {
  let seen = 0;
  return {
    Field(node) {
      if (context.getFieldDef()?.extensions.credential !== true) return;
      seen += 1;
      if (seen !== 2) return;
      context.reportError(badRequest('A document may check one password, secret or code; send one request for each.', { nodes: node }));
    },
  };
};
