/** The five ways to prove a second factor, in the order every list of them is given. */
export const strategyNames = ['AUTHENTICATOR_APP', 'WEBAUTHN_PLATFORM', 'WEBAUTHN_CROSS_PLATFORM', 'SMS', 'EMAIL_CODE'] as const;
export type StrategyName = (typeof strategyNames)[number];

/** The two kinds of WebAuthn authenticator: one built into a device, one carried from device to device. */
export const webAuthnStrategies = ['WEBAUTHN_PLATFORM', 'WEBAUTHN_CROSS_PLATFORM'] as const satisfies readonly StrategyName[];
export type WebAuthnStrategy = (typeof webAuthnStrategies)[number];
export const isWebAuthn = (strategy: StrategyName): strategy is WebAuthnStrategy =>
  (webAuthnStrategies as readonly StrategyName[]).includes(strategy);

/** What limits and budgets count as one: both kinds of WebAuthn authenticator are checked alike. */
export const factorKind = (strategy: StrategyName): string => (isWebAuthn(strategy) ? 'WEBAUTHN' : strategy);
