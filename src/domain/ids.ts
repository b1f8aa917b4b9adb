/** Most characters of an id in an input; global ids are longer than the ids they are made of. */
export const maxIdCharacters = 200;

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Returns the form in which the ids of users and of everything they own are stored: a UUID in small letters, because RFC 9562 §4
 * reads it in either case. Any other text stays as it is, and nothing is found by it.
 */
export const storedId = (text: string): string => (uuid.test(text) ? text.toLowerCase() : text);
