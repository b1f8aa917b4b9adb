/** A mail address and the name shown with it, kept apart so that neither can end up in the other's header. */
export interface Mailbox {
  name: string;
  address: string;
}

/** No white space, no control or list characters: one address can never become two, nor another header line. */
const address = String.raw`[^\s\p{Cc}<>()",:;@\\]+@[^\s\p{Cc}<>()",:;@\\]+`;
const bare = new RegExp(`^${address}$`, 'u');
const named = new RegExp(String.raw`^"?([^"<>\p{Cc}]*?)"?\s*<(${address})>$`, 'u');

/** Reads `address`, `Name <address>` or `"Name" <address>`; throws on anything else. */
export function parseMailbox(text: string): Mailbox {
  if (bare.test(text)) return { name: '', address: text };
  const [, name, found] = named.exec(text) ?? [];
  if (name === undefined || found === undefined) throw new Error('not a mail address');
  return { name, address: found };
}
