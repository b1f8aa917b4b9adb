/**
 * The ways to prove the first factor. A passkey whose authenticator verified its user, by a PIN or a fingerprint, proves two factors at once
 * (NIST SP 800-63B-4 §3.1.7) and is `VERIFIED_PASSKEY`. `PASSKEY` is one that proves possession alone.
 */
export const firstFactors = ['PASSWORD', 'EMAIL_CODE', 'SMS_CODE', 'ENTERPRISE_SSO', 'PASSKEY', 'VERIFIED_PASSKEY'] as const;
/** One of `firstFactors`. */
export type FirstFactor = (typeof firstFactors)[number];

/** Whether the first factor proves two factors at once, so that no second one has to follow. */
export const isMultiFactor = (firstFactor: FirstFactor): boolean => firstFactor === 'VERIFIED_PASSKEY';
