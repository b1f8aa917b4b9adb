import type { Caller } from '../../domain/access/actor.ts';
import type { EventKind } from '../../domain/audit/event.ts';
import type { ErrorCode } from '../../domain/error-catalogue.ts';
import { DomainError } from '../../domain/errors.ts';
import type { Audit } from './recorder.ts';

/**
 * The errors of each use case of a service, by its name. Both transports derive the errors they publish from these lists: GraphQL
 * the members of a union, REST the documented statuses.
 */
export type ErrorLists = Readonly<Record<string, readonly ErrorCode[]>>;

/** Errors that every use case may throw and that no list repeats: missing or insufficient credentials, and faults of the server. */
const ofEveryUseCase: readonly ErrorCode[] = ['UNAUTHENTICATED', 'FORBIDDEN', 'UNAVAILABLE', 'INTERNAL'];

/** The one shape of a use case: the caller first, then the command. */
type UseCase = (caller: Caller, command: never) => Promise<unknown>;

declare const atBorderMark: unique symbol;

/** The mark that only `useCases` and `reads` give to a method. */
interface AtBorder {
  readonly [atBorderMark]: true;
}

/** Methods that were wrapped by `useCases` or `reads`. */
export type Guarded<Methods> = { [Name in keyof Methods]: Methods[Name] & AtBorder };

/**
 * The services as transports may have them: objects whose every method was wrapped by `useCases` or `reads`. Anything else that is
 * passed to the transports, such as a function that opens sessions or removes without proof, becomes `never` and does not compile.
 */
export type UseCasesOnly<Services> = {
  [Name in keyof Services]: {
    [Method in keyof Services[Name]]: Services[Name][Method] extends AtBorder ? Services[Name][Method] : never;
  };
};

/** Wraps one use case, so that its refusals are recorded and errors that its list lacks are logged. */
const atBorder =
  (audit: Audit, refusedAs: EventKind | null, name: string, errors: readonly ErrorCode[], run: UseCase): UseCase =>
  async (caller, command) => {
    try {
      return await run(caller, command);
    } catch (error) {
      if (error instanceof DomainError && ![...ofEveryUseCase, ...errors].includes(error.code)) audit.unlisted(name, error.code);
      if (refusedAs !== null) await audit.refused(error, refusedAs, caller);
      throw error;
    }
  };

/** Wraps each method. The cast is needed because `Object.fromEntries` loses which name has which type; it adds the mark. */
const wrapped = <Methods extends object>(methods: Methods, wrap: (name: string, run: UseCase) => UseCase): Guarded<Methods> =>
  Object.fromEntries(Object.entries<UseCase>(methods as Record<string, UseCase>).map(([name, run]) => [name, wrap(name, run)])) as Guarded<Methods>;

/**
 * Returns `methods` as use cases that transports may call. Every refusal leaves one event, of the kind that the catalogue names for
 * its code or else of the kind `refusedAs`. An error that is missing from the list of the use case is logged as a fault, because no
 * transport documents it.
 */
export const useCases = <const Lists extends ErrorLists, Methods extends { [Name in keyof Lists]: UseCase }>(
  audit: Audit,
  refusedAs: EventKind,
  errors: Lists,
  methods: Methods & Record<Exclude<keyof Methods, keyof Lists>, never>,
): Guarded<Methods> => wrapped<Methods>(methods, (name, run) => atBorder(audit, refusedAs, name, errors[name] ?? [], run));

/** Returns reads as use cases. They are refused only for missing rights, and they leave no event. */
export const reads = <Methods extends Record<string, UseCase>>(audit: Audit, methods: Methods): Guarded<Methods> =>
  wrapped(methods, (name, run) => atBorder(audit, null, name, [], run));
