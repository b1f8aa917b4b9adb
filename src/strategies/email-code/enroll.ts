/** Nothing to enroll: the address is the user's own, and there is no secret to agree on. */
export const enrollment = null;
