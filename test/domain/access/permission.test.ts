import { expect, it } from 'vitest';
import { covers } from '../../../src/domain/access/permission.ts';

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
