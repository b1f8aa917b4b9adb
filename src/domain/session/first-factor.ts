/** How a person proved the first factor. */
export const firstFactors = ['PASSWORD', 'EMAIL_CODE', 'ENTERPRISE_SSO'] as const;
export type FirstFactor = (typeof firstFactors)[number];
