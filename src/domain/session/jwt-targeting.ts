/** What a condition can look at. */
export const targetingAttributes = ['userId', 'applicationId', 'tenantId', 'roleIds', 'tokenType', 'userEmail'] as const;
/** One of `targetingAttributes`. */
export type TargetingAttribute = (typeof targetingAttributes)[number];

/** How a condition compares: with one of the listed texts, with a part, or with the end. */
export const targetingOperators = ['in_list', 'contains', 'ends_with'] as const;
/** One of `targetingOperators`. */
export type TargetingOperator = (typeof targetingOperators)[number];

/** One condition of a rule. */
export interface TargetingCondition {
  attribute: TargetingAttribute;
  op: TargetingOperator;
  list: readonly string[];
  /** Whether the condition is met where the comparison fails. */
  negate: boolean;
}

/** A rule: tokens that meet all conditions are made by the template. */
export interface TargetingRule {
  conditions: readonly TargetingCondition[];
  /** Id or key of the template. */
  treatment: string;
}

/** The rules of the environment, in their order. */
export interface JwtTargeting {
  id: string;
  rules: readonly TargetingRule[];
  /** As the database keeps JSON: in RFC 3339 form. */
  createdAt: string;
  updatedAt: string;
}

/** Bounds of the rules. They stand in the row of the environment, which every login reads, so they are few. */
export const targetingBounds = { rules: 50, conditions: 10, values: 100, valueCharacters: 256, bytes: 16_384 } as const;

/** What the rules look at. A list of role ids meets a condition if one of them does. */
export type TargetingFacts = Readonly<Record<TargetingAttribute, string | readonly string[]>>;

const compare: Readonly<Record<TargetingOperator, (value: string, wanted: string) => boolean>> = {
  in_list: (value, wanted) => value === wanted,
  contains: (value, wanted) => value.includes(wanted),
  ends_with: (value, wanted) => value.endsWith(wanted),
};

function meets({ attribute, op, list, negate }: TargetingCondition, facts: TargetingFacts): boolean {
  const values = [facts[attribute]].flat();
  return values.some((value) => list.some((wanted) => compare[op](value, wanted))) !== negate;
}

/** Returns the template that the first rule whose conditions are all met names, by its id or key. Null if no rule is met. */
export const treatmentFor = (rules: readonly TargetingRule[], facts: TargetingFacts): string | null =>
  rules.find(({ conditions }) => conditions.every((condition) => meets(condition, facts)))?.treatment ?? null;

/** Whether a rule looks at the attribute, so that it has to be read. */
export const looksAt = (rules: readonly TargetingRule[], attribute: TargetingAttribute): boolean =>
  rules.some(({ conditions }) => conditions.some((condition) => condition.attribute === attribute));
