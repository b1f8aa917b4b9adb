/** Somebody with an authenticator app and, where the system has them, recovery codes. */
export interface PeerUser {
  email: string;
  secret: string;
  recoveryCode: string | null;
}

/** A system that is compared: what it can do, in as few words as the comparison needs. */
export interface Peer {
  name: string;
  /** A user with a second factor whose present code is still unused. */
  createUser(name: string): Promise<PeerUser>;
  /** A login by password that waits for its second factor; what is answered completes it. */
  begin(user: PeerUser): Promise<{ byCode(code: string): Promise<Result>; byRecoveryCode(code: string): Promise<Result> }>;
  /** How long a login by a wrong password takes, in milliseconds. */
  wrongPassword(email: string): Promise<number>;
  /** Everything that is stored. */
  stored(): Promise<Buffer>;
  close(): Promise<void>;
}

/** What became of an answer: it was right, it was looked at and found wrong, or it was refused without a look. */
export type Result = 'accepted' | 'wrong' | 'refused';

/** The password of every user. */
export const peerPassword = 'correct horse battery';
