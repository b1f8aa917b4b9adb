import type { KeyPair } from '../ports.ts';

/** What identifies this environment in tokens. Fixed for the life of the process. */
export interface Identity {
  environmentId: string;
  clientId: string;
  signingKey: KeyPair;
  /** The current key first, then those whose tokens may still live. */
  publicKeys: Record<string, string>[];
}
