import type { RestRoute } from '../route.ts';
import { passwordChange } from './change.ts';
import { environmentsPasswordHistoryRead, passwordHistoryCreate, passwordHistoryRead, passwordHistoryUpdate } from './history.ts';
import { passwordPolicyRead, passwordPolicySet, passwordRulesRead } from './policy.ts';
import {
  breachedPasswordsReset,
  passwordRecoveryStrategiesRead,
  passwordResetByEmail,
  passwordResetBySms,
  passwordResetRequest,
  passwordResetSmsVerify,
  passwordResetValidate,
} from './recovery.ts';
import { environmentsPasswordRotationRead, passwordRotationRead, passwordRotationSet } from './rotation.ts';

/** The operations of this folder under the prefixes of the identity service. */
export const passwordsRoutes: readonly RestRoute[] = [
  passwordPolicySet,
  passwordPolicyRead,
  passwordRulesRead,
  passwordHistoryCreate,
  passwordHistoryUpdate,
  passwordHistoryRead,
  environmentsPasswordHistoryRead,
  passwordRotationRead,
  environmentsPasswordRotationRead,
  passwordRotationSet,
  passwordChange,
  passwordResetRequest,
  passwordResetByEmail,
  passwordResetBySms,
  passwordResetSmsVerify,
  passwordResetValidate,
  passwordRecoveryStrategiesRead,
  breachedPasswordsReset,
];
