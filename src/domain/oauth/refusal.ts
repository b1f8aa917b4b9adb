import { DomainError } from '../errors.ts';

/** The reasons for which requests of applications are refused (RFC 6749 §4.1.2.1 and §5.2, OpenID Connect Core §3.1.2.6). */
export type OAuthReason =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'unsupported_grant_type'
  | 'unsupported_response_type'
  | 'request_not_supported'
  | 'request_uri_not_supported'
  | 'registration_not_supported'
  | 'access_denied'
  | 'login_required'
  | 'interaction_required';

/** A refusal in the words of OAuth. `description` is one of our own texts and quotes nothing of the request. */
export class OAuthRefusal extends DomainError {
  readonly reason: OAuthReason;
  readonly description: string;
  constructor(reason: OAuthReason, description: string) {
    super('AUTHORIZATION_REFUSED');
    this.reason = reason;
    this.description = description;
    this.about({ reason });
  }
}

/** Refuses what no service has looked at, so that the audit trail keeps nothing of it. */
export function refuseRequest(description: string, reason: OAuthReason = 'invalid_request'): never {
  throw new OAuthRefusal(reason, description).unrecorded();
}
