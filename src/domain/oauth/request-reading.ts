import { multiFactorAcr } from '../session/session.ts';
import type { AuthorizationRequest } from './authorization-request.ts';
import { scopes } from './authorization-request.ts';
import { mfaTokenIn } from './direct-action.ts';
import { refuseRequest } from './refusal.ts';

/** The parameters of a request, in their order and with repetitions. */
export type Parameters = readonly (readonly [name: string, value: string])[];

/** Most characters of a parameter that goes back as it came. */
const maxOpaqueCharacters = 2_048;
/** What an S256 challenge looks like: a SHA-256 hash in base64url (RFC 7636 §4.2). */
const challengePattern = /^[A-Za-z0-9_-]{43}$/;

/** Returns the value of a parameter that may stand once. Null without one, and for an empty one, which counts as left out (RFC 6749 §3.1). */
export function single(parameters: Parameters, name: string): string | null {
  const [value = '', ...others] = parameters.filter(([each]) => each === name).map(([, each]) => each);
  if (others.length > 0) refuseRequest(`The parameter ${name} stands twice.`);
  return value === '' ? null : value;
}

/** Where the answer is to go. Neither part is known to be allowed yet. */
export interface AnswerTarget {
  clientId: string;
  redirectUri: string;
}

/** Returns who asks, and where the answer is to go. What is wrong here must not be answered by a redirect (RFC 6749 §4.1.2.1). */
export function readTarget(parameters: Parameters): AnswerTarget {
  return {
    clientId: single(parameters, 'client_id') ?? refuseRequest('The parameter client_id is missing.', 'invalid_request'),
    redirectUri: single(parameters, 'redirect_uri') ?? refuseRequest('The parameter redirect_uri is missing.', 'invalid_request'),
  };
}

/** Returns the state, to send it back also with the refusal of another parameter. */
export function readState(parameters: Parameters): string | null {
  const states = parameters.filter(([name]) => name === 'state').map(([, value]) => value);
  const [state = ''] = states;
  return states.length === 1 && state !== '' && state.length <= maxOpaqueCharacters ? state : null;
}

/** Reads the rest of a request whose target is allowed. Throws `OAuthRefusal` for the first fault. Unknown parameters are ignored. */
export function readAuthorizationRequest(parameters: Parameters, target: AnswerTarget, ownOrigin: string): AuthorizationRequest {
  const names = parameters.map(([name]) => name);
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) refuseRequest('A parameter stands twice.');
  const read = (name: string): string | null => single(parameters, name);
  for (const name of ['request', 'request_uri', 'registration'] as const) {
    if (read(name) !== null) refuseRequest(`The parameter ${name} is not supported.`, `${name}_not_supported`);
  }
  const responseType = read('response_type') ?? refuseRequest('The parameter response_type is missing.');
  if (responseType !== 'code') refuseRequest('The response type has to be code.', 'unsupported_response_type');
  if ((read('response_mode') ?? 'query') !== 'query') refuseRequest('The response mode has to be query.');
  const opaque = (name: string): string | null => {
    const value = read(name);
    return value === null || value.length <= maxOpaqueCharacters ? value : refuseRequest(`The parameter ${name} is too long.`);
  };
  const directAction = read('login_direct_action');
  const mfaToken = directAction === null ? null : mfaTokenIn(directAction, ownOrigin);
  return {
    ...target,
    scope: readScope(read('scope')),
    state: opaque('state'),
    nonce: opaque('nonce'),
    codeChallenge: readChallenge(read('code_challenge'), read('code_challenge_method')),
    prompt: readPrompt(read('prompt')),
    asksForFactor: (read('acr_values') ?? '').split(' ').includes(multiFactorAcr),
    maxAgeSeconds: readMaxAge(read('max_age')),
    tenant: readTenant(read('tenantId'), read('organization')),
    loginHint: opaque('login_hint'),
    locales: opaque('ui_locales'),
    isOwn: false,
    mfaToken,
    namesOtherWay: directAction !== null && mfaToken === null,
  };
}

/** Returns the scopes that are granted. Frontegg's clients write `openId` as well. */
function readScope(scope: string | null): string {
  const asked = (scope ?? 'openid').split(' ').map((each) => (each === 'openId' ? 'openid' : each));
  return scopes.filter((each) => asked.includes(each)).join(' ') || 'openid';
}

function readChallenge(challenge: string | null, method: string | null): string | null {
  if (method !== null && method !== 'S256') refuseRequest('The method of the code challenge has to be S256.');
  if (challenge === null) return method === null ? null : refuseRequest('The code challenge is missing.');
  return challengePattern.test(challenge) ? challenge : refuseRequest('The code challenge has to be a SHA-256 hash in base64url.');
}

function readPrompt(prompt: string | null): AuthorizationRequest['prompt'] {
  const asked = (prompt ?? '').split(' ').filter((each) => each !== '');
  if (asked.includes('none')) return asked.length === 1 ? 'NONE' : refuseRequest('The prompt none stands alone.');
  return asked.includes('login') ? 'LOGIN' : null;
}

/** Returns the age in whole seconds. Some clients write a fraction of zero. */
function readMaxAge(maxAge: string | null): number | null {
  if (maxAge === null) return null;
  if (!/^\d{1,9}(\.0+)?$/.test(maxAge)) refuseRequest('The parameter max_age has to be a number of seconds.');
  return Number(maxAge);
}

/** Returns the tenant by the one name or by both, if they are alike. */
function readTenant(tenantId: string | null, organization: string | null): string | null {
  if (tenantId !== null && organization !== null && tenantId !== organization)
    refuseRequest('The parameters tenantId and organization name two tenants.');
  return tenantId ?? organization;
}
