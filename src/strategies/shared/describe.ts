import type { Authenticator } from '../../domain/authenticator/authenticator.ts';
import type { PublicAuthenticator } from '../../domain/authenticator/strategy.ts';

/** Field by field, so that nothing added to the record later reaches a client by itself. */
export const describeByName = ({ id, strategy, name, createdAt, lastUsedAt }: Authenticator): PublicAuthenticator => ({
  id,
  strategy,
  label: name,
  createdAt,
  lastUsedAt,
});
