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
  /** What a code sent, or the answer of a browser, has to come back with. */
  codeToken?: string;
  /** What a browser makes or proves a WebAuthn credential by. */
  options?: object;
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

export type Strategy = 'EmailCode' | 'AuthenticatorApp' | 'SMS' | 'WebAuthnCrossPlatform';

/** A code from a text message, and what it has to come back with. */
export interface TextedCode {
  codeToken: string;
  code: string;
}

/** What a browser answered. */
export interface KeyAnswer {
  codeToken: string;
  credential: object;
}

/** Phones: the first at a login, more of them in a session. */
export interface PhoneDriver {
  textToEnroll(phone: { mfaToken: string; phoneNumber: string }): Promise<Outcome>;
  enrollPhone(code: TextedCode & { mfaToken: string }): Promise<Outcome>;
  textTo(phone: { mfaToken: string; deviceId: string }): Promise<Outcome>;
  verifyText(code: TextedCode & { mfaToken: string; deviceId: string }): Promise<Outcome>;
  textToAdd(accessToken: string, phoneNumber: string): Promise<Outcome>;
  addPhone(accessToken: string, code: TextedCode): Promise<Outcome>;
  removePhone(accessToken: string, deviceId: string): Promise<Outcome>;
}

/** Security keys: the first at a login, more of them in a session. */
export interface KeyDriver {
  beginToEnrollKey(mfaToken: string): Promise<Outcome>;
  enrollKey(answer: KeyAnswer & { mfaToken: string }): Promise<Outcome>;
  beginKeyProof(key: { mfaToken: string; deviceId: string }): Promise<Outcome>;
  verifyKey(answer: KeyAnswer & { mfaToken: string; deviceId: string }): Promise<Outcome>;
  beginToAddKey(accessToken: string): Promise<Outcome>;
  addKey(accessToken: string, answer: KeyAnswer): Promise<Outcome>;
  removeKey(accessToken: string, deviceId: string): Promise<Outcome>;
}

/** A thing to put into a group. */
export interface IntoGroup {
  groupId: string;
  id: string;
}

/** What a tenant and its people have beside factors. */
export interface BelongingsDriver {
  createGroup(tenantId: string, name: string): Promise<Outcome>;
  addGroupRole(tenantId: string, role: IntoGroup): Promise<Outcome>;
  addGroupMember(tenantId: string, user: IntoGroup): Promise<Outcome>;
  createTenantToken(tenantId: string, description: string): Promise<Outcome>;
  exchangeToken(credentials: { clientId: string; secret: string }): Promise<Outcome>;
  deleteTenantToken(tenantId: string, clientId: string): Promise<Outcome>;
  allowInvitations(): Promise<Outcome>;
  createLink(tenantId: string): Promise<Outcome>;
  beginPasskey(accessToken: string): Promise<Outcome>;
  addPasskey(accessToken: string, credential: object): Promise<Outcome>;
  removePasskey(accessToken: string, id: string): Promise<Outcome>;
  beginPasskeyLogin(): Promise<Outcome>;
  logInByPasskey(answer: KeyAnswer): Promise<Outcome>;
}

/** One way to tell the story: each method is one thing a person or an operator does, by one surface. */
export interface Driver extends PhoneDriver, KeyDriver, BelongingsDriver {
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
  setStrategy(caller: Caller, strategy: Strategy, active: boolean): Promise<Outcome>;
  createLockoutPolicy(fields: { enabled: boolean; maxAttempts: number }): Promise<Outcome>;
  updateLockoutPolicy(fields: { enabled: boolean; maxAttempts: number }): Promise<Outcome>;

  logIn(login: { email: string; password: string; deviceToken?: string; invitationToken?: string }): Promise<Outcome>;
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
