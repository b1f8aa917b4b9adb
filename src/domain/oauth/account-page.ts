/** Path of the account page. Its parts stand below it. */
export const accountPath = '/oauth/account';

/** A path below the account page with plain names and parameters, and nothing that leads out of it. */
const ownPath = /^\/oauth\/account(?:\/[a-z]+(?:-[a-z]+)*)*(?:\?[\w&=-]*)?$/;

/**
 * Returns the path of the part of the account page that a sign-in leads to. Whatever is no such part leads to the account page itself, so that
 * nobody is sent elsewhere. It names no host, because the cookie is at the one that the browser used.
 */
export const accountPageAt = (path: string): string => (ownPath.test(path) ? path : accountPath);
