import { restErrors } from '../../../src/rest/errors.ts';
import { identity } from '../builders.ts';
import type { Harness, Request } from '../harness.ts';
import { clientId } from '../harness.ts';
import type { Caller, Outcome } from './driver.ts';

const bare = clientId.replaceAll('-', '');
export const cookies = {
  refresh: `fe_refresh_${clientId.replace('-', '')}`,
  device: `fe_device_${bare}`,
  code: `fe_code_${bare}`,
  passkey: `fe_webauthn_${bare}`,
};

/** What REST words in two ways by operation, as the contract documents, or by field; GraphQL has one code. */
const sameRefusal: Readonly<Record<string, string>> = {
  'Security policy not found': restErrors.POLICY_NOT_FOUND.text,
  'phoneNumber must be a valid phone number': restErrors.INVALID_INPUT.text,
};

type Method = NonNullable<Request['method']>;

export type RestCalls = ReturnType<typeof restCalls>;

/** Calls of REST, and their answers in the words of the story. */
export function restCalls(harness: Harness) {
  const send = async (method: Method, path: string, body?: object, more: Partial<Request> = {}): Promise<Outcome> => {
    const url = path.startsWith('/tenants/resources/') ? path : `${identity}${path}`;
    const answer = await harness.send({ method, url, ...(body === undefined ? {} : { body }), ...more });
    const told = answer.body === '' ? {} : answer.json();
    if (answer.statusCode >= 400) return { refused: sameRefusal[told.errors[0]] ?? told.errors[0] };
    const cookie = (name: string): string | null => answer.cookies.find((one) => one.name === name)?.value || null;
    return {
      ...(told.accessToken === undefined ? {} : { session: { accessToken: told.accessToken, refreshToken: told.refreshToken } }),
      ...(told.accessToken === undefined ? {} : { deviceToken: cookie(cookies.device), recoveryCode: told.recoveryCode ?? null }),
      ...(told.mfaToken === undefined ? {} : { mfaToken: told.mfaToken, enrolled: told.mfaEnrolled }),
      ...(told.secret === undefined ? {} : { secret: told.secret }),
      ...(told.otcToken === undefined ? {} : { codeToken: told.otcToken }),
      ...(cookie(cookies.code) === null ? {} : { codeToken: String(cookie(cookies.code)) }),
      ...(told.webauthnToken === undefined ? {} : { codeToken: told.webauthnToken }),
      ...(cookie(cookies.passkey) === null ? {} : { codeToken: String(cookie(cookies.passkey)) }),
      ...(told.options === undefined ? {} : { options: told.options }),
      ...(told.id === undefined ? {} : { userId: told.id }),
      ...(told.token === undefined ? {} : { linkToken: told.token }),
    };
  };
  const headersOf = async ({ accessToken, tenantId }: Caller): Promise<Record<string, string>> => ({
    authorization: `Bearer ${accessToken ?? (await harness.environmentToken())}`,
    ...(tenantId === undefined ? {} : { 'frontegg-tenant-id': tenantId }),
  });
  const administer = async (method: Method, path: string, body?: object, caller: Caller = {}): Promise<Outcome> =>
    send(method, path, body, { headers: await headersOf(caller) });
  const silent = async (outcome: Promise<Outcome>): Promise<Outcome> => {
    const { refused } = await outcome;
    return refused === undefined ? {} : { refused };
  };

  return { send, administer, silent };
}
