/**
 * The groups of operations, each with what it is about, in the order in which README lists them. The tag of every route is one of them.
 */
export const groups: Readonly<Record<string, string>> = {
  Login: 'First factors, refresh and log-out',
  MFA: 'Enrolling and verifying a second factor at login, step-up and recovery',
  'Self-service': 'Adding and removing second factors after login',
  'MFA policy': 'Who needs a second factor, in the environment and in each tenant',
  'MFA strategies': 'Which second factors are offered',
  'MFA configuration': 'Names that authenticator apps show, and lifetimes of codes',
  'Lockout policy': 'How many wrong passwords lock a user',
  Environment: 'Core settings, the credentials of the environment, and keys',
  'Hosted login': 'Whether people sign in on pages of this server, where these may send browsers, and how they look',
  Tenants: 'The customers of the environment',
  Users: 'Users, their profile, e-mail addresses, usernames, memberships, roles, activation and passwords',
  Invitations: 'Bringing people into tenants, and the links they get by mail',
  Roles: 'Roles of the environment and of tenants',
  Permissions: 'Permissions and their categories',
  'API tokens': 'Credentials and tokens by which programs act for a tenant or for a user',
  Applications: 'The one application of the environment, for clients that expect several',
  'Login box': 'What an embedded login page asks for before anybody has logged in',
  Portal: 'What the pages for administrators of a tenant ask for when they open',
  Audits: 'Reading the audit trail',
  'Social login': 'Logging in by Google, GitHub and others',
  'User pools': 'Letting another system check passwords',
  'Sub-tenants': 'Tenants below other tenants, and moving tenants between environments',
  Delegation: 'Exchanging a token for one of another user',
  Impersonation: 'Acting as another user',
};
