/**
 * The nouns, from the ground up. A folder of one of these names is the same subject on every floor, and its files import only nouns
 * that stand before it. A new noun gets a place here, one folder on each floor that needs it, and a row in CONTRIBUTING.
 */
export const nouns: readonly string[] = [
  ...[
    'access',
    'audit',
    'limits',
    'messaging',
    'session',
    'environment',
    'role',
    'directory',
    'invitation',
    'group',
    'token',
    'policy',
    'lockout',
    'password',
    'authenticator',
  ],
  ...['device', 'recovery', 'login', 'passkey', 'account', 'mfa', 'oauth', 'insight'],
];
