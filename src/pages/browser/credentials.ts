import { bytesOf, textOf } from './bytes.ts';

/** Options for the browser in the JSON form of WebAuthn §5.1, as far as its fields have bytes. */
export interface Options {
  challenge: string;
  user?: { id: string };
  allowCredentials?: { id: string }[];
  excludeCredentials?: { id: string }[];
}

const listed = (credentials: { id: string }[] | undefined) => credentials?.map((credential) => ({ ...credential, id: bytesOf(credential.id) }));

/**
 * Returns the options as the browser takes them. Browsers have a function for it, but those of the last years do not, and people who cannot
 * sign in cannot choose.
 */
function withBytes(options: Options): Record<string, unknown> {
  return {
    ...options,
    challenge: bytesOf(options.challenge),
    ...(options.user === undefined ? {} : { user: { ...options.user, id: bytesOf(options.user.id) } }),
    ...(options.allowCredentials === undefined ? {} : { allowCredentials: listed(options.allowCredentials) }),
    ...(options.excludeCredentials === undefined ? {} : { excludeCredentials: listed(options.excludeCredentials) }),
  };
}

/** Asks the browser to use an authenticator or to make one. Returns its answer in the JSON form of WebAuthn §5.1. */
export async function askBrowser(
  ceremony: 'get' | 'create',
  options: Options,
  how: Pick<CredentialRequestOptions, 'mediation' | 'signal'> = {},
): Promise<object> {
  // The server made the options for this function.
  const publicKey = withBytes(options) as unknown as PublicKeyCredentialCreationOptions & PublicKeyCredentialRequestOptions;
  const credential = await (ceremony === 'create' ? navigator.credentials.create({ publicKey }) : navigator.credentials.get({ publicKey, ...how }));
  if (!(credential instanceof PublicKeyCredential)) throw new Error('the browser has no answer');
  const { response } = credential;
  const answer = { clientDataJSON: textOf(response.clientDataJSON) };
  const about = { id: credential.id, rawId: textOf(credential.rawId), type: credential.type };
  if (response instanceof AuthenticatorAttestationResponse) {
    const transports = response.getTransports?.() ?? [];
    return { ...about, response: { ...answer, attestationObject: textOf(response.attestationObject), transports } };
  }
  const { authenticatorData, signature, userHandle } = response as AuthenticatorAssertionResponse;
  return {
    ...about,
    response: {
      ...answer,
      authenticatorData: textOf(authenticatorData),
      signature: textOf(signature),
      ...(userHandle === null ? {} : { userHandle: textOf(userHandle) }),
    },
  };
}
