import type { KeyPair } from '../ports.ts';

/** The ids that identify this environment in tokens, which do not change while the process runs, and the keys of the moment. */
export interface Identity {
  environmentId: string;
  clientId: string;
  /** The key that signs now. */
  readonly signingKey: KeyPair;
  /** Public keys of all tokens that may be valid, and of the key that signs next. */
  readonly publicKeys: readonly Record<string, string>[];
}
