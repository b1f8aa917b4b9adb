import type { Caller } from '../access/actor.ts';
import type { PasswordOwner } from './faults.ts';

/** A password that somebody wants to set. */
export interface NewPassword {
  password: string;
  /** The input field that the password came in, for the issues. `password` unless it is said. */
  field?: string;
  owner: PasswordOwner;
  /** Null if the user does not exist yet, and has no earlier password. */
  userId: string | null;
  /** The tenants whose policies count besides that of the environment. Null are those that the user can enter. */
  tenantIds: readonly string[] | null;
}

/** The one way from a new password to a hash that may be stored. */
export interface NewPasswords {
  /**
   * Returns the hash of a password that the policies, the lists and the history allow. It takes as long as a few hashes, so it comes before
   * the transaction, and inside `Passwords.admit`. Errors: `INVALID_INPUT` with an issue for each fault.
   */
  accept(caller: Caller, wanted: NewPassword): Promise<string>;
}
