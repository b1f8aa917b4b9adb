import { errorCodes } from '../domain/errors.ts';

/** Ends of field names whose values never reach a log, at any depth and in any letter case: `mfaToken`, `clientSecret`, `set-cookie` … */
const secretEndings = [
  'password',
  'token',
  'secret',
  'authorization',
  'cookie',
  'privatekey',
  'recoverycode',
  'credential',
  'otpauthuri',
  'qrcode',
  'pepper',
];

const secretName = new RegExp(`(?:${secretEndings.join('|')})s?$`, 'i');
/** Most lines hold none of the names; they are not taken apart. */
const suspicious = new RegExp(`(?:${secretEndings.join('|')}|"code)s?":`, 'i');
const publicCodes: ReadonlySet<unknown> = new Set(errorCodes);

/** A line of JSON without the values of its secret fields. */
export function redactLine(line: string): string {
  if (!suspicious.test(line)) return line;
  try {
    return `${JSON.stringify(redact(JSON.parse(line)))}\n`;
  } catch {
    return '{"level":"error","msg":"a log line was withheld: it could not be searched for secrets"}\n';
  }
}

function redact(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(redact);
  if (typeof value !== 'object' || value === null) return value;
  const isError = 'stack' in value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, isSecret(name, field, isError) ? '[redacted]' : redact(field)]));
}

/** `code` is a one-time code, except where it names an error: the catalogue's, or the `code` of an Error. */
function isSecret(name: string, value: unknown, inError: boolean): boolean {
  if (value === null || typeof value === 'boolean') return false;
  if (/^codes?$/i.test(name)) return !inError && !publicCodes.has(value);
  return secretName.test(name);
}
