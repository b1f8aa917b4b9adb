import type { TokensFragment } from '../documents.ts';
import { ViewerDocument } from '../documents.ts';
import { failureText } from '../parts/failure.ts';
import { holdTokens } from './client.ts';
import type { Operator } from './operator.ts';
import { includesPermission } from './operator.ts';

/** Called when nobody is signed in any more. */
export type OnEnd = (reason: 'EXPIRED' | 'SIGNED_OUT') => void;

/** Returns the operator who signed in with the credentials of the environment. */
export function environmentOperator(token: { accessToken: string; expiresInSeconds: number }, onEnd: OnEnd): Operator {
  const { client, continueWith, signOut } = holdTokens({ kind: 'ENVIRONMENT', ...token }, () => onEnd('EXPIRED'));
  return {
    kind: 'ENVIRONMENT',
    name: 'Environment',
    tenantId: null,
    tenantName: null,
    may: () => true,
    client,
    continueWith,
    signOut: () => signOut().finally(() => onEnd('SIGNED_OUT')),
  };
}

/** Returns the operator whose session this is, with the permissions of the roles held in its tenant, or the reason why there is none. */
export async function userOperator(session: TokensFragment, onEnd: OnEnd): Promise<Operator | { problem: string }> {
  const { client, continueWith, signOut } = holdTokens({ kind: 'USER', ...session }, () => onEnd('EXPIRED'));
  const { data, error } = await client.query(ViewerDocument, {}).toPromise();
  if (error !== undefined) return { problem: failureText(error) };
  const viewer = data?.viewer;
  if (viewer == null) return { problem: 'The server does not know who you are. Sign in again.' };
  const membership = viewer.memberships.find(({ tenant }) => tenant?.id === session.tenantId);
  const granted = membership?.permissions ?? [];
  return {
    kind: 'USER',
    name: viewer.name,
    // The session names the tenant by its global id, and pages by the id that people know.
    tenantId: membership?.tenant?.restId ?? session.tenantId,
    tenantName: membership?.tenant?.name ?? null,
    may: (permission) => includesPermission(granted, permission),
    client,
    continueWith,
    signOut: () => signOut().finally(() => onEnd('SIGNED_OUT')),
  };
}
