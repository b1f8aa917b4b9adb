/** The names of all strategies, in the order in which lists of them are returned. */
export const strategyNames = ['AUTHENTICATOR_APP', 'WEBAUTHN_PLATFORM', 'WEBAUTHN_CROSS_PLATFORM', 'SMS', 'EMAIL_CODE'] as const;
/** One of `strategyNames`. */
export type StrategyName = (typeof strategyNames)[number];

/** The two WebAuthn strategies: for authenticators built into a device, and for those carried from device to device. */
export const webAuthnStrategies = ['WEBAUTHN_PLATFORM', 'WEBAUTHN_CROSS_PLATFORM'] as const satisfies readonly StrategyName[];
/** One of `webAuthnStrategies`. */
export type WebAuthnStrategy = (typeof webAuthnStrategies)[number];
/** Tells whether the strategy is one of the two WebAuthn strategies. */
export const isWebAuthn = (strategy: StrategyName): strategy is WebAuthnStrategy =>
  (webAuthnStrategies as readonly StrategyName[]).includes(strategy);

/**
 * The strategies whose code goes over a channel that others can take over: a phone number is moved to another card, a mailbox is opened by a
 * password (NIST SP 800-63B-4 §3.1.3). Whoever has these alone is listed as having only weak factors.
 */
export const weakStrategies = ['SMS', 'EMAIL_CODE'] as const satisfies readonly StrategyName[];

/** Returns the kind that limits count a strategy as. Both WebAuthn strategies are one kind, because the same check serves both. */
export const factorKind = (strategy: StrategyName): string => (isWebAuthn(strategy) ? 'WEBAUTHN' : strategy);
