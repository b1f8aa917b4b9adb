import { expect, it } from 'vitest';
import type { MfaEnforcement, MfaPolicy } from '../../../src/domain/policy/policy.ts';
import { noGrace } from '../../../src/domain/policy/policy.ts';
import type { PolicyReason } from '../../../src/domain/policy/resolve.ts';
import { resolvePolicy } from '../../../src/domain/policy/resolve.ts';

/**
 * Every combination of an environment's record with those of two tenants. `-` no record, `D` DontForce,
 * `E` ForceExceptSAML, `F` Force; then what holds, whose record decides (`env`, `one`, `two`, `-` nobody) and why.
 * Two tenants of one strength: the first given decides.
 */
const combinations = `
  - - -  D -   NO_POLICY             D - -  D env ONLY_ENVIRONMENT
  - D -  D one ONLY_TENANT           D D -  D env SAME_STRENGTH
  - E -  E one ONLY_TENANT           D E -  E one TENANT_STRICTER
  - F -  F one ONLY_TENANT           D F -  F one TENANT_STRICTER
  - - D  D two ONLY_TENANT           D - D  D env SAME_STRENGTH
  - D D  D one ONLY_TENANT           D D D  D env SAME_STRENGTH
  - E D  E one ONLY_TENANT           D E D  E one TENANT_STRICTER
  - F D  F one ONLY_TENANT           D F D  F one TENANT_STRICTER
  - - E  E two ONLY_TENANT           D - E  E two TENANT_STRICTER
  - D E  E two ONLY_TENANT           D D E  E two TENANT_STRICTER
  - E E  E one ONLY_TENANT           D E E  E one TENANT_STRICTER
  - F E  F one ONLY_TENANT           D F E  F one TENANT_STRICTER
  - - F  F two ONLY_TENANT           D - F  F two TENANT_STRICTER
  - D F  F two ONLY_TENANT           D D F  F two TENANT_STRICTER
  - E F  F two ONLY_TENANT           D E F  F two TENANT_STRICTER
  - F F  F one ONLY_TENANT           D F F  F one TENANT_STRICTER
  E - -  E env ONLY_ENVIRONMENT      F - -  F env ONLY_ENVIRONMENT
  E D -  E env ENVIRONMENT_STRICTER  F D -  F env ENVIRONMENT_STRICTER
  E E -  E env SAME_STRENGTH         F E -  F env ENVIRONMENT_STRICTER
  E F -  F one TENANT_STRICTER       F F -  F env SAME_STRENGTH
  E - D  E env ENVIRONMENT_STRICTER  F - D  F env ENVIRONMENT_STRICTER
  E D D  E env ENVIRONMENT_STRICTER  F D D  F env ENVIRONMENT_STRICTER
  E E D  E env SAME_STRENGTH         F E D  F env ENVIRONMENT_STRICTER
  E F D  F one TENANT_STRICTER       F F D  F env SAME_STRENGTH
  E - E  E env SAME_STRENGTH         F - E  F env ENVIRONMENT_STRICTER
  E D E  E env SAME_STRENGTH         F D E  F env ENVIRONMENT_STRICTER
  E E E  E env SAME_STRENGTH         F E E  F env ENVIRONMENT_STRICTER
  E F E  F one TENANT_STRICTER       F F E  F env SAME_STRENGTH
  E - F  F two TENANT_STRICTER       F - F  F env SAME_STRENGTH
  E D F  F two TENANT_STRICTER       F D F  F env SAME_STRENGTH
  E E F  F two TENANT_STRICTER       F E F  F env SAME_STRENGTH
  E F F  F one TENANT_STRICTER       F F F  F env SAME_STRENGTH`;

type Slot = '-' | 'D' | 'E' | 'F';
type Whose = '-' | 'env' | 'one' | 'two';
interface Row {
  slots: [Slot, Slot, Slot];
  holds: Exclude<Slot, '-'>;
  by: Whose;
  reason: PolicyReason;
}

const words = { D: 'DONT_FORCE', E: 'FORCE_EXCEPT_SAML', F: 'FORCE' } as const satisfies Record<string, MfaEnforcement>;
const rows: Row[] = [...combinations.matchAll(/([-DEF]) ([-DEF]) ([-DEF]) {2}([DEF]) (-|env|one|two) +([A-Z_]+)/g)].map((match) => ({
  slots: [match[1] as Slot, match[2] as Slot, match[3] as Slot],
  holds: match[4] as Row['holds'],
  by: match[5] as Whose,
  reason: match[6] as PolicyReason,
}));

