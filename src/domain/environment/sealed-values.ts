/** A value that was sealed with a master key, at its place in the database. */
export interface SealedValue {
  table: string;
  column: string;
  row: string;
  sealed: Uint8Array;
}

/** How many values of a table name a master key. */
export interface KeyUse {
  /** Id of the master key. */
  keyId: string;
  table: string;
  count: number;
}

/** Reads and replaces sealed values of all tables, without knowing what they mean. */
export interface SealedValueRepository {
  /** Names of the tables that hold sealed values. */
  readonly tables: readonly string[];
  /** Returns up to `limit` values of the table that are not sealed with the key `keyId`, in the order of their rows after `after`. */
  notSealedWith(keyId: string, table: string, after: string, limit: number): Promise<SealedValue[]>;
  /** Replaces a value if it is still the same. False if it was changed or removed in the meantime. */
  replace(value: SealedValue, resealed: Uint8Array): Promise<boolean>;
  /** Returns how many values are sealed with each key. */
  usesOfSealing(): Promise<KeyUse[]>;
  /** Returns how many password hashes and digests were made with each key. These cannot be made anew, because nobody knows what they are of. */
  usesOfDigests(): Promise<KeyUse[]>;
}

/** The keys of a former master key by which its digests and passwords are still checked. They are sealed with the current one. */
export interface RetainedKey {
  /** Id of the former master key. */
  id: string;
  sealed: Uint8Array;
  createdAt: Date;
}

/** Stores retained keys. */
export interface RetainedKeyRepository {
  list(): Promise<RetainedKey[]>;
  /** Adds the key. Does nothing if it is there already. */
  add(key: RetainedKey): Promise<void>;
}
