import type { Client } from '@urql/core';
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { TokensFragment } from '../documents.ts';

/** The permissions that pages depend on, by the names that roles have for them. */
export const permissions = {
  readPolicy: 'fe.secure.read.securityPolicy',
  writePolicy: 'fe.secure.write.securityPolicy',
  readUsers: 'fe.secure.read.users',
  readAudits: 'fe.secure.read.audits',
} as const;

/** Who is signed in, and what they may do. The server decides on everything; this only tells what is worth showing. */
export interface Operator {
  kind: 'ENVIRONMENT' | 'USER';
  name: string;
  /** The tenant of a user's session, which is all that it sees. Null for the environment. */
  tenantId: string | null;
  tenantName: string | null;
  may(permission: string): boolean;
  /** Sends GraphQL with the tokens of this operator, and renews them. */
  client: Client;
  /** Goes on with the session that a new proof of the second factor has opened. */
  continueWith(session: TokensFragment): void;
  signOut(): Promise<void>;
}

/** The context that holds the operator of all pages. */
export const OperatorContext = createContext<Operator | null>(null);

/** Returns the operator. Pages are shown only to one. */
export function useOperator(): Operator {
  const operator = useContext(OperatorContext);
  if (operator === null) throw new Error('nobody is signed in');
  return operator;
}

/** Tells whether one of the granted permissions includes the wanted one. A granted one that ends in `.*` includes all below it. */
export const includesPermission = (granted: readonly string[], wanted: string): boolean =>
  granted.some((one) => one === wanted || (one.endsWith('.*') && wanted.startsWith(one.slice(0, -1))));
