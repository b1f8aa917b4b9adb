/** The ways to prove the first factor. */
export const firstFactors = ['PASSWORD', 'EMAIL_CODE', 'ENTERPRISE_SSO'] as const;
/** One of `firstFactors`. */
export type FirstFactor = (typeof firstFactors)[number];
