/** Why a command was not carried out, as one sentence for the person at the terminal. The exit code is then 1. */
export class Failure extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'Failure';
  }
}

/** The server was not reached, or it said that it is too busy. Another attempt may succeed. */
export class Unreachable extends Failure {}

/** A command that was not written as its help says. The exit code is then 2. */
export class UsageError extends Failure {}

/** A command that has said everything, and tells by its exit code how it ended. */
export class Ending extends Failure {
  readonly exitCode: number;
  constructor(exitCode: number) {
    super('');
    this.exitCode = exitCode;
  }
}
