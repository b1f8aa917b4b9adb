import { domainToASCII } from 'node:url';
import { maxEmailBytes, maxLocalPartBytes } from '../bounds.ts';
import { utf8Length, withoutBlanksAround } from '../text.ts';

/** What RFC 5322 §3.2.3 calls `dot-atom-text`. It has no quotes, so every mail server reads it alike. */
const atom = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+";
const localPart = new RegExp(`^${atom}(?:\\.${atom})*$`);

/** The same with letters of every script, as earlier releases accepted it. Only some mail servers deliver it (RFC 6531). */
const anyAtom = "[\\p{L}\\p{M}\\p{N}!#$%&'*+/=?^_`{|}~-]+";
const storedLocalPart = new RegExp(`^${anyAtom}(?:\\.${anyAtom})*$`, 'u');

/** The full stops of East Asian keyboards, which are dots in domains (UTS 46 §4). */
const wideDots = /[\u3002\uFF0E\uFF61]/g;

/**
 * An e-mail address to which mail can be sent: `local@domain`. The local part is ASCII without quotes and comments, after Unicode
 * compatibility forms were resolved (NFKC). The domain has a dot or is `localhost`, and may have letters of any script. Blanks and
 * format characters around the address are dropped.
 */
export class EmailAddress {
  /** The address to show: the letter case and the script are those of the person. */
  readonly text: string;
  /** The address to send to: its domain is in the ASCII form of DNS (UTS 46), so every mail server can read it. */
  readonly ascii: string;

  private constructor(local: string, domain: string, asciiDomain: string) {
    this.text = `${local}@${domain}`;
    this.ascii = `${local}@${asciiDomain}`;
  }

  /** Reads an address. Null if mail cannot be sent to the text: for example if it has a comma, two addresses, or no domain. */
  static read(text: string): EmailAddress | null {
    const address = EmailAddress.#read(text, localPart);
    if (address === null || address.text.indexOf('@') > maxLocalPartBytes) return null;
    return Math.max(utf8Length(address.text), utf8Length(address.ascii)) <= maxEmailBytes ? address : null;
  }

  /** Reads an address that an earlier release may have stored. Its local part may have letters of any script, and be longer. */
  static readStored(text: string): EmailAddress | null {
    return EmailAddress.#read(text, storedLocalPart);
  }

  static #read(text: string, locals: RegExp): EmailAddress | null {
    const [local = '', domain = '', ...rest] = withoutBlanksAround(text).split('@');
    const asciiDomain = asciiDomainOf(domain);
    const normalized = local.normalize('NFKC');
    if (rest.length > 0 || asciiDomain === null || !locals.test(normalized)) return null;
    return new EmailAddress(normalized, withoutRoot(domain).normalize('NFKC'), asciiDomain);
  }
}

/** Returns the domain with plain dots, and without the dot at its end that stands for the root. */
const withoutRoot = (domain: string): string => domain.replace(wideDots, '.').replace(/\.$/, '');

/**
 * Returns the form of an e-mail address that is compared, so that a mailbox has only one account. Letter case, Unicode
 * compatibility forms, the script of the domain, a dot at its end, and blanks around the address make no difference; dots and plus
 * tags in the local part do. Every text has such a form, because an earlier release may have stored addresses that are refused now.
 */
export function normalizeEmail(email: string): string {
  const text = withoutBlanksAround(email.normalize('NFKC'));
  const at = text.lastIndexOf('@');
  const domain = at === -1 ? null : asciiDomainOf(text.slice(at + 1));
  return domain === null ? text.toLowerCase() : `${text.slice(0, at).toLowerCase()}@${domain}`;
}

/** Returns the domain in the ASCII form of DNS and in small letters. Null if it cannot be the domain of a mailbox. */
function asciiDomainOf(domain: string): string | null {
  const given = withoutRoot(domain);
  // The conversion below is that of URLs. It would read escapes, and would drop format characters, in which case nobody sees which domain it is.
  if (!/^[A-Za-z0-9.\-\P{ASCII}]+$/u.test(given) || /[\s\p{C}]/u.test(given)) return null;
  const ascii = domainToASCII(given);
  const labels = ascii.split('.');
  const isHost = labels.every((label) => /^(?!-)[a-z0-9-]{1,63}(?<!-)$/.test(label)) && !/^\d+$/.test(labels.at(-1) ?? '');
  return isHost && (labels.length > 1 || ascii === 'localhost') ? ascii : null;
}
