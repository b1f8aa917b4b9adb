import type { EffectivePolicyFragment, MfaPolicyChange, MfaStrategyName, StoredPolicyFragment } from '../documents.ts';

/** What the form of a policy holds. */
export interface Draft {
  enforceMfaType: StoredPolicyFragment['enforceMfaType'];
  allowRememberMyDevice: boolean;
  mfaDeviceExpirationSeconds: number;
  /** The strategies that are switched on. */
  active: readonly MfaStrategyName[];
}

type Strategies = readonly { strategy: MfaStrategyName; active: boolean }[];

/** Returns the form of what is stored, or of what is in force as long as nothing is stored. */
export const draftOf = (stored: StoredPolicyFragment | null, effective: EffectivePolicyFragment, strategies: Strategies): Draft => {
  const { enforceMfaType, allowRememberMyDevice, mfaDeviceExpirationSeconds } = stored ?? effective;
  return {
    enforceMfaType,
    allowRememberMyDevice,
    mfaDeviceExpirationSeconds,
    active: strategies.filter(({ active }) => active).map(({ strategy }) => strategy),
  };
};

/** Returns the values of a draft that differ from those before. */
export function changeOf(before: Draft, draft: Draft): MfaPolicyChange {
  const switched = [
    ...draft.active.filter((strategy) => !before.active.includes(strategy)).map((strategy) => ({ strategy, active: true })),
    ...before.active.filter((strategy) => !draft.active.includes(strategy)).map((strategy) => ({ strategy, active: false })),
  ];
  return {
    ...(draft.enforceMfaType === before.enforceMfaType ? {} : { enforceMfaType: draft.enforceMfaType }),
    ...(draft.allowRememberMyDevice === before.allowRememberMyDevice ? {} : { allowRememberMyDevice: draft.allowRememberMyDevice }),
    ...(draft.mfaDeviceExpirationSeconds === before.mfaDeviceExpirationSeconds
      ? {}
      : { mfaDeviceExpirationSeconds: draft.mfaDeviceExpirationSeconds }),
    ...(switched.length === 0 ? {} : { strategies: switched }),
  };
}

/** Tells whether a change touches the policy itself, and not only the strategies. */
export const touchesPolicy = ({ strategies: _strategies, ...policy }: MfaPolicyChange): boolean => Object.keys(policy).length > 0;
