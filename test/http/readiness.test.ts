import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Unavailable } from '../../src/domain/errors.ts';
import { createReadiness } from '../../src/http/readiness.ts';

const log = { info: vi.fn(), warn: vi.fn(), error: vi.fn() };
const ping = vi.fn<() => Promise<void>>();
beforeEach(() => {
  vi.useFakeTimers();
  for (const mock of [log.info, log.error, ping]) mock.mockReset();
});
afterEach(() => {
  vi.useRealTimers();
});

test('all questions within a second share one check of the database', async () => {
  ping.mockResolvedValue();
  const isReady = createReadiness({ ping, log });
  expect(await Promise.all([isReady(), isReady()])).toEqual([true, true]);
  await vi.advanceTimersByTimeAsync(999);
  await isReady();
  expect(ping).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(1);
  await isReady();
  expect(ping).toHaveBeenCalledTimes(2);
});

test('a failure is answered until it is over, and logged when it begins and when it ends, without the text of a library', async () => {
  const isReady = createReadiness({ ping, log });
  for (let time = 0; time < 5; time += 1) {
    ping.mockRejectedValue(time < 3 ? new Unavailable('SQLITE_FULL') : new TypeError('a text with a secret'));
    expect(await isReady()).toBe(false);
    await vi.advanceTimersByTimeAsync(1000);
  }
  ping.mockResolvedValue();
  expect(await isReady()).toBe(true);
  expect(log.error.mock.calls.map(([fields]) => fields)).toEqual([{ reason: 'SQLITE_FULL' }, { reason: 'TypeError' }]);
  expect(log.info).toHaveBeenCalledOnce();
});

test('a database that does not answer is not ready after three seconds, and ready again as soon as it answers', async () => {
  let answer = (): void => undefined;
  ping.mockImplementationOnce(
    () =>
      new Promise((resolve) => {
        answer = resolve;
      }),
  );
  ping.mockResolvedValue();
  const isReady = createReadiness({ ping, log });
  const hanging = isReady();
  await vi.advanceTimersByTimeAsync(3000);
  expect(await hanging).toBe(false);
  answer();
  await vi.advanceTimersByTimeAsync(1000);
  expect(await isReady()).toBe(true);
});
