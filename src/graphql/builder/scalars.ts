import { maxEmailBytes, maxLocalPartBytes } from '../../domain/bounds.ts';
import { refuse } from './bad-request.ts';
import { builder } from './builder.ts';

builder.scalarType('DateTime', {
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc3339',
  description:
    'A point in time as RFC 3339. Answers are in UTC with milliseconds: `2026-03-02T09:14:05.123Z`. Inputs may have any offset. Digits beyond milliseconds are dropped.',
  serialize: (value) => value.toISOString(),
  parseValue: (value) => instantOf(value) ?? refuse('DateTime is an instant as RFC 3339, such as 2026-03-02T09:14:05.123Z.'),
});

builder.scalarType('EmailAddress', {
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc5321',
  description: `An e-mail address of the form \`local@domain\`, at most ${maxEmailBytes} bytes, of which at most ${maxLocalPartBytes} are before the \`@\` (RFC 5321). The local part has ASCII letters, digits and \`!#$%&'*+-/=?^_{|}~.\` and the grave accent, no quotes and no comments. The domain may have letters of any script. Letter case, the script of the domain (\`münchen.example\` or \`xn--mnchen-3ya.example\`), a dot at its end, and blanks around the address make no difference, so two users cannot have addresses that differ only in these. Other text is refused with \`InvalidInputError\`.`,
  serialize: (value) => value,
  // The rules of the inputs check the format, because their errors reach the person as `InvalidInputError`.
  parseValue: (value) => {
    if (typeof value === 'string') return value;
    return refuse('EmailAddress is a string.');
  },
});

builder.scalarType('PhoneNumber', {
  specifiedByURL: 'https://www.itu.int/rec/T-REC-E.164',
  description:
    'A phone number as ITU-T E.164: `+`, then the country code and the number, 7 to 15 digits in total. Blanks and dashes of any kind, dots, brackets and invisible characters are dropped. Other text is refused with `InvalidInputError`.',
  serialize: (value) => value,
  // The rules of the inputs check the format, because their errors reach the person as `InvalidInputError`.
  parseValue: (value) => {
    if (typeof value === 'string') return value;
    return refuse('PhoneNumber is a string.');
  },
});

builder.scalarType('DataUri', {
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc2397',
  description: 'A picture as a data URI (RFC 2397): `data:image/png;base64,…`. It can be used as the `src` of an image.',
  serialize: (value) => value,
  // The rules of the inputs check the format, because their errors reach the person as `InvalidInputError`.
  parseValue: (value) => {
    if (typeof value === 'string') return value;
    return refuse('DataUri is a string.');
  },
});

builder.scalarType('JSONObject', {
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc8259',
  description:
    'A JSON object. It is used for WebAuthn, because browsers produce and read these objects and add fields to them in new releases (Web Authentication Level 3, §5.1), and for metadata, whose keys the operator chooses. Inputs are limited in size.',
  serialize: (value) => value,
  parseValue: (value) => {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
    return refuse('JSONObject is a JSON object.');
  },
});

/** Reads a time as RFC 3339. Null for other text, for days that do not exist, and for years that databases do not keep. */
function instantOf(value: unknown): Date | null {
  const [, date = ''] = typeof value === 'string' ? (/^(\d{4}-\d\d-\d\d)T\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/.exec(value) ?? []) : [];
  if (date === '') return null;
  const [instant, midnight] = [new Date(String(value)), new Date(`${date}T00:00:00Z`)];
  if (Number.isNaN(instant.getTime()) || Number.isNaN(midnight.getTime()) || midnight.toISOString().slice(0, 10) !== date) return null;
  return instant.getUTCFullYear() >= 1 && instant.getUTCFullYear() <= 9999 ? instant : null;
}
