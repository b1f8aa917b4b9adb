import type { HTTPMethods } from 'fastify';
import type { RestRoute } from '../route.ts';
import { refused } from './refused.ts';

/** Declares an operation by which a client replaces a lost phone before the login. The routes of phone numbers do the same after it. */
const route = (method: HTTPMethods, path: string, operationId: string, summary: string): RestRoute =>
  refused('Changing the phone of the login', {
    ...{ method, url: `/users/v1/phone${path}`, access: 'public', operationId, tag: 'Users' },
    summary: `${summary}; refused`,
  });

/** The operations by which a client replaces a lost phone before the login. */
export const lostPhoneRoutes: readonly RestRoute[] = [
  route('POST', '', 'setPhoneAtLogin', 'Set the phone of a login'),
  route('POST', '/verify', 'verifyPhoneAtLogin', 'Verify the phone of a login'),
  route('POST', '/reset', 'resetPhoneAtLogin', 'Ask to replace the phone of a login'),
  route('POST', '/reset/verify', 'verifyPhoneResetAtLogin', 'Verify that the phone of a login may be replaced'),
  route('POST', '/change', 'changePhoneAtLogin', 'Replace the phone of a login'),
];
