/** Ids of the built-in roles. */
export const roleIds = { admin: '0b8a4a52-6a0c-4c55-9a3e-3f0d8f6f7a01', readOnly: '0b8a4a52-6a0c-4c55-9a3e-3f0d8f6f7a02' } as const;
