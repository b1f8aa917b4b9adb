import { expect, it } from 'vitest';
import { offeredStrategies, resolveStrategies } from '../../../src/domain/policy/resolve.ts';
import { firstFactors } from '../../../src/domain/session/first-factor.ts';
import type { StrategyName } from '../../../src/domain/strategy-name.ts';
import { strategyNames } from '../../../src/domain/strategy-name.ts';

type Row = 'no row' | 'on' | 'off';
const setting = (tenantId: string | null, strategy: StrategyName, row: Row) =>
  row === 'no row' ? [] : [{ tenantId, strategy, active: row === 'on' }];
const stateOf = (strategy: StrategyName, environment: Row, tenant: Row): boolean | undefined =>
  resolveStrategies(strategyNames, setting(null, strategy, environment), setting('acme', strategy, tenant)).find(
    (state) => state.strategy === strategy,
  )?.active;

/** Environment row, tenant row, then whether the authenticator app is in force, and whether any other strategy is. */
const table: [Row, Row, boolean, boolean][] = [
  ['no row', 'no row', true, false],
  ['no row', 'on', true, false],
  ['no row', 'off', false, false],
  ['on', 'no row', true, true],
  ['on', 'on', true, true],
  ['on', 'off', false, false],
  ['off', 'no row', false, false],
  ['off', 'on', false, false],
  ['off', 'off', false, false],
];

it.each(table)('environment: %s, tenant: %s → app in force: %s, others: %s', (environment, tenant, app, others) => {
  expect(stateOf('AUTHENTICATOR_APP', environment, tenant)).toBe(app);
  for (const strategy of strategyNames.filter((name) => name !== 'AUTHENTICATOR_APP')) {
    expect(stateOf(strategy, environment, tenant), strategy).toBe(others);
  }
});

it('lists all five in fixed order, whatever is stored and in whatever order', () => {
  const order = ['AUTHENTICATOR_APP', 'WEBAUTHN_PLATFORM', 'WEBAUTHN_CROSS_PLATFORM', 'SMS', 'EMAIL_CODE'];
  expect(resolveStrategies(strategyNames, [], []).map((state) => state.strategy)).toEqual(order);
  const reversed = [...strategyNames].reverse().flatMap((strategy) => setting(null, strategy, 'on'));
  expect(resolveStrategies(strategyNames, reversed, [])).toEqual(order.map((strategy) => ({ strategy, active: true })));
});

it('one strategy switched off leaves the others as they are', () => {
  const environment = [...setting(null, 'SMS', 'on'), ...setting(null, 'EMAIL_CODE', 'on')];
  const active = resolveStrategies(strategyNames, environment, setting('acme', 'SMS', 'off')).filter((state) => state.active);
  expect(active.map((state) => state.strategy)).toEqual(['AUTHENTICATOR_APP', 'EMAIL_CODE']);
});

/** All 32 sets of active strategies, each in list order. */
const sets = Array.from({ length: 2 ** strategyNames.length }, (_, bits) => strategyNames.filter((_name, index) => (bits >> index) & 1));

it.each(sets.flatMap((active) => firstFactors.flatMap((firstFactor) => [true, false].map((verified) => ({ active, firstFactor, verified })))))(
  'after $firstFactor, of $active only a second look into the same mailbox or at the same phone, or a mailbox that is not verified ($verified), is left out',
  ({ active, firstFactor, verified }) => {
    const leftOut = [...(firstFactor === 'EMAIL_CODE' || !verified ? ['EMAIL_CODE'] : []), ...(firstFactor === 'SMS_CODE' ? ['SMS'] : [])];
    expect(offeredStrategies(active, firstFactor, verified)).toEqual(active.filter((strategy) => !leftOut.includes(strategy)));
  },
);
