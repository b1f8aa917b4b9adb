interface Needs {
  /** How often the worker looks whether something waits, whether or not it was woken. */
  everyMilliseconds: number;
  /** Does a part of what waits. Returns whether more may be left. */
  doSome: () => Promise<boolean>;
  /** Is told why a run in the background ended early. What it left waits for the next one. */
  onFailure: (error: unknown) => void;
}

/** Work that goes on in the background, such as messages to send. */
export interface Worker {
  /** Does everything that waits. Only one run is under way at a time; a call during a run makes it look once more. */
  run(): Promise<void>;
  /** Makes the worker run in the background, after what the process does now. Called after the commit of something that waits. */
  wake(): void;
  /** Starts to look at regular intervals. */
  start(): void;
  /** Begins nothing more. Returns once the part under way has ended. */
  stop(): Promise<void>;
}

/** Creates a worker. Several processes may each have one for the same work, so `doSome` has to reserve what it does. */
export function createWorker({ everyMilliseconds, doSome, onFailure }: Needs): Worker {
  let timer: NodeJS.Timeout | undefined;
  let stopping = false;
  let running: Promise<void> | undefined;
  let again = false;

  const everything = async (): Promise<void> => {
    do {
      again = false;
      while (!stopping && (await doSome()));
    } while (!stopping && again);
  };
  const run = (): Promise<void> => {
    again = true;
    running ??= everything().finally(() => {
      running = undefined;
    });
    return running;
  };
  const runQuietly = (): void => {
    if (!stopping) run().catch(onFailure);
  };

  return {
    run,
    wake: () => void setImmediate(runQuietly),
    start() {
      timer = setInterval(runQuietly, everyMilliseconds);
      timer.unref();
    },
    async stop() {
      stopping = true;
      clearInterval(timer);
      await running?.catch(() => undefined);
    },
  };
}
