interface Tab {
  query: string;
  variables?: string;
}

const tab = (query: string, input?: object): Tab => (input === undefined ? { query } : { query, variables: JSON.stringify({ input }, null, 2) });

const pasteMfaToken = 'paste mfaToken of LogIn';

/** The tabs GraphiQL opens with: the steps from the policy to a verified second factor, for the demo users. */
export const tabs: readonly Tab[] = [
  tab(`# Run me: the headers below hold an environment token. Add
#   "frontegg-tenant-id": "acme"
# to them to act in the tenant of the demo users.
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
`),
  tab(
    `mutation SetPolicy($input: UpsertMfaPolicyInput!) {
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
    { enforceMfaType: 'FORCE', allowRememberMyDevice: true, mfaDeviceExpirationSeconds: 604_800 },
  ),
  tab(`query Strategies {
  mfaStrategies { strategy active }
  mfaConfiguration {
    authenticatorApp { serviceName }
    email { tokenLifetimeSeconds sender }
  }
}
`),
  tab(
    `# Where a second factor is needed the answer is
# an MfaChallenge: copy its mfaToken.
mutation LogIn($input: LogInInput!) {
  logIn(input: $input) {
    __typename
    ... on LogInSuccess { session { accessToken expiresAt } }
    ... on MfaChallenge { mfaToken expiresAt enrolled availableStrategies rememberDeviceAllowed devices { id strategy label } }
    ... on UserError { code message }
  }
}
`,
    { email: 'dana@acme.example', password: 'sallyport-demo' },
  ),
  tab(
    `# While no factor is enrolled.
# The QR code appears beside the answer.
mutation EnrollWithQr($input: EnrollAuthenticatorAppInput!) {
  enrollAuthenticatorApp(input: $input) {
    __typename
    ... on EnrollAuthenticatorAppSuccess { qrCode otpauthUri secret expiresAt }
    ... on UserError { code message }
  }
}
`,
    { mfaToken: pasteMfaToken },
  ),
  tab(
    `# The first code of the app completes the login.
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
    { mfaToken: pasteMfaToken, code: '000000', rememberDevice: false },
  ),
  tab(
    `# Once enrolled, every login is completed here.
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
    { mfaToken: pasteMfaToken, code: '000000' },
  ),
  tab(
    `# Without a mail server the message stands in the log
# and at /dev/outbox. Copy the otcToken.
mutation SendEmailCode($input: SendEmailCodeInput!) {
  sendEmailCode(input: $input) {
    __typename
    ... on SendEmailCodeSuccess { otcToken expiresAt }
    ... on UserError { code message }
  }
}
`,
    { mfaToken: pasteMfaToken },
  ),
  tab(
    `mutation VerifyEmailCode($input: VerifyEmailCodeInput!) {
  verifyEmailCode(input: $input) {
    __typename
    ... on VerifyEmailCodeSuccess { session { accessToken refreshToken expiresAt } }
    ... on InvalidCodeError { attemptsRemaining }
    ... on UserError { code message path }
  }
}
`,
    { mfaToken: pasteMfaToken, otcToken: 'paste otcToken of SendEmailCode', code: '000000' },
  ),
  tab(`# What an operator sees of the users, and of what they did.
query Users {
  users(first: 10) {
    nodes {
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
`),
];
