import type { PublicAuthenticator } from '../../domain/authenticator/strategy.ts';
import type { Tenant as TenantRecord } from '../../domain/directory/tenant.ts';
import type { User as UserRecord } from '../../domain/directory/user.ts';
import type { MfaPolicy as Policy } from '../../domain/policy/policy.ts';
import type { EffectiveMfaPolicy as EffectivePolicy } from '../../domain/policy/resolve.ts';
import type { StrategyState } from '../../services/policy/strategies.ts';
import { builder } from './builder.ts';

/** Nouns that refer to each other. Each is filled in by the file of its name. */
export const Authenticator = builder.objectRef<PublicAuthenticator>('Authenticator');
export const EffectiveMfaPolicy = builder.objectRef<EffectivePolicy>('EffectiveMfaPolicy');
export const MfaPolicy = builder.objectRef<Policy>('MfaPolicy');
export const MfaStrategy = builder.objectRef<StrategyState>('MfaStrategy');
export const Tenant = builder.objectRef<TenantRecord>('Tenant');
export const User = builder.objectRef<UserRecord>('User');
