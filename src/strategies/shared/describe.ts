import type { Authenticator } from '../../domain/authenticator/authenticator.ts';
import type { PublicAuthenticator } from '../../domain/authenticator/strategy.ts';

/**
 * Returns what a client may see of an authenticator. Every field is listed here, so that a field added to the record
 * later does not reach clients unnoticed.
 */
export const describeByName = ({ id, strategy, name, createdAt, lastUsedAt }: Authenticator): PublicAuthenticator => ({
  id,
  strategy,
  label: name,
  createdAt,
  lastUsedAt,
});
