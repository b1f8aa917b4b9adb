import { refused } from './refused.ts';

/** Serves `POST /impersonation/v1`. It would open a session of a user without the factors of that user. */
export const impersonate = refused('Impersonation', {
  ...{ method: 'POST', url: '/impersonation/v1', access: 'signedIn', operationId: 'impersonate', tag: 'Impersonation' },
  summary: 'Act as another user; refused',
});

/** Serves `POST /users/v1/signUp/phoneNumber`. */
export const signUpByPhone = refused('Sign-up by phone number', {
  ...{ method: 'POST', url: '/users/v1/signUp/phoneNumber', access: 'public', operationId: 'signUpByPhone', tag: 'Users' },
  summary: 'Sign up by a phone number; refused',
});
