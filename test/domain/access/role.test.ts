import { expect, it } from 'vitest';
import { covers, permissionsOf, roleKeys, roles } from '../../../src/domain/access/role.ts';

it.each([
  ['fe.secure.read.securityPolicy', 'fe.secure.read.securityPolicy', 'the permission itself'],
  ['fe.secure.read.*', 'fe.secure.read.securityPolicy', 'a wildcard one level up'],
  ['fe.secure.*', 'fe.secure.read.securityPolicy', 'a wildcard two levels up'],
  ['fe.secure.*', 'fe.secure.write.securityPolicy', 'a wildcard over reading and writing'],
  ['fe.*', 'fe.secure.write.securityPolicy', 'a wildcard over everything of Frontegg'],
  ['fe.secure.*', 'fe.secure.read.*', 'a wildcard within the wildcard'],
])('%s covers %s: %s', (granted, wanted) => {
  expect(covers(granted, wanted)).toBe(true);
});

it.each([
  ['fe.secure.read.*', 'fe.secure.write.securityPolicy', 'reading is not writing'],
  ['fe.secure.read.securityPolicy', 'fe.secure.write.securityPolicy', 'reading is not writing'],
  ['fe.secure.read.securityPolicy', 'fe.secure.read.*', 'the part does not cover the whole'],
  ['fe.secure.read.securityPolicy', 'fe.secure.read.securityPolicyHistory', 'no prefix match without a wildcard'],
  ['fe.secure.*', 'fe.secureMail.read', 'the wildcard ends at a dot'],
  ['fe.secure.*', 'fe.secure', 'the wildcard needs something below it'],
  ['fe.secure.*', 'xfe.secure.read', 'the wildcard holds from the beginning'],
  ['fe.secure*', 'fe.secure.read.securityPolicy', 'a star counts only after a dot'],
  ['*', 'fe.secure.read.securityPolicy', 'a bare star is no permission'],
  ['', 'fe.secure.read.securityPolicy', 'an empty text is no permission'],
  ['FE.SECURE.*', 'fe.secure.read.securityPolicy', 'letter case counts'],
])('%s does not cover %s: %s', (granted, wanted) => {
  expect(covers(granted, wanted)).toBe(false);
});

const may = (keys: (typeof roleKeys)[number][], wanted: string): boolean => permissionsOf(keys).some((granted) => covers(granted, wanted));

it('an administrator reads and writes the policy, a reader reads it, nobody else does either', () => {
  const [read, write] = ['fe.secure.read.securityPolicy', 'fe.secure.write.securityPolicy'];
  expect([may(['ADMIN'], read), may(['ADMIN'], write)]).toEqual([true, true]);
  expect([may(['READ_ONLY'], read), may(['READ_ONLY'], write)]).toEqual([true, false]);
  expect([may([], read), may([], write)]).toEqual([false, false]);
});

it('permissions of several roles add up, sorted, each once', () => {
  expect(permissionsOf(['READ_ONLY', 'ADMIN', 'READ_ONLY'])).toEqual(['fe.secure.*', 'fe.secure.read.*']);
  expect(permissionsOf([])).toEqual([]);
});

it('each role stands under its own key, with an id of its own', () => {
  for (const key of roleKeys) expect(roles[key].key).toBe(key);
  expect(new Set(roleKeys.map((key) => roles[key].id)).size).toBe(roleKeys.length);
});
