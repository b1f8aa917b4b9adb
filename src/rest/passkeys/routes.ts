import type { RestRoute } from '../route.ts';
import { passkeyBegin, passkeyDevices, passkeyRegister, passkeyRemove } from './devices.ts';
import { passkeyPostlogin, passkeyPrelogin } from './login.ts';

/** The operations of this folder under the prefixes of the identity service. */
export const passkeysRoutes: readonly RestRoute[] = [passkeyDevices, passkeyBegin, passkeyRegister, passkeyRemove, passkeyPrelogin, passkeyPostlogin];
