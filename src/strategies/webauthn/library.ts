/**
 * Returns the library that makes and checks ceremonies. It is loaded at the first of them, because it takes a third of a second and
 * 30 MB, and not every deployment uses WebAuthn.
 */
export async function webAuthnLibrary() {
  const [server, helpers] = await Promise.all([import('@simplewebauthn/server'), import('@simplewebauthn/server/helpers')]);
  return { ...server, ...helpers };
}
