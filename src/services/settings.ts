import type { RelyingParty } from '../domain/environment/relying-party.ts';
import type { TextLimits } from './limits/text-messages.ts';
import type { OauthSettings } from './oauth/wiring.ts';

/** Settings that no operator changes while the server runs. */
export interface ServiceSettings {
  /** URL clients reach the server by, without a slash at its end. */
  publicUrl: string;
  /** URL below which the pages are that links in messages lead to, without a slash at its end. */
  linkUrl: string;
  relyingParty: RelyingParty;
  /** Whether sensitive operations need a recent second factor over REST as well. */
  strictStepUp: boolean;
  /** Whether a passkey counts as one factor even if it verified its user. */
  strictPasskeys: boolean;
  /** How many texts a client address and a tenant may cause. */
  textLimits: TextLimits;
  auditRetentionDays: number;
  /** Wrong passwords in a row that one client may send for one account before it has to wait. */
  freePasswordFailures: number;
  hostedLogin: OauthSettings;
}
