import type { MfaEnforcement } from '../domain/policy/policy.ts';
import type { StrategyName, WebAuthnStrategy } from '../domain/strategy-name.ts';

/** Frontegg's words for our enums, in the order Frontegg lists them. No other file knows them. */
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

export type WireEnforcement = keyof typeof enforcementNames;
export type WireStrategy = keyof typeof strategyNames;
export type WireDeviceType = keyof typeof deviceTypes;

export const wireEnforcements = Object.keys(enforcementNames) as [WireEnforcement, ...WireEnforcement[]];
export const wireStrategies = Object.keys(strategyNames) as [WireStrategy, ...WireStrategy[]];

export const wireDeviceTypes = Object.keys(deviceTypes) as [WireDeviceType, ...WireDeviceType[]];

export const enforcementFromWire = (name: WireEnforcement): MfaEnforcement => enforcementNames[name];
export const strategyFromWire = (name: WireStrategy): StrategyName => strategyNames[name];
export const deviceTypeFromWire = (name: WireDeviceType): WebAuthnStrategy => deviceTypes[name];

const inverse = <Wire extends string, Own extends string>(names: Record<Wire, Own>): Record<Own, Wire> =>
  Object.fromEntries(Object.entries(names).map(([wire, own]) => [own, wire])) as Record<Own, Wire>;

const enforcementsToWire: Record<MfaEnforcement, WireEnforcement> = inverse(enforcementNames);
const strategiesToWire: Record<StrategyName, WireStrategy> = inverse(strategyNames);
const deviceTypesToWire: Record<WebAuthnStrategy, WireDeviceType> = inverse(deviceTypes);
export const enforcementToWire = (name: MfaEnforcement): WireEnforcement => enforcementsToWire[name];
export const strategyToWire = (name: StrategyName): WireStrategy => strategiesToWire[name];
export const deviceTypeToWire = (name: WebAuthnStrategy): WireDeviceType => deviceTypesToWire[name];
