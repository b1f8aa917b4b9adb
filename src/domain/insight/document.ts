import { codeLifetimeBounds, maxInteger, maxSenderNameBytes } from '../bounds.ts';
import type { Environment, MfaConfiguration } from '../environment/environment.ts';
import { isIssuer, notAnIssuer } from '../environment/environment.ts';
import type { LockoutPolicy, LockoutPolicyFields } from '../lockout/lockout-policy.ts';
import { maxStoredAttempts } from '../lockout/lockout-policy.ts';
import { readMailbox } from '../messaging/mailbox.ts';
import type { MfaPolicyFields, SettingsOwner } from '../policy/policy.ts';
import { enforcements, maxDeviceExpirationSeconds } from '../policy/policy.ts';
import type { StrategyName } from '../strategy-name.ts';
import { strategyNames } from '../strategy-name.ts';
import type { SettingsRecords } from './simulation.ts';

/** A value of a setting. */
export type SettingValue = string | number | boolean;

/** What one value of a document may be. */
export interface ValueRule {
  accepts(value: unknown): value is SettingValue;
  /** What is wrong with any other value. */
  otherwise: string;
}

/** What a part of a document may hold, in the order in which it is written. */
export interface SectionRule {
  parts: Readonly<Record<string, SectionRule | ValueRule>>;
  /** Whether every part has to be there. */
  complete: boolean;
}

const flag: ValueRule = { accepts: (value): value is boolean => typeof value === 'boolean', otherwise: 'must be true or false' };
const wholeNumber = (min: number, max: number): ValueRule => ({
  accepts: (value): value is number => Number.isInteger(value) && Number(value) >= min && Number(value) <= max,
  otherwise: `must be a whole number from ${min} to ${max}`,
});
const oneOf = (names: readonly string[]): ValueRule => ({
  accepts: (value): value is string => typeof value === 'string' && names.includes(value),
  otherwise: `must be one of ${names.join(', ')}`,
});
/** A text that may be empty, which stands for the default of the server. */
const orEmpty = (accepts: (text: string) => boolean, otherwise: string): ValueRule => ({
  accepts: (value): value is string => typeof value === 'string' && (value === '' || (!value.includes('\0') && accepts(value))),
  otherwise,
});
const complete = (parts: SectionRule['parts']): SectionRule => ({ parts, complete: true });
const lifetime = wholeNumber(codeLifetimeBounds.minSeconds, codeLifetimeBounds.maxSeconds);

const sectionsOfTenants = {
  mfaPolicy: complete({
    enforceMfaType: oneOf(enforcements),
    allowRememberMyDevice: flag,
    mfaDeviceExpirationSeconds: wholeNumber(0, Math.min(maxDeviceExpirationSeconds, maxInteger)),
  }),
  mfaStrategies: { parts: Object.fromEntries(strategyNames.map((name) => [name, flag])), complete: false },
  lockoutPolicy: complete({ enabled: flag, maxAttempts: wholeNumber(1, maxStoredAttempts) }),
};
const mfaConfiguration: SectionRule = {
  parts: {
    authenticatorApp: complete({ active: flag, serviceName: orEmpty(isIssuer, notAnIssuer) }),
    sms: complete({ active: flag, tokenLifetimeSeconds: lifetime }),
    email: complete({
      ...{ active: flag, tokenLifetimeSeconds: lifetime },
      sender: orEmpty(
        (text) => readMailbox(text) !== null,
        `must be an e-mail address, or a name of at most ${maxSenderNameBytes} bytes and an address in angle brackets`,
      ),
    }),
  },
  complete: false,
};

/** What the part of a tenant, or with null that of the environment, may hold. */
export const rulesFor = (owner: SettingsOwner): SectionRule => ({
  parts: owner === null ? { ...sectionsOfTenants, mfaConfiguration } : sectionsOfTenants,
  complete: false,
});

/** The settings of one owner in a document. What is absent is left alone. */
export interface OwnerSettings {
  mfaPolicy?: MfaPolicyFields;
  mfaStrategies?: Partial<Record<StrategyName, boolean>>;
  lockoutPolicy?: LockoutPolicyFields;
  /** Of the environment alone. */
  mfaConfiguration?: Partial<MfaConfiguration>;
}

/** The settings that a document holds, by their owner. */
export type SettingsDocument = ReadonlyMap<SettingsOwner, OwnerSettings>;

/** The version of documents that this release writes and reads. */
export const documentVersion = 1;

/** Returns the owners in the order in which they are written and changed: the environment, because tenants depend on it, and then tenants by id. */
export const inOrder = (owners: Iterable<SettingsOwner>): SettingsOwner[] =>
  [...new Set(owners)].sort((one, other) => (one === other ? 0 : one === null || (other !== null && one < other) ? -1 : 1));

