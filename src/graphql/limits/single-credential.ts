import type { ValidationRule } from 'graphql';
import { badRequest } from '../builder/bad-request.ts';

/**
 * Options of every mutation that checks a password, a secret or a code: guesses must come one a request, or the counters
 * of addresses and attempts see one where many were made. The cost alone forbids two in an operation.
 */
export const checksCredential = { complexity: 1000, extensions: { credential: true } } as const;

/** Refuses a whole document with a second such field anywhere in it, run or not, whatever directives say. */
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
