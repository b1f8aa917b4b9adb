/** Whose record the settings of passwords are about. */
export const whose = 'of the environment, or of the tenant in force';

/** Returns who may use a field, by the end of the permission's name. */
export const rights = (permission: string): string => `Requires the environment token, or a user whose roles include \`fe.secure.${permission}\``;

/** What else a user needs who changes such settings. */
export const stepUp = 'who has proven a second factor within the last five minutes if one is enrolled';

/** Returns when tenants may have a record. */
export const ofTenants = (setting: string): string => `Tenants have a record only while the setting \`${setting}\` of the environment is on.`;

/** Returns bounds in words. */
export const range = ({ min, max }: { min: number; max: number }): string => `${min} to ${max}`;

/** Returns the fields that an input gives. Null does not pass the rules of the input. */
export const given = <T extends object>(fields: T): { [K in keyof T]?: NonNullable<T[K]> } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value != null)) as { [K in keyof T]?: NonNullable<T[K]> };