function record(owner: Whose, slot: Slot, more: Partial<MfaPolicy> = {}): MfaPolicy | null {
  if (slot === '-') return null;
  const at = new Date(0);
  const fields = { enforceMfaType: words[slot], allowRememberMyDevice: true, mfaDeviceExpirationSeconds: 3600 };
  return Object.freeze({ id: owner, tenantId: owner === 'env' ? null : owner, ...fields, createdAt: at, updatedAt: at, ...noGrace, ...more });
}
const present = (...records: (MfaPolicy | null)[]): MfaPolicy[] => records.filter((candidate) => candidate !== null);

it('the table names each of the 64 combinations once', () => {
  expect(new Set(rows.map((row) => row.slots.join(''))).size).toBe(64);
  expect(rows).toHaveLength(64);
});

it.each(rows)('$slots.0 in the environment, $slots.1 and $slots.2 in the tenants: $holds, by $by, $reason', ({ slots, holds, by, reason }) => {
  const [environment, one, two] = slots;
  const records = { '-': null, env: record('env', environment), one: record('one', one), two: record('two', two) };
  const resolved = resolvePolicy(records.env, present(records.one, records.two));
  expect(resolved.enforceMfaType).toBe(words[holds]);
  expect(resolved.decidedBy).toBe(records[by]);
  expect(resolved.reason).toBe(reason);
});

it.each(rows)('$slots.0, $slots.1, $slots.2: the order of the tenants changes nothing but who is named among equals', ({ slots, holds, reason }) => {
  const [environment, one, two] = slots;
  const resolved = resolvePolicy(record('env', environment), present(record('two', two), record('one', one)));
  expect(resolved).toMatchObject({ enforceMfaType: words[holds], reason });
});

/** `-` no record, `y` may remember, `n` may not; the whole answer for the environment and two tenants. */
const remembering = `
  --- no    y-- yes   n-- no
  -y- yes   yy- yes   ny- no
  -n- no    yn- no    nn- no
  --y yes   y-y yes   n-y no
  -yy yes   yyy yes   nyy no
  -ny no    yny no    nny no
  --n no    y-n no    n-n no
  -yn no    yyn no    nyn no
  -nn no    ynn no    nnn no`;
const remember = new Map([...remembering.matchAll(/([-yn]{3}) (yes|no)/g)].map(([, key = '', answer]) => [key, answer === 'yes']));

const expirations = [0, 604_800, 2_147_483_647] as const;
/** Everything one record can be, as far as the merge looks at it: 1 + 3 × 2 × 3. */
const variants = [
  { slot: '-' as Slot, flag: '-', expiration: null },
  ...(['D', 'E', 'F'] as Slot[]).flatMap((slot) => ['y', 'n'].flatMap((flag) => expirations.map((expiration) => ({ slot, flag, expiration })))),
];

it('a device is remembered only if every record allows it, for the shortest life any gives: all 6859 combinations', () => {
  expect(remember.size).toBe(27);
  const bySlots = new Map(rows.map((row) => [row.slots.join(''), row]));
  let combinations = 0;
  const make = (owner: Whose, { slot, flag, expiration }: (typeof variants)[number]) =>
    record(owner, slot, { allowRememberMyDevice: flag === 'y', mfaDeviceExpirationSeconds: expiration ?? 0 });
  for (const environment of variants) {
    for (const one of variants) {
      for (const two of variants) {
        const all = [environment, one, two];
        const resolved = resolvePolicy(make('env', environment), present(make('one', one), make('two', two)));
        const lives = all.flatMap(({ expiration }) => (expiration === null ? [] : [expiration])).sort((left, right) => left - right);
        const row = bySlots.get(all.map(({ slot }) => slot).join(''));
        const expected = {
          enforceMfaType: row === undefined ? undefined : words[row.holds],
          allowRememberMyDevice: remember.get(all.map(({ flag }) => flag).join('')),
          // Without any record: Frontegg's 14 days, which nothing is remembered for.
          mfaDeviceExpirationSeconds: lives[0] ?? 1_209_600,
          by: row?.by === '-' ? undefined : row?.by,
          reason: row?.reason,
        };
        const { decidedBy, ...rest } = resolved;
        // One assertion on the unlikely branch: 6859 of them would take longer than the rest of this folder.
        if (JSON.stringify({ ...rest, by: decidedBy?.id }, order) !== JSON.stringify(expected, order)) expect({ all, ...resolved }).toEqual(expected);
        combinations += 1;
      }
    }
  }
  expect(combinations).toBe(6859);
});
const order = ['enforceMfaType', 'allowRememberMyDevice', 'mfaDeviceExpirationSeconds', 'by', 'reason'];

it('a user in a hundred tenants is bound by the one that enforces', () => {
  const lax = Array.from({ length: 99 }, () => record('one', 'D'));
  const resolved = resolvePolicy(record('env', 'D'), present(...lax, record('two', 'F')));
  expect(resolved).toMatchObject({ enforceMfaType: 'FORCE', reason: 'TENANT_STRICTER', decidedBy: { id: 'two' } });
});
