import type { RestRoute } from '../route.ts';
import { captchaPolicyCreate, captchaPolicyRead, captchaPolicyUpdate, publicCaptchaPolicyRead } from './captcha-policy.ts';
import { basicConfigurationRead } from './configuration-basic.ts';
import { configurationRead } from './configuration-read.ts';
import { configurationSet } from './configuration-set.ts';
import { jwks } from './jwks.ts';
import { masterKeysRead, signingKeyRotate, signingKeysRead } from './keys.ts';
import { mfaConfigurationRead, mfaConfigurationSet } from './mfa-configuration.ts';
import { secretAdd, secretRetire, secretsRead } from './secrets.ts';
import { vendorLogin } from './vendor-login.ts';

/** The operations of this folder under the prefixes of the identity service. */
export const environmentRoutes: readonly RestRoute[] = [
  mfaConfigurationRead,
  mfaConfigurationSet,
  configurationRead,
  configurationSet,
  basicConfigurationRead,
  captchaPolicyCreate,
  captchaPolicyUpdate,
  captchaPolicyRead,
  publicCaptchaPolicyRead,
  secretsRead,
  secretAdd,
  secretRetire,
  signingKeysRead,
  signingKeyRotate,
  masterKeysRead,
];

/** The operations of this folder with a path of their own. */
export const environmentRoutesOfTheirOwnPath: readonly RestRoute[] = [vendorLogin, jwks];
