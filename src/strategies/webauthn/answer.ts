import { z } from 'zod';
import { InvalidCode } from '../../domain/errors.ts';

/** What a browser answers to `navigator.credentials.create`, as far as it counts here. Bytes are base64url without padding. */
export interface Registration {
  id: string;
  clientDataJSON: string;
  attestationObject: string;
  /** How the authenticator is reached, e.g. `usb`; empty where the browser does not say. */
  transports: string[];
}

/** What a browser answers to `navigator.credentials.get`, as far as it counts here. Bytes are base64url without padding. */
export interface Assertion {
  id: string;
  clientDataJSON: string;
  authenticatorData: string;
  signature: string;
  /** Null for credentials the authenticator does not keep itself; some browsers send an empty text then. */
  userHandle: string | null;
}

/** A credential id has at most 1023 bytes (WebAuthn §4, "Credential ID"). */
const maxIdBytes = 1023;
const maxBytes = 3072;

/** Exactly one text for the same bytes: two spellings of one id would let it pass for two. Padding alone is forgiven. */
const bytes = (max: number) =>
  z
    .string()
    .max(2 * max)
    .transform((text) => text.replace(/={1,2}$/, ''))
    .refine((text) => {
      const decoded = Buffer.from(text, 'base64url');
      return decoded.length > 0 && decoded.length <= max && decoded.toString('base64url') === text;
    });

const credential = { id: bytes(maxIdBytes), rawId: bytes(maxIdBytes).optional(), type: z.literal('public-key').optional() };

/** Some clients leave out `rawId`; where it is there, it has to say the same as `id` (CVE-2026-0723). */
const agrees = ({ id, rawId = id }: { id: string; rawId?: string | undefined }): boolean => id === rawId;

const registration = z
  .object({
    ...credential,
    response: z.object({
      clientDataJSON: bytes(maxBytes),
      attestationObject: bytes(maxBytes),
      transports: z
        .array(z.string().regex(/^[a-z-]{1,32}$/))
        .max(10)
        .catch([]),
    }),
  })
  .refine(agrees);

const assertion = z
  .object({
    ...credential,
    response: z.object({
      clientDataJSON: bytes(maxBytes),
      authenticatorData: bytes(maxBytes),
      signature: bytes(maxBytes),
      userHandle: z.preprocess((handle) => (handle === '' ? null : handle), bytes(64).nullish()),
    }),
  })
  .refine(agrees);

/** Keys nobody knows are ignored: browsers add some in each release. Throws `InvalidCode` on anything that could never be an answer. */
export function readRegistration(input: unknown): Registration {
  const { id, response } = read(registration, input);
  return { id, ...response };
}

/** As `readRegistration`. */
export function readAssertion(input: unknown): Assertion {
  const { id, response } = read(assertion, input);
  return { id, ...response, userHandle: response.userHandle ?? null };
}

function read<T>(shape: z.ZodType<T>, input: unknown): T {
  const result = shape.safeParse(input);
  if (!result.success) throw new InvalidCode(null, 'credential');
  return result.data;
}
