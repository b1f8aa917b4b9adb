import { builder } from './builder.ts';

/** The direction in which a list is ordered. */
export const SortDirection = builder.enumType('SortDirection', {
  description: 'The direction of an order.',
  values: {
    ASCENDING: { description: 'The smallest, earliest or first in the alphabet begins.' },
    DESCENDING: { description: 'The largest, latest or last in the alphabet begins.' },
  } as const,
});
