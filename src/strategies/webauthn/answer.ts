import { z } from 'zod';
import { malformedCode } from '../../domain/errors.ts';

/** The browser's answer to `navigator.credentials.create`, reduced to the fields used here. Bytes are base64url without padding. */
export interface Registration {
  id: string;
  clientDataJSON: string;
  attestationObject: string;
  /** Ways to reach the authenticator, such as `usb`. Empty if the browser does not report them. */
  transports: string[];
}

/** The browser's answer to `navigator.credentials.get`, reduced to the fields used here. Bytes are base64url without padding. */
export interface Assertion {
  id: string;
  clientDataJSON: string;
  authenticatorData: string;
  signature: string;
  /** Null if the authenticator does not store the credential itself; some browsers send an empty text instead. */
  userHandle: string | null;
}

/** The answer to either ceremony. The two have different fields, so neither can pass for the other. */
export type WebAuthnAnswer = Registration | Assertion;

/** Tells whether the answer is a registration, that is, the answer to `navigator.credentials.create`. */
export const isRegistration = (answer: WebAuthnAnswer): answer is Registration => 'attestationObject' in answer;

/** Longest credential id in bytes (WebAuthn §4, "Credential ID"). */
const maxIdBytes = 1023;
/** Longest value of any other field, in bytes. */
const maxBytes = 3072;

/**
 * Accepts base64url of 1 to `max` bytes in its one canonical spelling, with or without padding. A second spelling would
 * let one credential id pass for two.
 */
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

/** Tells whether `rawId` equals `id`. Some clients leave `rawId` out; a different one is refused (CVE-2026-0723). */
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

/** Reads the answer to either ceremony, in the JSON form of WebAuthn §5.1. Throws `InvalidCode` if the input cannot be one. */
export function readWebAuthnAnswer(input: unknown): WebAuthnAnswer {
  const { response } = (input ?? {}) as { response?: unknown };
  return typeof response === 'object' && response !== null && 'attestationObject' in response ? readRegistration(input) : readAssertion(input);
}

/**
 * Reads the answer to `navigator.credentials.create`. Throws `InvalidCode` if the input cannot be one. Unknown keys are
 * ignored, because browsers add keys over time.
 */
export function readRegistration(input: unknown): Registration {
  const { id, response } = read(registration, input);
  return { id, ...response };
}

/** Reads the answer to `navigator.credentials.get`, by the same rules as `readRegistration`. */
export function readAssertion(input: unknown): Assertion {
  const { id, response } = read(assertion, input);
  return { id, ...response, userHandle: response.userHandle ?? null };
}

function read<T>(shape: z.ZodType<T>, input: unknown): T {
  const result = shape.safeParse(input);
  if (!result.success) throw malformedCode('credential');
  return result.data;
}
