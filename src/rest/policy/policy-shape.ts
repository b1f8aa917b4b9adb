import { z } from 'zod';
import type { MfaPolicy, MfaPolicyFields } from '../../domain/policy/policy.ts';
import { maxDeviceExpirationSeconds } from '../../domain/policy/policy.ts';
import { given, optionalFlag } from '../validation.ts';
import { enforcementFromWire, enforcementToWire, wireEnforcements } from '../wire-names.ts';

/** Body of create, update and upsert. It sets no defaults, because they apply at creation alone. */
export const policyBody = z.object({
  enforceMFAType: z.enum(wireEnforcements).nullish(),
  allowRememberMyDevice: optionalFlag(),
  mfaDeviceExpiration: z.int().min(0).max(maxDeviceExpirationSeconds).nullish().describe('Seconds'),
});

export const policyShape = z
  .object({
    id: z.string(),
    enforceMFAType: z.enum(wireEnforcements),
    allowRememberMyDevice: z.boolean(),
    mfaDeviceExpiration: z.int().describe('Seconds'),
    createdAt: z.string(),
    updatedAt: z.string(),
  })
  .meta({ id: 'MfaPolicy', description: 'MFA policy of the environment or of a tenant' });

export function decodePolicy(body: z.output<typeof policyBody>): Partial<MfaPolicyFields> {
  const { enforceMFAType, allowRememberMyDevice, mfaDeviceExpiration } = given(body);
  return {
    ...(enforceMFAType === undefined ? {} : { enforceMfaType: enforcementFromWire(enforceMFAType) }),
    ...(allowRememberMyDevice === undefined ? {} : { allowRememberMyDevice }),
    ...(mfaDeviceExpiration === undefined ? {} : { mfaDeviceExpirationSeconds: mfaDeviceExpiration }),
  };
}

export const encodePolicy = (policy: MfaPolicy): z.input<typeof policyShape> => ({
  id: policy.id,
  enforceMFAType: enforcementToWire(policy.enforceMfaType),
  allowRememberMyDevice: policy.allowRememberMyDevice,
  mfaDeviceExpiration: policy.mfaDeviceExpirationSeconds,
  createdAt: policy.createdAt.toISOString(),
  updatedAt: policy.updatedAt.toISOString(),
});
