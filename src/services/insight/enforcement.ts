import { faultOf } from '../../domain/fault.ts';
import type { Log } from '../../domain/ports.ts';
import type { Worker } from '../worker.ts';
import { createWorker } from '../worker.ts';

/** How often the worker looks whether the time of something has come. */
const pollMilliseconds = 10_000;

interface Needs {
  schedules: { startSome(): Promise<boolean> };
  exemptions: { endSome(): Promise<boolean> };
  reminders: { remindSome(): Promise<boolean> };
  log: Log;
}

/** Creates the worker that does what policies do when its time has come: enforcements begin, exemptions end, and people are reminded. */
export const createEnforcement = ({ schedules, exemptions, reminders, log }: Needs): Worker =>
  createWorker({
    everyMilliseconds: pollMilliseconds,
    async doSome() {
      const started = await schedules.startSome();
      const ended = await exemptions.endSome();
      const reminded = await reminders.remindSome();
      return started || ended || reminded;
    },
    onFailure: (error) => log.error(faultOf(error), 'scheduled enforcements, exemptions or reminders could not go on'),
  });
