import { z } from 'zod';
import type {
  TargetingAttribute as Attribute,
  JwtTargeting,
  TargetingOperator as Operator,
  TargetingCondition,
  TargetingRule,
} from '../../domain/session/jwt-targeting.ts';
import { targetingBounds } from '../../domain/session/jwt-targeting.ts';
import type { JwtTemplate as Template } from '../../domain/session/jwt-template.ts';
import { jwtTemplateBounds, maxTemplateClaimsBytes, placeholders, requiredClaims } from '../../domain/session/jwt-template.ts';
import { jwtTemplateErrors } from '../../services/session/jwt-templates.ts';
import { builder } from '../builder/builder.ts';
import { callerOf } from '../builder/context.ts';
import { flag, id, name, storable, text, wholeNumber } from '../builder/input-rules.ts';
import { presentFields } from '../builder/present-fields.ts';
import { resultUnion } from '../errors/placement.ts';

const { minLifetimeSeconds, maxLifetimeSeconds, keyCharacters, nameCharacters, descriptionCharacters, claims: mostClaims } = jwtTemplateBounds;

const JwtClaim = builder.objectRef<{ name: string; value: string }>('JwtClaim').implement({
  description: 'A claim of a JWT template.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'The name of the claim.' }),
    value: t.exposeString('value', { description: 'The text of the claim, with its placeholders.' }),
  }),
});

const JwtTemplate = builder.objectRef<Template>('JwtTemplate').implement({
  description: `Claims that tokens get besides those of this server, and a lifetime of their own. Together the claims have at most ${maxTemplateClaimsBytes} bytes in a token; those that do not fit are left out.`,
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The opaque id of the template, which REST uses too.' }),
    key: t.exposeString('key', { description: 'Names the template in rules, as its id does.' }),
    name: t.exposeString('name', { description: 'What the template is called.' }),
    description: t.exposeString('description', { nullable: true, description: 'What the template is for. Null if nobody has said.' }),
    lifetimeSeconds: t.exposeInt('lifetimeSeconds', { description: 'How many seconds a token lives. It never outlives its session.' }),
    claims: t.field({
      type: [JwtClaim],
      description: 'The claims, sorted by name. Those that this server states itself keep its values.',
      resolve: ({ claims }) =>
        Object.entries(claims)
          .sort(([one], [other]) => (one < other ? -1 : 1))
          .map(([claim, value]) => ({ name: claim, value })),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the template was created.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When the template was last changed.' }),
  }),
});

const JwtTargetingAttribute = builder.enumType('JwtTargetingAttribute', {
  description: 'What a condition looks at.',
  values: Object.fromEntries(
    Object.entries({
      USER_ID: { value: 'userId', description: 'The id of the user.' },
      APPLICATION_ID: { value: 'applicationId', description: 'The id of the environment, which is that of its one application.' },
      TENANT_ID: { value: 'tenantId', description: 'The id of the tenant of the token.' },
      ROLE_IDS: { value: 'roleIds', description: 'The ids of the roles held in that tenant. One that meets the condition is enough.' },
      TOKEN_TYPE: { value: 'tokenType', description: 'The claim `type` of the token.' },
      USER_EMAIL: { value: 'userEmail', description: 'The primary e-mail address of the user.' },
    }),
  ) as Record<string, { value: Attribute; description: string }>,
});

const JwtTargetingOperator = builder.enumType('JwtTargetingOperator', {
  description: 'How a condition compares.',
  values: {
    IN_LIST: { value: 'in_list' as Operator, description: 'The value is one of the listed texts.' },
    CONTAINS: { value: 'contains' as Operator, description: 'One of the listed texts stands in the value.' },
    ENDS_WITH: { value: 'ends_with' as Operator, description: 'The value ends with one of the listed texts.' },
  },
});

const JwtTargetingCondition = builder.objectRef<TargetingCondition>('JwtTargetingCondition').implement({
  description: 'A condition of a rule.',
  fields: (t) => ({
    attribute: t.expose('attribute', { type: JwtTargetingAttribute, description: 'What the condition looks at.' }),
    operator: t.expose('op', { type: JwtTargetingOperator, description: 'How it compares.' }),
    values: t.stringList({ description: 'The texts that it compares with.', resolve: ({ list }) => [...list] }),
    negated: t.exposeBoolean('negate', { description: 'Whether the condition is met where the comparison fails.' }),
  }),
});

const JwtTargetingRule = builder.objectRef<TargetingRule>('JwtTargetingRule').implement({
  description: 'A rule. Tokens that meet all of its conditions are made by its template.',
  fields: (t) => ({
    conditions: t.field({ type: [JwtTargetingCondition], description: 'The conditions.', resolve: ({ conditions }) => [...conditions] }),
    template: t.exposeString('treatment', { description: 'Id or key of the template.' }),
  }),
});

