import { z } from 'zod';
import type { PasswordPolicyFields, PasswordTests as Tests } from '../../domain/password/policy.ts';
import { passwordBounds } from '../../domain/password/policy.ts';
import type { GivenPolicy, GivenTests } from '../../services/password/policies.ts';
import { passwordPolicyErrors } from '../../services/password/policies.ts';
import { builder } from '../builder/builder.ts';
import { callerOf } from '../builder/context.ts';
import { flag, text, wholeNumber } from '../builder/input-rules.ts';
import { resultUnion } from '../errors/placement.ts';
import { given, ofTenants, range, rights, stepUp, whose } from './words.ts';

const testTexts: Readonly<Record<keyof Tests, string>> = {
  requireLowercase: 'Whether the password has a lowercase letter.',
  requireUppercase: 'Whether the password has an uppercase letter.',
  requireNumbers: 'Whether the password has a number.',
  requireSpecialChars: 'Whether the password has a character that is neither a letter, a number nor a blank.',
  checkThreeRepeatedChars: 'Whether no character stands three times in a row.',
};

const PasswordTests = builder.objectRef<Tests>('PasswordTests').implement({
  description: 'Which tests of the characters of a password are switched on.',
  fields: (t) => ({
    requireLowercase: t.exposeBoolean('requireLowercase', { description: testTexts.requireLowercase }),
    requireUppercase: t.exposeBoolean('requireUppercase', { description: testTexts.requireUppercase }),
    requireNumbers: t.exposeBoolean('requireNumbers', { description: testTexts.requireNumbers }),
    requireSpecialChars: t.exposeBoolean('requireSpecialChars', { description: testTexts.requireSpecialChars }),
    checkThreeRepeatedChars: t.exposeBoolean('checkThreeRepeatedChars', { description: testTexts.checkThreeRepeatedChars }),
  }),
});

const PasswordTestsInput = builder.inputType('PasswordTestsInput', {
  description: 'The tests to switch on or off. Absent ones stay as they are, and a test that was never set is off. Null is refused.',
  validate: z.looseObject({
    requireLowercase: flag.optional(),
    requireUppercase: flag.optional(),
    requireNumbers: flag.optional(),
    requireSpecialChars: flag.optional(),
    checkThreeRepeatedChars: flag.optional(),
  }),
  fields: (t) => ({
    requireLowercase: t.boolean({ required: false, description: testTexts.requireLowercase }),
    requireUppercase: t.boolean({ required: false, description: testTexts.requireUppercase }),
    requireNumbers: t.boolean({ required: false, description: testTexts.requireNumbers }),
    requireSpecialChars: t.boolean({ required: false, description: testTexts.requireSpecialChars }),
    checkThreeRepeatedChars: t.boolean({ required: false, description: testTexts.checkThreeRepeatedChars }),
  }),
});

const { minLength, maxLength, minPhraseLength, minOptionalTestsToPass, forbiddenWords, forbiddenWordLength } = passwordBounds;
const texts = {
  allowPassphrases: 'Whether a password of at least `minPhraseLength` characters needs to pass no test.',
  minPhraseLength: `How many characters make a passphrase, ${range(minPhraseLength)}.`,
  minLength: `Fewest characters, ${range(minLength)}.`,
  maxLength: `Most characters, ${range(maxLength)} and not fewer than \`minLength\`.`,
  minOptionalTestsToPass: `How many of the optional tests a password has to pass, ${range(minOptionalTestsToPass)}. If fewer are switched on, all of these.`,
  blockPwnedPasswords: 'Whether passwords of the list of breached ones are refused. It needs the setting `BREACHED_PASSWORDS_PATH`.',
  optionalTests: 'Tests of which some have to be passed.',
  requiredTests: 'Tests that all have to be passed.',
  forbiddenWords: `Words that are no password, neither alone nor with digits and signs at their ends, whatever their letter case. Names and addresses of the user and the name of the environment are refused besides. At most ${forbiddenWords} words of ${range(forbiddenWordLength)} characters.`,
};

const PasswordPolicy = builder.objectRef<PasswordPolicyFields>('PasswordPolicy').implement({
  description:
    'What a new password must be. The policy of the environment and those of all tenants of the user count together, and the strictest value wins. The most common passwords are always refused.',
  fields: (t) => ({
    allowPassphrases: t.exposeBoolean('allowPassphrases', { description: texts.allowPassphrases }),
    minPhraseLength: t.exposeInt('minPhraseLength', { description: texts.minPhraseLength }),
    minLength: t.exposeInt('minLength', { description: texts.minLength }),
    maxLength: t.exposeInt('maxLength', { description: texts.maxLength }),
    minOptionalTestsToPass: t.exposeInt('minOptionalTestsToPass', { description: texts.minOptionalTestsToPass }),
    blockPwnedPasswords: t.exposeBoolean('blockPwnedPasswords', { description: texts.blockPwnedPasswords }),
    optionalTests: t.expose('optionalTests', {
      type: PasswordTests,
      nullable: true,
      description: `${texts.optionalTests} Null if they were never set.`,
    }),
    requiredTests: t.expose('requiredTests', {
      type: PasswordTests,
      nullable: true,
      description: `${texts.requiredTests} Null if they were never set.`,
    }),
    forbiddenWords: t.stringList({ description: texts.forbiddenWords, resolve: ({ forbiddenWords: words }) => [...words] }),
  }),
});

