/** Most characters of a credential as JSON. Real ones have about 2000. */
export const maxCredentialCharacters = 16_384;

/** The description of a `credential`. */
export const credentialDescription = `The \`toJSON()\` of what \`navigator.credentials\` returned, with bytes as base64url (RFC 4648) and at most ${maxCredentialCharacters} characters of JSON. Unknown fields are ignored.`;
