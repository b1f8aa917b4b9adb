import { z } from 'zod';
import type { PasswordPolicyFields, PasswordTests } from '../../domain/password/policy.ts';
import { passwordBounds, passwordTests } from '../../domain/password/policy.ts';
import type { GivenPolicy, GivenTests } from '../../services/password/policies.ts';
import { given, optionalFlag } from '../validation.ts';

const { minLength, maxLength, minPhraseLength, minOptionalTestsToPass } = passwordBounds;
const number = ({ min, max }: { min: number; max: number }) => z.int().min(min).max(max).nullish();

const tests = z.object({
  requireLowercase: optionalFlag(),
  requireUppercase: optionalFlag(),
  requireNumbers: optionalFlag(),
  requireSpecialChars: optionalFlag(),
  checkThreeRepeatedChars: optionalFlag(),
});

/** The body that changes a password policy. It has no defaults, because absent fields stay as they are. */
export const passwordPolicyBody = z.object({
  allowPassphrases: optionalFlag(),
  minPhraseLength: number(minPhraseLength),
  minLength: number(minLength),
  maxLength: number(maxLength),
  minOptionalTestsToPass: number(minOptionalTestsToPass),
  blockPwnedPasswords: optionalFlag().describe('Whether passwords of the list of breached ones are refused. It needs `BREACHED_PASSWORDS_PATH`.'),
  optionalTests: tests.nullish(),
  requiredTests: tests.nullish(),
});

const setTests = z.object({
  requireLowercase: z.boolean(),
  requireUppercase: z.boolean(),
  requireNumbers: z.boolean(),
  requireSpecialChars: z.boolean(),
  checkThreeRepeatedChars: z.boolean(),
});

/** A password policy as a client reads it. */
export const passwordPolicyShape = z
  .object({
    allowPassphrases: z.boolean().describe('Whether a password of at least `minPhraseLength` characters needs to pass no test.'),
    minPhraseLength: z.int(),
    minLength: z.int(),
    maxLength: z.int(),
    minOptionalTestsToPass: z.int(),
    blockPwnedPasswords: z.boolean(),
    optionalTests: setTests.optional().describe('Absent until somebody has set it, as `requiredTests`.'),
    requiredTests: setTests.optional(),
  })
  .meta({ id: 'PasswordPolicy', description: 'What a new password must be. The most common passwords are refused besides.' });

/** Decodes the fields that a body gives. */
export function decodePasswordPolicy(body: z.output<typeof passwordPolicyBody>): GivenPolicy {
  const { optionalTests, requiredTests, ...fields } = given(body);
  return {
    ...fields,
    ...(optionalTests === undefined ? {} : { optionalTests: givenTests(optionalTests) }),
    ...(requiredTests === undefined ? {} : { requiredTests: givenTests(requiredTests) }),
  };
}

const givenTests = (body: z.output<typeof tests>): GivenTests =>
  Object.fromEntries(passwordTests.flatMap((test) => (body[test] == null ? [] : [[test, body[test]]])));

/** Encodes a password policy. */
export const encodePasswordPolicy = ({ optionalTests, requiredTests, ...fields }: PasswordPolicyFields): z.input<typeof passwordPolicyShape> => ({
  ...fields,
  ...(optionalTests === null ? {} : { optionalTests: { ...(optionalTests satisfies PasswordTests) } }),
  ...(requiredTests === null ? {} : { requiredTests: { ...requiredTests } }),
});
