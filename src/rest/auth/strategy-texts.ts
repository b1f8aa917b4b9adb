import { DomainError } from '../../domain/errors.ts';
import { WordedRefusal } from '../errors.ts';

/** The texts that clients know for a way to log in that is not switched on. */
const texts = {
  CODE: 'Invalid authentication type, OTC (One-Time Code) authentication should be enabled',
  MAGIC_LINK: 'Invalid authentication type, magic link authentication should be enabled',
  // No text is documented for it. It has the form of the others.
  SMS_CODE: 'Invalid authentication type, SMS code authentication should be enabled',
} as const;

/** Runs `work`, and refuses in the words of the strategy if that is not switched on. */
export async function wordedPerStrategy<T>(strategy: keyof typeof texts, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof DomainError && error.code === 'STRATEGY_INACTIVE' ? new WordedRefusal(error, texts[strategy]) : error;
  }
}
