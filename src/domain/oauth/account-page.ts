/** Path of the account page. Its parts stand below it. */
export const accountPath = '/oauth/account';

/** A path below the account page with plain names and parameters, and nothing that leads out of it. */
const ownPath = /^\/oauth\/account(?:\/[a-z]+(?:-[a-z]+)*)*(?:\?[\w&=-]*)?$/;

/**
 * Returns the address of the part of the account page that a sign-in leads to. Whatever is no such part leads to the account page itself, so
 * that nobody is sent elsewhere.
 */
export const accountPageAt = (publicUrl: string, path: string): string => `${publicUrl}${ownPath.test(path) ? path : accountPath}`;
