import type { Caller } from '../../domain/access/actor.ts';
import type { EventKind } from '../../domain/audit/event.ts';
import type { ErrorCode } from '../../domain/errors.ts';
import { DomainError } from '../../domain/errors.ts';
import type { Audit } from './recorder.ts';

/**
 * The errors of each use case of a service, by its name. Both transports make the errors they publish from these lists: GraphQL
 * the members of a union, REST the documented statuses.
 */
export type ErrorLists = Readonly<Record<string, readonly ErrorCode[]>>;

/** Errors that every use case may throw and that no list repeats: the credentials do not suffice, or the fault is ours. */
const ofEveryUseCase: readonly ErrorCode[] = ['UNAUTHENTICATED', 'FORBIDDEN', 'UNAVAILABLE', 'INTERNAL'];

/** The one way to call a use case: who asks and from where, then what is asked. */
type UseCase = (caller: Caller, command: never) => Promise<unknown>;

declare const atBorderMark: unique symbol;

/** What `useCases` and `reads` alone give to a method: nothing else may stand in `Services`. */
interface AtBorder {
  readonly [atBorderMark]: true;
}

/** Methods that were wrapped at the border of their use case. */
export type Guarded<Methods> = { [Name in keyof Methods]: Methods[Name] & AtBorder };

/**
 * The services of `Services` as transports may have them: objects whose every method came out of `useCases` or `reads`. Whatever
 * else is handed to the transports, such as what opens sessions or removes without proof, becomes `never` and does not compile.
 */
export type UseCasesOnly<Services> = {
  [Name in keyof Services]: {
    [Method in keyof Services[Name]]: Services[Name][Method] extends AtBorder ? Services[Name][Method] : never;
  };
};

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

/** Wraps each method. `Object.fromEntries` forgets which name has which type, so the type is said again, and with it the mark. */
const wrapped = <Methods extends object>(methods: Methods, wrap: (name: string, run: UseCase) => UseCase): Guarded<Methods> =>
  Object.fromEntries(Object.entries<UseCase>(methods as Record<string, UseCase>).map(([name, run]) => [name, wrap(name, run)])) as Guarded<Methods>;

/**
 * Answers `methods` as use cases that transports may call. Whatever refuses one of them leaves one event of the kind `refusedAs`,
 * or of the kind that the catalogue names for its code. An error that the list of the use case lacks is logged as a fault,
 * because no transport documents it.
 */
export const useCases = <const Lists extends ErrorLists, Methods extends { [Name in keyof Lists]: UseCase }>(
  audit: Audit,
  refusedAs: EventKind,
  errors: Lists,
  methods: Methods & Record<Exclude<keyof Methods, keyof Lists>, never>,
): Guarded<Methods> => wrapped<Methods>(methods, (name, run) => atBorder(audit, refusedAs, name, errors[name] ?? [], run));

/** Answers reads as use cases. Nothing but missing rights refuses them, and they leave no event. */
export const reads = <Methods extends Record<string, UseCase>>(audit: Audit, methods: Methods): Guarded<Methods> =>
  wrapped(methods, (name, run) => atBorder(audit, null, name, [], run));
