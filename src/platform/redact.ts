import { errorCodes } from '../domain/errors.ts';

/** Fields whose names end like this are never logged, at any depth and in any letter case, such as `mfaToken` or `set-cookie`. */
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
/** Matches lines that may contain a secret field. Other lines, which are most, need not be parsed. */
const suspicious = new RegExp(`(?:${secretEndings.join('|')}|"code)s?":`, 'i');
const publicCodes: ReadonlySet<unknown> = new Set(errorCodes);

/** Returns a JSON line with the values of its secret fields replaced by `[redacted]`. */
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

/** Tells whether the value must not be logged. `code` is a one-time code, unless it is an error code or belongs to an Error. */
function isSecret(name: string, value: unknown, inError: boolean): boolean {
  if (value === null || typeof value === 'boolean') return false;
  if (/^codes?$/i.test(name)) return !inError && !publicCodes.has(value);
  return secretName.test(name);
}
