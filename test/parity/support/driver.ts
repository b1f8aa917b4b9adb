/** What a step answered, in words both surfaces share. */
export interface Outcome {
  /** Why it was refused, in the words of REST; the other fields are then absent. */
  refused?: string;
  session?: { accessToken: string; refreshToken: string };
  /** A second factor is outstanding. */
  mfaToken?: string;
  enrolled?: boolean;
  recoveryCode?: string | null;
  /** Of a device just remembered. */
  deviceToken?: string | null;
  /** What setting up an app shows. */
  secret?: string;
  /** What a code sent has to come back with. */
  codeToken?: string;
  userId?: string;
  /** Token of a link handed out. */
  linkToken?: string;
}

/** Whose token a call carries. */
export interface Caller {
  /** A user's access token; absent: the environment's. */
  accessToken?: string;
  /** Tenant header. */
  tenantId?: string;
}

export interface PolicyFields {
  enforce?: 'DontForce' | 'Force';
  remember?: boolean;
  seconds?: number;
}

/** One way to tell the story: each method is one thing a person or an operator does, by one surface. */
export interface Driver {
  createTenant(tenantId: string): Promise<Outcome>;
  /** Creates the user, or lets a known one join. */
  createUser(user: { email: string; tenantId: string; password?: string }): Promise<Outcome>;
  verifyUser(userId: string): Promise<Outcome>;
  lockUser(userId: string): Promise<Outcome>;
  unlockUser(userId: string): Promise<Outcome>;
  resetUser(userId: string): Promise<Outcome>;
  activationLink(userId: string): Promise<Outcome>;
  activate(link: { userId: string; token: string; password: string }): Promise<Outcome>;
  requestPasswordReset(email: string): Promise<Outcome>;
  resetPassword(reset: { userId: string; token: string; password: string }): Promise<Outcome>;

  allowEmailCodeLogin(): Promise<Outcome>;
  setServiceName(serviceName: string): Promise<Outcome>;
  createPolicy(caller: Caller, fields: PolicyFields): Promise<Outcome>;
  updatePolicy(caller: Caller, fields: PolicyFields): Promise<Outcome>;
  upsertPolicy(caller: Caller, fields: PolicyFields): Promise<Outcome>;
  setStrategy(caller: Caller, strategy: 'EmailCode' | 'AuthenticatorApp', active: boolean): Promise<Outcome>;
  createLockoutPolicy(fields: { enabled: boolean; maxAttempts: number }): Promise<Outcome>;
  updateLockoutPolicy(fields: { enabled: boolean; maxAttempts: number }): Promise<Outcome>;

  logIn(login: { email: string; password: string; deviceToken?: string }): Promise<Outcome>;
  /** A login that leads to enrollment, up to the secret. */
  logInToEnroll(login: { email: string; password: string }): Promise<Outcome>;
  confirmEnrollment(code: { mfaToken: string; code: string; remember?: boolean }): Promise<Outcome>;
  verifyApp(code: { mfaToken: string; code: string; remember?: boolean; deviceId?: string }): Promise<Outcome>;
  sendEmailCode(mfaToken: string): Promise<Outcome>;
  verifyEmailCode(code: { mfaToken: string; codeToken: string; code: string }): Promise<Outcome>;
  sendLoginCode(email: string): Promise<Outcome>;
  logInByCode(code: { codeToken: string; code: string }): Promise<Outcome>;
  refresh(refreshToken: string, tenantId?: string): Promise<Outcome>;
  logOut(refreshToken: string): Promise<Outcome>;
  recover(email: string, recoveryCode: string): Promise<Outcome>;

  stepUp(accessToken: string): Promise<Outcome>;
  beginApp(accessToken: string): Promise<Outcome>;
  confirmApp(accessToken: string, code: string): Promise<Outcome>;
  removeApp(accessToken: string, deviceId: string, code: string): Promise<Outcome>;
}