/** Returns the settings of the owners as a document. Owners without any are left out, and fields that are no settings as well. */
export function documentOf(
  owners: readonly SettingsOwner[],
  { policies, strategies }: SettingsRecords,
  lockoutPolicies: readonly LockoutPolicy[],
  environment: Pick<Environment, 'mfaConfiguration'> | null,
): SettingsDocument {
  const settings = new Map<SettingsOwner, OwnerSettings>(inOrder(owners).map((owner) => [owner, {}]));
  const set = (owner: SettingsOwner, part: OwnerSettings): void => void Object.assign(settings.get(owner) ?? {}, part);
  for (const { tenantId, enforceMfaType, allowRememberMyDevice, mfaDeviceExpirationSeconds } of policies) {
    set(tenantId, { mfaPolicy: { enforceMfaType, allowRememberMyDevice, mfaDeviceExpirationSeconds } });
  }
  for (const { tenantId, strategy, active } of strategies) {
    set(tenantId, { mfaStrategies: { ...settings.get(tenantId)?.mfaStrategies, [strategy]: active } });
  }
  for (const { tenantId, enabled, maxAttempts } of lockoutPolicies) set(tenantId, { lockoutPolicy: { enabled, maxAttempts } });
  if (environment !== null) set(null, { mfaConfiguration: environment.mfaConfiguration });
  return new Map([...settings].filter(([, own]) => Object.keys(own).length > 0));
}

/** A part of a document as it is written: names and values in a fixed order. */
export type Written = ReadonlyMap<string, Written | SettingValue>;

const isRule = (rule: SectionRule | ValueRule): rule is ValueRule => 'accepts' in rule;

/** Brings a part into the order of its rule. Parts that were never set are left out. */
function ordered(rule: SectionRule, part: object): Written {
  const given = new Map<string, unknown>(Object.entries(part));
  const written = new Map<string, Written | SettingValue>();
  for (const [name, inner] of Object.entries(rule.parts)) {
    const value = given.get(name);
    if (value === undefined) continue;
    if (isRule(inner)) written.set(name, value as SettingValue);
    else written.set(name, ordered(inner, value as object));
  }
  return written;
}

/** Returns the document in its canonical form, which is the same for the same settings. */
export function canonical(document: SettingsDocument): Written {
  const written = new Map<string, Written | SettingValue>([['version', documentVersion]]);
  const tenants = new Map<string, Written>();
  for (const owner of inOrder(document.keys())) {
    const part = ordered(rulesFor(owner), document.get(owner) ?? {});
    if (owner === null) written.set('environment', part);
    else tenants.set(owner, part);
  }
  if (tenants.size > 0) written.set('tenants', tenants);
  return written;
}

/** One value that a document changes. */
export interface SettingStep {
  owner: SettingsOwner;
  /** The names that lead to the value, beginning with the section. */
  path: readonly string[];
  /** Null if the setting was never made. */
  from: SettingValue | null;
  to: SettingValue;
}

/** Returns every value of a written part with the names that lead to it. */
const valuesIn = (part: Written): { path: string[]; value: SettingValue }[] =>
  [...part].flatMap(([name, value]) =>
    typeof value === 'object' ? valuesIn(value).map((inner) => ({ ...inner, path: [name, ...inner.path] })) : [{ path: [name], value }],
  );

/** Returns a text that is the same for the same settings, and for no others. Unlike the written document it takes no time to make. */
export const fingerprint = (document: SettingsDocument): string =>
  JSON.stringify(inOrder(document.keys()).map((owner) => [owner, valuesIn(ordered(rulesFor(owner), document.get(owner) ?? {}))]));

/** Returns what the document changes of the settings, in the order in which it is changed. */
export function stepsBetween(settings: SettingsDocument, document: SettingsDocument): SettingStep[] {
  return inOrder(document.keys()).flatMap((owner) => {
    const valuesOf = (side: SettingsDocument) => valuesIn(ordered(rulesFor(owner), side.get(owner) ?? {}));
    const before = new Map(valuesOf(settings).map(({ path, value }) => [path.join('.'), value]));
    return valuesOf(document).flatMap(({ path, value: to }) => {
      const from = before.get(path.join('.')) ?? null;
      return from === to ? [] : [{ owner, path, from, to }];
    });
  });
}

/** What the steps of one owner change: whole sections, and single strategies. */
export function changesOf(owner: SettingsOwner, document: SettingsDocument, steps: readonly SettingStep[]): OwnerSettings {
  const { mfaPolicy, mfaStrategies, lockoutPolicy, mfaConfiguration: configuration } = document.get(owner) ?? {};
  const own = steps.filter((step) => step.owner === owner);
  const touched = (...names: string[]): boolean => own.some(({ path }) => names.every((name, place) => path[place] === name));
  const pick = <T extends object>(section: string, part: T | undefined): Partial<T> =>
    Object.fromEntries(Object.entries(part ?? {}).filter(([name]) => touched(section, name))) as Partial<T>;
  return {
    ...(mfaPolicy !== undefined && touched('mfaPolicy') ? { mfaPolicy } : {}),
    ...(touched('mfaStrategies') ? { mfaStrategies: pick('mfaStrategies', mfaStrategies) } : {}),
    ...(lockoutPolicy !== undefined && touched('lockoutPolicy') ? { lockoutPolicy } : {}),
    ...(touched('mfaConfiguration') ? { mfaConfiguration: pick('mfaConfiguration', configuration) } : {}),
  };
}
