import { DomainError } from '../../domain/errors.ts';

/**
 * Runs what was charged for. If the server became unavailable before there was a verdict, the charge is given back, because the
 * person has learned nothing and would otherwise be locked out by a fault of the server. A wrong answer is a verdict and stays
 * charged. The charge also stays if it cannot be given back, because the same fault is in the way.
 */
export async function chargedFor<T>(work: () => Promise<T>, giveBack: () => Promise<unknown>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DomainError && error.code === 'UNAVAILABLE') await giveBack().catch(() => undefined);
    throw error;
  }
}
