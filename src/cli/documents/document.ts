/** A GraphQL document, with the types of what it answers and of the variables it takes. A test compares the text with the schema. */
export interface Document<Data, Variables extends object> {
  readonly text: string;
  /** It is never there. The types of a document are known by it. */
  readonly types?: (variables: Variables) => Data;
}

/** Makes a document. The types are written by hand, because few fields are asked for. */
export const document = <Data, Variables extends object = Record<never, never>>(text: string): Document<Data, Variables> => ({ text });

/** The fields of every error in a union, which `successOf` makes a sentence of. */
export const errorFields = `
  __typename
  ... on UserError { code message }
  ... on InvalidInputError { issues { path message } }`;

/** An error in a union. */
export interface RefusedResult {
  __typename: string;
  code: string;
  message: string;
  issues?: readonly { path: readonly string[]; message: string }[];
  /** Asked for where the union has it. */
  retryAfterSeconds?: number;
  /** Asked for where the error names a rule. It begins with `must`. */
  reason?: string;
  /** Asked for where a document of settings may be refused. */
  problems?: readonly Problem[];
}

/** What is wrong with a place in a document of settings. */
export interface Problem {
  line: number;
  column: number;
  path: readonly string[];
  code: string;
  message: string;
}

/** What a union holds: the success, or an error. */
export type Result<Success extends object> = (Success & { __typename: string; code?: undefined }) | RefusedResult;

/** One page of a list. */
export interface Page<Node> {
  nodes: readonly Node[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}
