import { refuse } from './bad-request.ts';
import { builder } from './builder.ts';

builder.scalarType('DateTime', {
  description:
    'An instant as RFC 3339, answered in UTC with milliseconds: `2026-03-02T09:14:05.123Z`. Inputs may have any offset; digits beyond milliseconds are dropped.',
  serialize: (value) => value.toISOString(),
  parseValue: (value) => instantOf(value) ?? refuse('DateTime is an instant as RFC 3339, such as 2026-03-02T09:14:05.123Z.'),
});

builder.scalarType('EmailAddress', {
  description:
    'An e-mail address, `local@domain`, at most 254 characters (RFC 5321). Letter case makes no difference between users. Other text is answered with `InvalidInputError`.',
  serialize: (value) => value,
  // Format is judged by the rules of the inputs, whose faults people get to read.
  parseValue: (value) => {
    if (typeof value === 'string') return value;
    return refuse('EmailAddress is a string.');
  },
});

builder.scalarType('PhoneNumber', {
  description:
    'A phone number as ITU-T E.164: `+` and 7 to 15 digits, country code first. Blanks, hyphens, dots and brackets between them are dropped. Other text is answered with `InvalidInputError`.',
  serialize: (value) => value,
  // Format is judged by the rules of the inputs, whose faults people get to read.
  parseValue: (value) => {
    if (typeof value === 'string') return value;
    return refuse('PhoneNumber is a string.');
  },
});

builder.scalarType('DataUri', {
  description: 'A picture as a data URI (RFC 2397): `data:image/png;base64,…`. Put it into `src` of an image as it is.',
  serialize: (value) => value,
});

builder.scalarType('JSONObject', {
  description:
    'A JSON object, for WebAuthn alone: browsers make and read it, and add fields in new releases (Web Authentication Level 3, §5.1). Inputs are limited in size.',
  serialize: (value) => value,
  parseValue: (value) => {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
    return refuse('JSONObject is a JSON object.');
  },
});

/** Null for other text, for days no calendar has, and for years that databases do not keep. */
function instantOf(value: unknown): Date | null {
  const [, date = ''] = typeof value === 'string' ? (/^(\d{4}-\d\d-\d\d)T\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/.exec(value) ?? []) : [];
  if (date === '') return null;
  const [instant, midnight] = [new Date(String(value)), new Date(`${date}T00:00:00Z`)];
  if (Number.isNaN(instant.getTime()) || Number.isNaN(midnight.getTime()) || midnight.toISOString().slice(0, 10) !== date) return null;
  return instant.getUTCFullYear() >= 1 && instant.getUTCFullYear() <= 9999 ? instant : null;
}
