import type { RestRoute } from '../route.ts';
import { absent, refused } from './refused.ts';

const route = { access: 'environment', tag: 'Social login' } as const;
const feature = 'Social login';

/**
 * The routes that would set up logins by Google, GitHub and others.
 * The lists of them are in `boot/public-sso.ts`, because the login box asks for them.
 */
export const socialLoginRoutes: readonly RestRoute[] = [
  absent(feature, {
    ...{ ...route, access: 'public', method: 'GET', url: '/sso/v2/:provider', operationId: 'readSocialLogin' },
    summary: 'Read one social login; always 404, because there are none',
  }),
  refused(feature, { ...route, method: 'POST', url: '/sso/v2', operationId: 'createSocialLogin', summary: 'Set up a social login; refused' }),
  refused(feature, {
    ...route,
    method: 'POST',
    url: '/sso/v2/:provider/activate',
    operationId: 'activateSocialLogin',
    summary: 'Switch a social login on; refused',
  }),
  refused(feature, {
    ...route,
    method: 'POST',
    url: '/sso/v2/:provider/deactivate',
    operationId: 'deactivateSocialLogin',
    summary: 'Switch a social login off; refused',
  }),
  refused(feature, {
    ...route,
    method: 'POST',
    url: '/sso/custom/v1',
    operationId: 'createCustomSocialLogin',
    summary: 'Set up a custom social login; refused',
  }),
  refused(feature, {
    ...route,
    method: 'PATCH',
    url: '/sso/custom/v1/:id',
    operationId: 'updateCustomSocialLogin',
    summary: 'Change a custom social login; refused',
  }),
  refused(feature, {
    ...route,
    method: 'DELETE',
    url: '/sso/custom/v1/:id',
    operationId: 'deleteCustomSocialLogin',
    summary: 'Remove a custom social login; refused',
  }),
];
