import { z } from 'zod';
import type { MfaOutcome as Outcome, MfaRule as Rule } from '../../domain/login/decision.ts';
import type { StepRecord } from '../../domain/login/steps.ts';
import type { FirstFactor as First } from '../../domain/session/first-factor.ts';
import type { ExplainedStep, MfaExplanation as Explanation } from '../../services/insight/explanation.ts';
import { builder } from '../builder/builder.ts';
import type { Context } from '../builder/context.ts';
import { callerOf } from '../builder/context.ts';
import { enumValues } from '../builder/enum-values.ts';
import { idOf, secret } from '../builder/input-rules.ts';

const FirstFactor = builder.enumType('FirstFactor', {
  description: 'How a login proves its first factor.',
  values: enumValues<First>({
    PASSWORD: 'By a password.',
    EMAIL_CODE: 'By a code or a link that was sent by e-mail.',
    ENTERPRISE_SSO: 'Through enterprise single sign-on.',
    SMS_CODE: 'By a code sent to the phone that the user logs in by. A second factor by text message is not offered after it.',
    PASSKEY: 'By a passkey whose authenticator did not verify its user. It proves one factor, as a password does.',
    VERIFIED_PASSKEY:
      'By a passkey whose authenticator verified its user, for example by a PIN or a fingerprint. It proves two factors at once. With `STRICT_PASSKEYS`, no login is by one: every passkey is a `PASSKEY`.',
  }),
});

/** What a login leads to. */
export const MfaOutcome = builder.enumType('MfaOutcome', {
  description: 'What a login leads to after its first factor. Any release may add values.',
  values: enumValues<Outcome>({
    NO_SECOND_FACTOR: 'A session. Nothing enforces a second factor, and the person has no authenticator.',
    EXEMPT: 'A session, because the account or this way to log in is exempt from the second factor.',
    SATISFIED: 'A session that states a second factor, because the first factor has proven two at once.',
    IN_GRACE:
      'A session. A policy enforces a second factor and the person has none, but the time to enroll one has not ended. `User.mfaGrace` says when it does.',
    REMEMBERED: 'A session, because the login comes from a remembered device.',
    MUST_VERIFY:
      'A challenge to prove a factor that the person has: an authenticator, or a code by e-mail where nothing can be enrolled. A factor that takes no code for a while after wrong ones is no other outcome, because waiting opens it; `FACTOR_SHUT` says until when.',
    MUST_ENROLL: 'A challenge to enroll the first authenticator. Where codes by e-mail are switched on, one of them will do instead.',
    LOCKED_OUT:
      'A refusal. The person cannot get in by logging in again or by waiting: the account is locked, the tenant cannot be entered, the address is not verified, or a second factor is needed and none can be proven or enrolled. Who has a factor still gets a challenge if it is shut for good after too many wrong codes in a row, or if nothing serves it now: codes are refused or not sent, and recovery is offered there.',
  }),
});

/** A rule that decides what a login leads to. */
export const MfaRule = builder.enumType('MfaRule', {
  description: 'A rule that decides what a login leads to. Any release may add values.',
  values: enumValues<Rule>({
    ACCOUNT_LOCKED: 'Applies if the account is locked, by an administrator or by a lockout policy.',
    NO_OPEN_MEMBERSHIP: 'Applies if the tenant cannot be entered: the membership is missing, pending or disabled, or it has expired.',
    ADDRESS_NOT_VERIFIED: 'Applies if the address is not verified and this way to log in asks for that.',
    USER_VERIFICATION:
      'Applies if the login is by a passkey that verified its user. It goes before every policy, exemption and authenticator. The person does not count as enrolled by it, so that logins by other first factors are decided as before.',
    BYPASS: 'Applies if the operator has exempted the account by `mfaBypass`. It goes before every policy and every authenticator.',
    EXEMPTION:
      'Applies if the account is exempt for a while: by the environment, for every login, or by the tenant that the login enters, unless the environment or another tenant of the person asks for a second factor too.',
    ENVIRONMENT_POLICY: 'Applies if the policy of the environment enforces a second factor.',
    TENANT_POLICY:
      'Applies if the policy of a tenant enforces a second factor. The policies of all tenants that the person can enter count, and the strictest one decides.',
    SSO_EXEMPTION: 'Applies if the login is through enterprise single sign-on and the strictest policy is `FORCE_EXCEPT_SAML`.',
    FACTOR_ENROLLED: 'Applies if the account has an authenticator. It is then asked for, whether or not a policy enforces that.',
    GRACE:
      'Applies if every policy that asks for a second factor gives time to enroll one, and the shortest of these has not ended. Whoever ever held an authenticator has no such time.',
    REMEMBERED_DEVICE: 'Applies if the login comes from a remembered device that every policy honors.',
    STRATEGY_AVAILABLE: 'Applies if the person can verify or enroll by a strategy that this deployment can serve.',
    FACTOR_SHUT: 'Applies if a factor takes no code after too many wrong ones, for a while or for good.',
  }),
});

