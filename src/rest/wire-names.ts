import type { BulkInvitationState } from '../domain/account/bulk-invitation.ts';
import type { MembershipStatus } from '../domain/directory/user.ts';
import type { PasskeyDeviceType } from '../domain/passkey/passkey.ts';
import type { MfaEnforcement } from '../domain/policy/policy.ts';
import type { StrategyName, WebAuthnStrategy } from '../domain/strategy-name.ts';

/** The words of Frontegg for our enums, in the order in which Frontegg lists them. No other file knows them. */
const enforcementNames = { DontForce: 'DONT_FORCE', Force: 'FORCE', ForceExceptSAML: 'FORCE_EXCEPT_SAML' } as const satisfies Record<
  string,
  MfaEnforcement
>;
const strategyNames = {
  AuthenticatorApp: 'AUTHENTICATOR_APP',
  WebAuthnPlatform: 'WEBAUTHN_PLATFORM',
  WebAuthnCrossPlatform: 'WEBAUTHN_CROSS_PLATFORM',
  SMS: 'SMS',
  EmailCode: 'EMAIL_CODE',
} as const satisfies Record<string, StrategyName>;

const deviceTypes = { Platform: 'WEBAUTHN_PLATFORM', CrossPlatform: 'WEBAUTHN_CROSS_PLATFORM' } as const satisfies Record<string, WebAuthnStrategy>;

const passkeyTypes = { Platform: 'PLATFORM', CrossPlatform: 'CROSS_PLATFORM' } as const satisfies Record<WireDeviceType, PasskeyDeviceType>;

const membershipStatuses = {
  NotActivated: 'NOT_ACTIVATED',
  PendingInvitation: 'PENDING_INVITATION',
  PendingLogin: 'PENDING_LOGIN',
  Activated: 'ACTIVATED',
} as const satisfies Record<string, MembershipStatus>;

const bulkStates = {
  NotStarted: 'NOT_STARTED',
  InProgress: 'IN_PROGRESS',
  Completed: 'COMPLETED',
  CompletedWithErrors: 'COMPLETED_WITH_ERRORS',
} as const satisfies Record<string, BulkInvitationState>;

/** The word of Frontegg for an enforcement. */
export type WireEnforcement = keyof typeof enforcementNames;
/** The word of Frontegg for a strategy. */
export type WireStrategy = keyof typeof strategyNames;
/** The word of Frontegg for a kind of WebAuthn authenticator. */
export type WireDeviceType = keyof typeof deviceTypes;
/** The word of Frontegg for how far a user has come in a tenant. */
export type WireMembershipStatus = keyof typeof membershipStatuses;

/** All enforcements in the words of Frontegg. */
export const wireEnforcements = Object.keys(enforcementNames) as [WireEnforcement, ...WireEnforcement[]];
/** All strategies in the words of Frontegg. */
export const wireStrategies = Object.keys(strategyNames) as [WireStrategy, ...WireStrategy[]];

/** Both kinds of WebAuthn authenticator in the words of Frontegg. */
export const wireDeviceTypes = Object.keys(deviceTypes) as [WireDeviceType, ...WireDeviceType[]];

/** How far a user can have come in a tenant, in the words of Frontegg. */
export const wireMembershipStatuses = Object.keys(membershipStatuses) as [WireMembershipStatus, ...WireMembershipStatus[]];

/** How far work for many people can be, in the words of Frontegg. */
export const wireBulkStates = Object.keys(bulkStates) as [keyof typeof bulkStates, ...(keyof typeof bulkStates)[]];

/** Returns our word for an enforcement. */
export const enforcementFromWire = (name: WireEnforcement): MfaEnforcement => enforcementNames[name];
/** Returns our word for a strategy. */
export const strategyFromWire = (name: WireStrategy): StrategyName => strategyNames[name];
/** Returns our word for a kind of WebAuthn authenticator. */
export const deviceTypeFromWire = (name: WireDeviceType): WebAuthnStrategy => deviceTypes[name];

const inverse = <Wire extends string, Own extends string>(names: Record<Wire, Own>): Record<Own, Wire> =>
  Object.fromEntries(Object.entries(names).map(([wire, own]) => [own, wire])) as Record<Own, Wire>;

const enforcementsToWire: Record<MfaEnforcement, WireEnforcement> = inverse(enforcementNames);
const strategiesToWire: Record<StrategyName, WireStrategy> = inverse(strategyNames);
const passkeyTypesToWire: Record<PasskeyDeviceType, WireDeviceType> = inverse(passkeyTypes);
const deviceTypesToWire: Record<WebAuthnStrategy, WireDeviceType> = inverse(deviceTypes);
const membershipStatusesToWire: Record<MembershipStatus, WireMembershipStatus> = inverse(membershipStatuses);
/** Returns the word of Frontegg for how far a user has come in a tenant. */
export const membershipStatusToWire = (status: MembershipStatus): WireMembershipStatus => membershipStatusesToWire[status];
const bulkStatesToWire: Record<BulkInvitationState, keyof typeof bulkStates> = inverse(bulkStates);
/** Returns the word of Frontegg for how far work for many people is. */
export const bulkStateToWire = (state: BulkInvitationState): keyof typeof bulkStates => bulkStatesToWire[state];
/** Returns the word of Frontegg for an enforcement. */
export const enforcementToWire = (name: MfaEnforcement): WireEnforcement => enforcementsToWire[name];
/** Returns the word of Frontegg for a strategy. */
export const strategyToWire = (name: StrategyName): WireStrategy => strategiesToWire[name];
/** Returns the word of Frontegg for a kind of WebAuthn authenticator. */
export const deviceTypeToWire = (name: WebAuthnStrategy): WireDeviceType => deviceTypesToWire[name];

/** Returns our word for where the authenticator of a passkey is. */
export const passkeyTypeFromWire = (name: WireDeviceType): PasskeyDeviceType => passkeyTypes[name];
/** Returns the word of Frontegg for where the authenticator of a passkey is. */
export const passkeyTypeToWire = (type: PasskeyDeviceType): WireDeviceType => passkeyTypesToWire[type];
