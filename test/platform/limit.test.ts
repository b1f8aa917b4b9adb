import { expect, it } from 'vitest';
import { createLimit } from '../../src/platform/limit.ts';

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('never runs more at once than it has places, and all in order of arrival', async () => {
  const limited = createLimit({ concurrent: 3, waiting: 100, longestWaitMilliseconds: 10_000 });
  let running = 0;
  let most = 0;
  const started: number[] = [];
  await Promise.all(
    Array.from({ length: 50 }, (_, index) =>
      limited(async () => {
        started.push(index);
        running += 1;
        most = Math.max(most, running);
        await tick();
        running -= 1;
      }),
    ),
  );
  expect(most).toBe(3);
  expect(started).toEqual(Array.from({ length: 50 }, (_, index) => index));
});

it('whoever comes when a place becomes free does not overtake the line', async () => {
  const limited = createLimit({ concurrent: 1, waiting: 2, longestWaitMilliseconds: 10_000 });
  const started: string[] = [];
  const work = (name: string) => async (): Promise<void> => {
    started.push(`${name} begins`);
    await tick();
    started.push(`${name} ends`);
  };
  const [first, second] = [limited(work('first')), limited(work('second'))];
  const late = first.then(() => limited(work('late')));
  await Promise.all([second, late]);
  expect(started).toEqual(['first begins', 'first ends', 'second begins', 'second ends', 'late begins', 'late ends']);
});

it('work that fails gives its place back', async () => {
  const limited = createLimit({ concurrent: 1, waiting: 0, longestWaitMilliseconds: 10_000 });
  for (const round of [1, 2, 3]) await expect(limited(() => Promise.reject(new Error(`round ${round}`)))).rejects.toThrow(`round ${round}`);
  await expect(limited(async () => 'done')).resolves.toBe('done');
});

it('work that has waited for too long is refused when its turn comes, and the next one is run at once', async () => {
  const limited = createLimit({ concurrent: 1, waiting: 10, longestWaitMilliseconds: 20 });
  const slow = limited(() => new Promise((resolve) => setTimeout(resolve, 80, 'first')));
  const late = limited(async () => 'too late');
  const outcomes = await Promise.allSettled([slow, late]);
  expect(outcomes).toMatchObject([{ value: 'first' }, { status: 'rejected', reason: { code: 'UNAVAILABLE' } }]);
  expect(await limited(async () => 'again')).toBe('again');
});
