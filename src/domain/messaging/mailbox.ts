import { maxSenderNameBytes } from '../bounds.ts';
import { isName, utf8Length, withoutBlanksAround } from '../text.ts';
import { EmailAddress } from './email-address.ts';

/** An e-mail address and the name shown with it. They are separate, so that a name cannot be read as an address. */
export interface Mailbox {
  /** Empty if no name is shown. */
  name: string;
  address: EmailAddress;
}

/** What a text that is no mailbox is refused with. */
export const notAMailbox = 'must be an e-mail address, or a name and an address such as Acme Support <support@acme.example>';

/** Reads `address`, `Name <address>` or `"Name" <address>`. Null for anything else, such as a name without an address. */
export function readMailbox(text: string): Mailbox | null {
  const [, written = '', bare] = /^(?:([^<>]*)<([^<>]*)>|[^<>]*)$/su.exec(withoutBlanksAround(text)) ?? [];
  const address = EmailAddress.read(bare ?? text);
  const trimmed = withoutBlanksAround(written);
  const name = /^"(?:[^"\\]|\\.)*"$/s.test(trimmed) ? withoutBlanksAround(trimmed.slice(1, -1).replace(/\\(.)/gs, '$1')) : trimmed;
  if (address === null || (name !== '' && !isNameOfSender(name))) return null;
  return { name, address };
}

/** Tells whether a text can stand before an address. A quote that is left over means that the text was cut or joined. */
const isNameOfSender = (name: string): boolean => isName(name) && !/["\\]/.test(name) && utf8Length(name) <= maxSenderNameBytes;
