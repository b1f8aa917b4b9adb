import type { KeyPair } from '../ports.ts';

/** The ids and keys that identify this environment in tokens. They do not change while the process runs. */
export interface Identity {
  environmentId: string;
  clientId: string;
  signingKey: KeyPair;
  /** The current key first, then older keys whose tokens may not have expired yet. */
  publicKeys: Record<string, string>[];
}