const JwtTemplateTargeting = builder.objectRef<JwtTargeting>('JwtTemplateTargeting').implement({
  description: 'The rules that say by which template a token is made. The first rule that is met counts; without one the token is a standard one.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The opaque id of the rules, which REST uses too.' }),
    rules: t.field({ type: [JwtTargetingRule], description: 'The rules in their order.', resolve: ({ rules }) => [...rules] }),
    createdAt: t.field({ type: 'DateTime', description: 'When rules were first set.', resolve: ({ createdAt }) => new Date(createdAt) }),
    updatedAt: t.field({ type: 'DateTime', description: 'When the rules were last changed.', resolve: ({ updatedAt }) => new Date(updatedAt) }),
  }),
});

const claimsDescription = `At most ${mostClaims} claims. There have to be ${requiredClaims.map((claim) => `\`${claim}\``).join(', ')}, which keep the values of this server. Placeholders are ${placeholders.map((path) => `\`{{${path}}}\``).join(', ')}. A claim that is one placeholder alone takes its value as it is, so that lists stay lists.`;

const JwtClaimInput = builder.inputType('JwtClaimInput', {
  description: 'A claim of a JWT template.',
  fields: (t) => ({
    name: t.string({ description: 'The name of the claim.' }),
    value: t.string({ description: 'The text of the claim, with placeholders in `{{}}`.' }),
  }),
});

const claimRules = z.array(z.looseObject({ name: text(), value: storable })).max(mostClaims, `must have at most ${mostClaims} entries`);
const templateRules = {
  key: text(keyCharacters),
  name: name(nameCharacters),
  description: text(descriptionCharacters).optional(),
  lifetimeSeconds: wholeNumber(minLifetimeSeconds, maxLifetimeSeconds),
  claims: claimRules,
};
const texts = {
  key: `Names the template in rules, at most ${keyCharacters} characters.`,
  name: `What the template is called, at most ${nameCharacters} characters.`,
  description: `What the template is for, at most ${descriptionCharacters} characters.`,
  lifetime: `How many seconds a token lives, ${minLifetimeSeconds} to ${maxLifetimeSeconds}. It never outlives its session.`,
};

const CreateJwtTemplateInput = builder.inputType('CreateJwtTemplateInput', {
  description: 'The template to create.',
  validate: z.looseObject(templateRules),
  fields: (t) => ({
    key: t.string({ description: texts.key }),
    name: t.string({ description: texts.name }),
    description: t.string({ required: false, description: texts.description }),
    lifetimeSeconds: t.int({ description: texts.lifetime }),
    claims: t.field({ type: [JwtClaimInput], description: claimsDescription }),
  }),
});

const UpdateJwtTemplateInput = builder.inputType('UpdateJwtTemplateInput', {
  description: 'The template, and the fields to change. Absent fields are unchanged. Null is refused.',
  validate: z.looseObject({
    id,
    key: templateRules.key.optional(),
    name: templateRules.name.optional(),
    description: templateRules.description,
    lifetimeSeconds: templateRules.lifetimeSeconds.optional(),
    claims: claimRules.optional(),
  }),
  fields: (t) => ({
    id: t.id({ description: 'The `JwtTemplate.id`.' }),
    key: t.string({ required: false, description: `${texts.key} It stays the same while a rule names it.` }),
    name: t.string({ required: false, description: texts.name }),
    description: t.string({ required: false, description: texts.description }),
    lifetimeSeconds: t.int({ required: false, description: texts.lifetime }),
    claims: t.field({ type: [JwtClaimInput], required: false, description: claimsDescription }),
  }),
});

const JwtTargetingConditionInput = builder.inputType('JwtTargetingConditionInput', {
  description: 'A condition of a rule.',
  fields: (t) => ({
    attribute: t.field({ type: JwtTargetingAttribute, description: 'What the condition looks at.' }),
    operator: t.field({ type: JwtTargetingOperator, description: 'How it compares.' }),
    values: t.stringList({ description: `The texts that it compares with, at most ${targetingBounds.values}.` }),
    negated: t.boolean({ description: 'Whether the condition is met where the comparison fails.' }),
  }),
});

const JwtTargetingRuleInput = builder.inputType('JwtTargetingRuleInput', {
  description: 'A rule. Tokens that meet all of its conditions are made by its template.',
  fields: (t) => ({
    conditions: t.field({ type: [JwtTargetingConditionInput], description: `The conditions, at most ${targetingBounds.conditions}.` }),
    template: t.string({ description: 'Id or key of the template.' }),
  }),
});

const SetJwtTemplateTargetingInput = builder.inputType('SetJwtTemplateTargetingInput', {
  description: 'The rules in their order. They replace those that are there. Without any rule every token is a standard one.',
  validate: z.looseObject({
    rules: z
      .array(
        z.looseObject({
          conditions: z
            .array(z.looseObject({ values: z.array(text(targetingBounds.valueCharacters)).max(targetingBounds.values), negated: flag }))
            .max(targetingBounds.conditions),
          template: text(200),
        }),
      )
      .max(targetingBounds.rules),
  }),
  fields: (t) => ({ rules: t.field({ type: [JwtTargetingRuleInput], description: `The rules, at most ${targetingBounds.rules}.` }) }),
});

const CreateJwtTemplateSuccess = builder.objectRef<{ jwtTemplate: Template }>('CreateJwtTemplateSuccess').implement({
  description: 'The template was created. No token is made by it before a rule names it.',
  fields: (t) => ({ jwtTemplate: t.expose('jwtTemplate', { type: JwtTemplate, description: 'The template.' }) }),
});
const UpdateJwtTemplateSuccess = builder.objectRef<{ jwtTemplate: Template }>('UpdateJwtTemplateSuccess').implement({
  description: 'The template was changed. Tokens that were made before stay as they are.',
  fields: (t) => ({ jwtTemplate: t.expose('jwtTemplate', { type: JwtTemplate, description: 'The template after the change.' }) }),
});
const DeleteJwtTemplateInput = builder.inputType('DeleteJwtTemplateInput', {
  description: 'The template to delete.',
  validate: z.looseObject({ id }),
  fields: (t) => ({ id: t.id({ description: 'The `JwtTemplate.id`.' }) }),
});
const DeleteJwtTemplateSuccess = builder.objectRef<{ deletedId: string }>('DeleteJwtTemplateSuccess').implement({
  description: 'The template was deleted.',
  fields: (t) => ({ deletedId: t.exposeID('deletedId', { description: 'The id of the template.' }) }),
});
const SetJwtTemplateTargetingSuccess = builder.objectRef<{ targeting: JwtTargeting }>('SetJwtTemplateTargetingSuccess').implement({
  description: 'The rules count for every token from now on.',
  fields: (t) => ({ jwtTemplateTargeting: t.expose('targeting', { type: JwtTemplateTargeting, description: 'The rules.' }) }),
});

const claimsOf = (claims: readonly { name: string; value: string }[]): Record<string, string> =>
  Object.fromEntries(claims.map((claim) => [claim.name, claim.value]));

builder.queryFields((t) => ({
  jwtTemplates: t.field({
    type: [JwtTemplate],
    description: `All JWT templates, oldest first, at most ${jwtTemplateBounds.templates}. Requires the environment token.`,
    access: 'environment',
    resolve: async (_root, _args, context) => context.services.jwtTemplates.list(await callerOf(context)),
  }),
  jwtTemplateTargeting: t.field({
    type: JwtTemplateTargeting,
    nullable: true,
    description: 'The rules that say by which template a token is made. Null if none were set. Requires the environment token.',
    access: 'environment',
    resolve: async (_root, _args, context) => context.services.jwtTemplates.targeting(await callerOf(context)),
  }),
}));

builder.mutationFields((t) => ({
  createJwtTemplate: t.field({
    type: CreateJwtTemplateSuccess,
    description: 'Creates a JWT template. Requires the environment token.',
    access: 'environment',
    errors: resultUnion('createJwtTemplate', jwtTemplateErrors.create),
    args: { input: t.arg({ type: CreateJwtTemplateInput, description: 'The template.' }) },
    resolve: async (_root, { input: { claims, description, ...fields } }, context) => ({
      jwtTemplate: await context.services.jwtTemplates.create(await callerOf(context), {
        ...{ ...fields, description: description ?? null, claims: claimsOf(claims) },
      }),
    }),
  }),
  updateJwtTemplate: t.field({
    type: UpdateJwtTemplateSuccess,
    description: 'Changes a JWT template. Requires the environment token.',
    access: 'environment',
    errors: resultUnion('updateJwtTemplate', jwtTemplateErrors.update),
    args: { input: t.arg({ type: UpdateJwtTemplateInput, description: 'The template and what to change of it.' }) },
    resolve: async (_root, { input: { id: templateId, claims, ...fields } }, context) => ({
      jwtTemplate: await context.services.jwtTemplates.update(await callerOf(context), {
        id: templateId,
        change: presentFields({ ...fields, claims: claims == null ? null : claimsOf(claims) }),
      }),
    }),
  }),
  deleteJwtTemplate: t.field({
    type: DeleteJwtTemplateSuccess,
    description: 'Deletes a JWT template that no rule names. Requires the environment token.',
    access: 'environment',
    errors: resultUnion('deleteJwtTemplate', jwtTemplateErrors.remove, 'INVALID_INPUT'),
    args: { input: t.arg({ type: DeleteJwtTemplateInput, description: 'The template.' }) },
    resolve: async (_root, { input }, context) => {
      await context.services.jwtTemplates.remove(await callerOf(context), input);
      return { deletedId: input.id };
    },
  }),
  setJwtTemplateTargeting: t.field({
    type: SetJwtTemplateTargetingSuccess,
    description: 'Sets the rules that say by which template a token is made. Requires the environment token.',
    access: 'environment',
    errors: resultUnion('setJwtTemplateTargeting', jwtTemplateErrors.setTargeting),
    args: { input: t.arg({ type: SetJwtTemplateTargetingInput, description: 'The rules.' }) },
    resolve: async (_root, { input: { rules } }, context) => ({
      targeting: await context.services.jwtTemplates.setTargeting(await callerOf(context), {
        id: null,
        rules: rules.map(({ conditions, template }) => ({
          conditions: conditions.map(({ attribute, operator, values, negated }) => ({ attribute, op: operator, list: values, negate: negated })),
          treatment: template,
        })),
      }),
    }),
  }),
}));
