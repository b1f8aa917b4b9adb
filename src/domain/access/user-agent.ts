/** How many characters of a user agent are stored. It is only there to name the browser, and the rest of a long one adds nothing. */
const keptCharacters = 200;

/** Returns as much of a user agent as is stored. */
export const keptUserAgent = (userAgent: string): string => userAgent.slice(0, keptCharacters);
