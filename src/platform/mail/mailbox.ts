import { OwnError } from '../../domain/fault.ts';

/** An e-mail address and the name shown with it. They are separate, so that a name cannot be read as an address. */
export interface Mailbox {
  name: string;
  address: string;
}

/** Pattern of an address. Without white space, control and list characters it cannot become two addresses or another header line. */
const address = String.raw`[^\s\p{Cc}<>()",:;@\\]+@[^\s\p{Cc}<>()",:;@\\]+`;
const bare = new RegExp(`^${address}$`, 'u');
const named = new RegExp(String.raw`^"?([^"<>\p{Cc}]*?)"?\s*<(${address})>$`, 'u');

/** Reads `address`, `Name <address>` or `"Name" <address>`. Throws on anything else. */
export function parseMailbox(text: string): Mailbox {
  if (bare.test(text)) return { name: '', address: text };
  const [, name, found] = named.exec(text) ?? [];
  if (name === undefined || found === undefined) throw new OwnError('not an e-mail address');
  return { name, address: found };
}
