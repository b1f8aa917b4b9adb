import type { Answer } from '../../trust/support/http.ts';

/** A user with an authenticator app. */
export interface SecondFactorUser {
  email: string;
  secret: string;
}

/** A server whose logins by password and authenticator app are measured. */
export interface SecondFactorServer {
  name: string;
  createUser(name: string): Promise<SecondFactorUser>;
  /** Logs in by the password, which took so long, and returns what completes the login. */
  begin(user: SecondFactorUser): Promise<{ milliseconds: number; verify(code: string): Promise<Answer> }>;
  stop(): Promise<void>;
}
