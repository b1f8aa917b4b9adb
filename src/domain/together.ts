/**
 * Starts all calls before waiting for any, and returns their results in the same order. If some fail, the error of the first of them in
 * the list is thrown, so that it does not depend on chance which one the caller sees. Unlike `Promise.all` it waits for the others in
 * that case too: inside a transaction a call that goes on after the rollback would find nothing to belong to.
 */
export async function together<T extends readonly unknown[]>(...calls: { [K in keyof T]: PromiseLike<T[K]> }): Promise<T> {
  const outcomes = await Promise.allSettled(calls);
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  // Every outcome is fulfilled here, which the compiler cannot know for each place of the list.
  return outcomes.map((outcome) => (outcome as PromiseFulfilledResult<unknown>).value) as unknown as T;
}
