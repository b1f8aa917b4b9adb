import { z } from 'zod';
import type { MfaPolicy, MfaPolicyFields } from '../../domain/policy/policy.ts';
import { maxDeviceExpirationSeconds } from '../../domain/policy/policy.ts';
import { given, optionalFlag } from '../validation.ts';
import { enforcementFromWire, enforcementToWire, wireEnforcements } from '../wire-names.ts';

/** The body of create, update and upsert. It has no defaults, because they apply at creation only. */
export const policyBody = z.object({
  enforceMFAType: z.enum(wireEnforcements).nullish(),
  allowRememberMyDevice: optionalFlag(),
  mfaDeviceExpiration: z
    .int()
    .min(0)
    .max(maxDeviceExpirationSeconds)
    .nullish()
    .describe('How many seconds a remembered device skips the second factor.'),
});

/** An MFA policy as a client reads it. */
export const policyShape = z
  .object({
    id: z.string(),
    enforceMFAType: z.enum(wireEnforcements),
    allowRememberMyDevice: z.boolean(),
    mfaDeviceExpiration: z.int().describe('How many seconds a remembered device skips the second factor.'),
    createdAt: z.string(),
    updatedAt: z.string(),
  })
  .meta({ id: 'MfaPolicy', description: 'The MFA policy of the environment or of a tenant.' });

/** Decodes the fields that a body gives. */
export function decodePolicy(body: z.output<typeof policyBody>): Partial<MfaPolicyFields> {
  const { enforceMFAType, allowRememberMyDevice, mfaDeviceExpiration } = given(body);
  return {
    ...(enforceMFAType === undefined ? {} : { enforceMfaType: enforcementFromWire(enforceMFAType) }),
    ...(allowRememberMyDevice === undefined ? {} : { allowRememberMyDevice }),
    ...(mfaDeviceExpiration === undefined ? {} : { mfaDeviceExpirationSeconds: mfaDeviceExpiration }),
  };
}

/** Encodes an MFA policy. */
export const encodePolicy = (policy: MfaPolicy): z.input<typeof policyShape> => ({
  id: policy.id,
  enforceMFAType: enforcementToWire(policy.enforceMfaType),
  allowRememberMyDevice: policy.allowRememberMyDevice,
  mfaDeviceExpiration: policy.mfaDeviceExpirationSeconds,
  createdAt: policy.createdAt.toISOString(),
  updatedAt: policy.updatedAt.toISOString(),
});
