import { profileBounds } from '../../domain/bounds.ts';
import { InvalidInput } from '../../domain/errors.ts';
import { holdsOnlyText, utf8Length } from '../../domain/text.ts';

/** Refuses metadata that is not a JSON object, or too long for the token that carries it. Errors: `INVALID_INPUT`. */
export function refuseBadMetadata({ metadata = null, vendorMetadata = null }: { metadata?: string | null; vendorMetadata?: string | null }): void {
  const claim = metadata === null ? {} : objectIn('metadata', metadata);
  if (vendorMetadata !== null) objectIn('vendorMetadata', vendorMetadata);
  if (utf8Length(JSON.stringify(claim)) > profileBounds.metadata) {
    refuseField('metadata', `metadata must have at most ${profileBounds.metadata} bytes as JSON in UTF-8`);
  }
}

/** Returns the JSON object that a text holds. Errors: `INVALID_INPUT`. */
function objectIn(field: string, text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value) && holdsOnlyText(value)) return value;
  } catch {
    // Unreadable text gets the same refusal as text of another JSON value.
  }
  return refuseField(field, `${field} must be a JSON object`);
}

/** Refuses one field of the input. It is a function, so that it can stand in an expression. */
export function refuseField(field: string, message: string): never {
  throw new InvalidInput([{ path: [field], message }]);
}
