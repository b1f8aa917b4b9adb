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