const SetPasswordPolicyInput = builder.inputType('SetPasswordPolicyInput', {
  description: 'The fields to change. Absent fields keep their value; a tenant that has set none has the value of the environment. Null is refused.',
  validate: z.looseObject({
    allowPassphrases: flag.optional(),
    minPhraseLength: wholeNumber(minPhraseLength.min, minPhraseLength.max).optional(),
    minLength: wholeNumber(minLength.min, minLength.max).optional(),
    maxLength: wholeNumber(maxLength.min, maxLength.max).optional(),
    minOptionalTestsToPass: wholeNumber(minOptionalTestsToPass.min, minOptionalTestsToPass.max).optional(),
    blockPwnedPasswords: flag.optional(),
    forbiddenWords: z
      .array(text(forbiddenWordLength.max).min(forbiddenWordLength.min, `must have at least ${forbiddenWordLength.min} characters`), {
        error: 'must not be null',
      })
      .max(forbiddenWords, `must have at most ${forbiddenWords} words`)
      .optional(),
  }),
  fields: (t) => ({
    allowPassphrases: t.boolean({ required: false, description: texts.allowPassphrases }),
    minPhraseLength: t.int({ required: false, description: texts.minPhraseLength }),
    minLength: t.int({ required: false, description: texts.minLength }),
    maxLength: t.int({ required: false, description: texts.maxLength }),
    minOptionalTestsToPass: t.int({ required: false, description: texts.minOptionalTestsToPass }),
    blockPwnedPasswords: t.boolean({ required: false, description: texts.blockPwnedPasswords }),
    optionalTests: t.field({ type: PasswordTestsInput, required: false, description: texts.optionalTests }),
    requiredTests: t.field({ type: PasswordTestsInput, required: false, description: texts.requiredTests }),
    forbiddenWords: t.stringList({ required: false, description: `${texts.forbiddenWords} The list is replaced as a whole.` }),
  }),
});

const SetPasswordPolicySuccess = builder.objectRef<{ passwordPolicy: PasswordPolicyFields }>('SetPasswordPolicySuccess').implement({
  description: 'The policy was changed. Passwords that are set already stay.',
  fields: (t) => ({
    passwordPolicy: t.expose('passwordPolicy', { type: PasswordPolicy, description: 'The policy after the change, without that of other tenants.' }),
  }),
});

builder.queryFields((t) => ({
  passwordPolicy: t.field({
    access: 'readPolicy',
    type: PasswordPolicy,
    description: `What new passwords must be, as it is stored ${whose}. ${rights('read.securityPolicy')}.`,
    resolve: async (_root, _args, context) => context.services.passwordPolicies.find(await callerOf(context)),
  }),
  effectivePasswordPolicy: t.field({
    access: 'readPolicy',
    type: PasswordPolicy,
    description: `What a new password of a member of the tenant in force must be, as far as that tenant and the environment say. ${rights('read.securityPolicy')}.`,
    resolve: async (_root, _args, context) => context.services.passwordPolicies.effective(await callerOf(context)),
  }),
}));

builder.mutationFields((t) => ({
  setPasswordPolicy: t.field({
    access: 'writePolicy',
    type: SetPasswordPolicySuccess,
    description: `Changes what new passwords must be, ${whose}. ${ofTenants('allowOverridePasswordComplexity')} ${rights('write.securityPolicy')}, ${stepUp}.`,
    errors: resultUnion('setPasswordPolicy', passwordPolicyErrors.setPolicy, 'INVALID_INPUT'),
    args: { input: t.arg({ type: SetPasswordPolicyInput, description: 'The fields to change.' }) },
    resolve: async (_root, { input }, context) => {
      const fields = policyIn(input);
      return { passwordPolicy: await context.services.passwordPolicies.setPolicy(await callerOf(context), { fields }) };
    },
  }),
}));

const policyIn = ({ optionalTests, requiredTests, ...input }: typeof SetPasswordPolicyInput.$inferInput): GivenPolicy => ({
  ...given({
    allowPassphrases: input.allowPassphrases,
    minPhraseLength: input.minPhraseLength,
    minLength: input.minLength,
    maxLength: input.maxLength,
    minOptionalTestsToPass: input.minOptionalTestsToPass,
    blockPwnedPasswords: input.blockPwnedPasswords,
    forbiddenWords: input.forbiddenWords,
  }),
  ...(optionalTests == null ? {} : { optionalTests: testsIn(optionalTests) }),
  ...(requiredTests == null ? {} : { requiredTests: testsIn(requiredTests) }),
});

const testsIn = (input: typeof PasswordTestsInput.$inferInput): GivenTests =>
  given({
    requireLowercase: input.requireLowercase,
    requireUppercase: input.requireUppercase,
    requireNumbers: input.requireNumbers,
    requireSpecialChars: input.requireSpecialChars,
    checkThreeRepeatedChars: input.checkThreeRepeatedChars,
  });
