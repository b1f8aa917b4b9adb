import { recoveryCode } from '../views/recovery-code.tsx';
import { pageOf } from './send.ts';
import type { StepPage } from './step-page.ts';
import { formOf } from './visit.ts';

/** The page that shows the recovery code of a first enrollment, once. */
export const recoveryCodePage: StepPage = {
  step: 'RECOVERY_CODE',
  async show(visit, needs) {
    const { reply, caller, handle, token } = visit;
    const taken = await needs.services.interactions.takeRecoveryCode(caller, { token });
    if (taken.token !== token) needs.interactionCookies.advance(reply, handle, taken.token);
    return pageOf(recoveryCode, { form: formOf(visit), code: taken.recoveryCode });
  },
  async act({ request, caller, token }, fields, needs) {
    if (!fields.has('saved') && !fields.has('shown')) return { kind: 'SAME', flash: { problem: { code: 'NOT_SAVED' } } };
    return needs.services.interactions.saved(caller, { token, deviceToken: needs.cookies.deviceToken(request) });
  },
};