/** Loads the node of a record. Null if the caller may not see it. */
function load(record: StepRecord, { loaders }: Context): Promise<object | null> {
  switch (record.type) {
    case 'Authenticator':
      return loaders().authenticatorsById.load(record.id);
    // It was read to decide, and whoever reads one policy may see the others that the service names.
    case 'MfaPolicy':
      return Promise.resolve(record.policy);
    case 'MfaExemption':
      return loaders().mfaExemptionsById.load(record.id);
    case 'RememberedDevice':
      return loaders().rememberedDevicesById.load(record.id);
    case 'Tenant':
      return loaders().tenants.load(record.id);
    case 'User':
      return loaders().users.load(record.id);
  }
}

async function nodeOf({ record }: ExplainedStep, context: Context): Promise<object | null> {
  const found = record === null ? null : await load(record, context);
  return found === null ? null : { ...found, __typename: record?.type };
}

const MfaExplanationStep = builder.objectRef<ExplainedStep>('MfaExplanationStep').implement({
  description: 'One rule that a login looks at.',
  fields: (t) => ({
    rule: t.expose('rule', { type: MfaRule, description: 'The rule.' }),
    applied: t.exposeBoolean('applied', { description: 'Whether the rule applied, in the sense that the description of each rule states.' }),
    decisive: t.exposeBoolean('decisive', {
      description:
        'Whether this rule decided the outcome. It may decide by not applying: where no policy enforces a second factor, none is asked for.',
    }),
    record: t.field({
      type: builder.nodeInterfaceRef(),
      nullable: true,
      description:
        'What the rule looked at: the user, the tenant, the policy, the authenticator or the remembered device. Null if there is no such record, and if the caller may not see it, as the policy of another tenant.',
      resolve: (step, _args, context) => nodeOf(step, context),
    }),
    note: t.exposeString('note', { description: 'What the rule found, as an English sentence.' }),
  }),
});

const MfaExplanation = builder.objectRef<Explanation>('MfaExplanation').implement({
  description: 'What a login leads to after its first factor, and why.',
  fields: (t) => ({
    outcome: t.expose('outcome', { type: MfaOutcome, description: 'What the login leads to.' }),
    sentence: t.exposeString('sentence', { description: 'The outcome and its reasons in English, for support to read out.' }),
    steps: t.expose('steps', {
      type: [MfaExplanationStep],
      description: 'The rules in the order in which the login looks at them. Exactly one is decisive, and rules that were not reached are left out.',
    }),
  }),
});

builder.queryField('explainMfa', (t) =>
  t.field({
    type: MfaExplanation,
    nullable: true,
    description:
      'Says what a login of this person leads to after its first factor, and why. The login asks the same function. Nothing is changed, sent or counted, and the first factor itself is not looked at. The environment token may ask about everybody, or about the members of the tenant that it names, and a user whose role may read the security policy about members of the current tenant. Null if there is no such person or the caller may not ask about them.',
    access: 'readPolicy',
    validate: z.looseObject({ userId: idOf('User'), tenantId: idOf('Tenant').nullish(), deviceToken: secret.nullish() }),
    args: {
      userId: t.arg.id({ description: 'The person, by global id or `restId`.' }),
      tenantId: t.arg.id({
        required: false,
        description:
          'The tenant that the login enters, by global id or `restId`. If absent or null, it is the current tenant, or for an environment token that names none the tenant that the next login enters. The answer is null for a tenant other than the current one, and for one that the person is no member of.',
      }),
      at: t.arg({
        type: 'DateTime',
        required: false,
        description:
          'When the login takes place. If absent or null, it is now. Another moment moves the clock alone, by which memberships, exemptions, the time to enroll, remembered devices and shut factors end, and announced enforcements begin: all records are those of now.',
      }),
      firstFactor: t.arg({
        type: FirstFactor,
        required: false,
        defaultValue: 'PASSWORD',
        description: 'How the login proves its first factor. Null means the default as well.',
      }),
      deviceToken: t.arg.string({
        required: false,
        description:
          'The token of a remembered device, to see whether it stands for the second factor. It is a secret, so it belongs into a variable. It is not marked as used. If absent or null, the login comes from no remembered device.',
      }),
    },
    resolve: async (_root, { userId, tenantId, at, firstFactor, deviceToken }, context) =>
      context.services.explanation.explain(await callerOf(context), {
        userId,
        tenantId: tenantId ?? null,
        at: at ?? null,
        firstFactor: firstFactor ?? 'PASSWORD',
        deviceToken: deviceToken ?? null,
      }),
  }),
);
