import { values } from './carried.ts';

/** What the tabs start with. */
export interface TabStart {
  /** The headers of a tab of the operator. */
  headers: Record<string, string>;
  /** The user that `Explain` asks about, or null if there is none yet. */
  userId: string | null;
}

/** Who a tab asks as: the operator by the environment token, a user by the access token of the last completed login, or nobody yet. */
type Sender = 'OPERATOR' | 'USER' | 'NOBODY';

interface Tab {
  sender: Sender;
  query: string;
  variables?: object;
}

/** The tabs GraphiQL opens with: the steps from the policy to a second factor that is proven again, and what the operator sees of it. */
export const tabs: readonly Tab[] = [
  {
    sender: 'OPERATOR',
    query: `# Run me: the headers below hold an environment token.
# With "frontegg-tenant-id": "acme" beside it you act in
# the tenant of the demo users.
# What an answer gives is filled into the tabs that
# need it, and nothing that you typed is replaced.
query ReadPolicy {
  mfaPolicy { enforceMfaType allowRememberMyDevice mfaDeviceExpirationSeconds updatedAt }
  effectiveMfaPolicy { enforceMfaType reason decidedBy { id } }
  tenants(first: 10) {
    nodes {
      restId
      name
      mfaPolicy { enforceMfaType }
      effectiveMfaPolicy { enforceMfaType reason }
    }
  }
}
`,
  },
  {
    sender: 'OPERATOR',
    query: `# What a change would do to the logins of everybody.
# Nothing is changed.
query Impact($input: SimulateMfaPolicyInput!) {
  simulateMfaPolicy(input: $input) {
    __typename
    ... on SimulateMfaPolicySuccess {
      impact {
        totalCount
        administratorsLockedOutCount
        neverLoggedInCount
        counts { outcome before after }
        people(first: 10) { edges { was becomes because node { email } } }
      }
    }
    ... on UserError { code message path }
  }
}
`,
    variables: {
      input: {
        change: {
          strategies: [
            { strategy: 'AUTHENTICATOR_APP', active: false },
            { strategy: 'EMAIL_CODE', active: false },
          ],
        },
      },
    },
  },
  {
    sender: 'OPERATOR',
    query: `mutation SetPolicy($input: UpsertMfaPolicyInput!) {
  upsertMfaPolicy(input: $input) {
    __typename
    ... on UpsertMfaPolicySuccess {
      created
      mfaPolicy { enforceMfaType allowRememberMyDevice mfaDeviceExpirationSeconds }
      effectiveMfaPolicy { enforceMfaType reason }
    }
    ... on InvalidInputError { issues { path message } }
    ... on UserError { code message path }
  }
}
`,
    variables: { input: { enforceMfaType: 'FORCE', allowRememberMyDevice: true, mfaDeviceExpirationSeconds: 604_800 } },
  },
  {
    sender: 'OPERATOR',
    query: `query Strategies {
  mfaStrategies { strategy active }
  mfaConfiguration {
    authenticatorApp { serviceName }
    email { tokenLifetimeSeconds sender }
  }
}
`,
  },
  {
    sender: 'OPERATOR',
    query: `# What a login of one person leads to, and why.
query Explain($userId: ID!) {
  explainMfa(userId: $userId) {
    outcome
    sentence
    steps { rule applied decisive note }
  }
}
`,
    variables: { userId: values.userId.placeholder },
  },
  {
    sender: 'NOBODY',
    query: `# Where a second factor is needed the answer is an
# MfaChallenge. The next tabs get its mfaToken.
mutation LogIn($input: LogInInput!) {
  logIn(input: $input) {
    __typename
    ... on LogInSuccess { session { accessToken expiresAt } }
    ... on MfaChallenge { mfaToken expiresAt enrolled availableStrategies rememberDeviceAllowed devices { id strategy label } }
    ... on UserError { code message }
  }
}
`,
    variables: { input: { email: 'dana@acme.example', password: 'sallyport-demo' } },
  },
  {
    sender: 'NOBODY',
    query: `# While no factor is enrolled. LogIn fills in the
# mfaToken. The QR code appears beside the answer.
mutation EnrollWithQr($input: EnrollAuthenticatorAppInput!) {
  enrollAuthenticatorApp(input: $input) {
    __typename
    ... on EnrollAuthenticatorAppSuccess { qrCode otpauthUri secret expiresAt }
    ... on UserError { code message }
  }
}
`,
    variables: { input: { mfaToken: values.mfaToken.placeholder } },
  },
  {
    sender: 'NOBODY',
    query: `# Type the code that the app shows. It completes the
# login, and Me and StepUp get the access token.
mutation VerifyEnrollment($input: VerifyAuthenticatorAppEnrollmentInput!) {
  verifyAuthenticatorAppEnrollment(input: $input) {
    __typename
    ... on VerifyAuthenticatorAppEnrollmentSuccess {
      recoveryCode
      authenticator { id label }
      session { accessToken refreshToken expiresAt }
      rememberedDevice { token lifetimeSeconds }
    }
    ... on InvalidCodeError { attemptsRemaining }
    ... on AttemptsExhaustedError { lockedUntil }
    ... on UserError { code message path }
  }
}
`,
    variables: { input: { mfaToken: values.mfaToken.placeholder, code: '000000', rememberDevice: false } },
  },
  {
    sender: 'NOBODY',
    query: `# Once enrolled, run LogIn and complete it here. A
# code works once: wait for the next one of the app.
mutation Verify($input: VerifyAuthenticatorAppInput!) {
  verifyAuthenticatorApp(input: $input) {
    __typename
    ... on VerifyAuthenticatorAppSuccess {
      session { accessToken refreshToken expiresAt }
      rememberedDevice { token lifetimeSeconds }
    }
    ... on InvalidCodeError { attemptsRemaining }
    ... on AttemptsExhaustedError { lockedUntil }
    ... on UserError { code message path }
  }
}
`,
    variables: { input: { mfaToken: values.mfaToken.placeholder, code: '000000' } },
  },
  {
    sender: 'USER',
    query: `# This tab asks as the user: its headers hold the
# access token of the login that was completed last.
query Me {
  viewer {
    email
    name
    mfaEnrolled
    authenticators { id strategy label lastUsedAt }
    recoveryCodesRemaining
  }
}
`,
  },
  {
    sender: 'USER',
    query: `# Prove the second factor again, as the user of Me.
# VerifyStepUp gets the mfaToken.
mutation StepUp($input: GenerateStepUpInput!) {
  generateStepUp(input: $input) {
    __typename
    ... on GenerateStepUpSuccess { session { accessToken expiresAt } }
    ... on StepUpChallenge { mfaToken expiresAt devices { id strategy label } }
    ... on UserError { code message }
  }
}
`,
    variables: { input: { maxAgeSeconds: 0 } },
  },
  {
    sender: 'USER',
    query: `# A code works once: wait for the next one of the
# app. Me and StepUp get the new access token.
mutation VerifyStepUp($input: VerifyAuthenticatorAppInput!) {
  verifyAuthenticatorApp(input: $input) {
    __typename
    ... on VerifyAuthenticatorAppSuccess { session { accessToken refreshToken expiresAt } }
    ... on InvalidCodeError { attemptsRemaining }
    ... on AttemptsExhaustedError { lockedUntil }
    ... on UserError { code message path }
  }
}
`,
    variables: { input: { mfaToken: values.stepUpToken.placeholder, code: '000000' } },
  },
  {
    sender: 'NOBODY',
    query: `# After LogIn, instead of an app. The code is at
# /dev/outbox. VerifyEmailCode gets the otcToken.
mutation SendEmailCode($input: SendEmailCodeInput!) {
  sendEmailCode(input: $input) {
    __typename
    ... on SendEmailCodeSuccess { otcToken expiresAt }
    ... on UserError { code message }
  }
}
`,
    variables: { input: { mfaToken: values.mfaToken.placeholder } },
  },
  {
    sender: 'NOBODY',
    query: `# Type the code of the e-mail.
mutation VerifyEmailCode($input: VerifyEmailCodeInput!) {
  verifyEmailCode(input: $input) {
    __typename
    ... on VerifyEmailCodeSuccess { session { accessToken refreshToken expiresAt } }
    ... on InvalidCodeError { attemptsRemaining }
    ... on UserError { code message path }
  }
}
`,
    variables: { input: { mfaToken: values.mfaToken.placeholder, otcToken: values.otcToken.placeholder, code: '000000' } },
  },
  {
    sender: 'NOBODY',
    query: `# For whoever has lost the phone. It removes the
# authenticator and ends the sessions. The code is
# that of VerifyEnrollment.
mutation Recover($input: RecoverMfaInput!) {
  recoverMfa(input: $input) {
    __typename
    ... on RecoverMfaSuccess { recovered }
    ... on UserError { code message }
  }
}
`,
    variables: { input: { email: 'dana@acme.example', recoveryCode: values.recoveryCode.placeholder } },
  },
  {
    sender: 'OPERATOR',
    query: `# How many people have a second factor.
query Adoption {
  mfaAdoption {
    now { users activeLast30Days enrolled enrolledOfActive phishingResistant onlyWeak recoveryReady }
    byStrategy { strategy users }
    funnel { challenged succeeded failed abandoned enrollmentsBegun enrollmentsConfirmed }
    tenants(first: 10) { nodes { tenant { name } count { users enrolled } } }
  }
}
`,
  },
  {
    sender: 'OPERATOR',
    query: `# What an operator sees of the users, and of what
# they did.
query Users {
  users(first: 10) {
    nodes {
      id
      email
      mfaEnrolled
      authenticators { id strategy label lastUsedAt }
      recoveryCodesRemaining
      rememberedDevices { name expiresAt }
    }
  }
  mfaEvents(first: 20) {
    nodes { occurredAt kind mfaStrategy reason address user { email } }
  }
}
`,
  },
];

/** Returns headers as they stand in a tab. */
export const headersText = (headers: Record<string, string>): string => JSON.stringify(headers, null, 2);

/** Returns the tabs as the page takes them, with the headers that their senders need. */
export const tabsFor = ({ headers, userId }: TabStart): { query: string; headers: string; variables?: string }[] => {
  const headersOf = { OPERATOR: headers, USER: { authorization: `Bearer ${values.accessToken.placeholder}` }, NOBODY: {} };
  return tabs.map(({ sender, query, variables }) => ({
    query,
    headers: headersText(headersOf[sender]),
    ...(variables === undefined ? {} : { variables: filled(variables, userId) }),
  }));
};

const filled = (variables: object, userId: string | null): string =>
  JSON.stringify(variables, null, 2).replace(values.userId.placeholder, () => userId ?? values.userId.placeholder);
