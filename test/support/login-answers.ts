import { expect } from 'vitest';
import type { Harness } from './harness.ts';
import { opaqueToken } from './rest.ts';

interface Person {
  id: string;
  email: string;
}

const about = ({ id, email }: Person) => ({ tokenType: 'bearer', userId: id, userEmail: email, emailVerified: true });

/** Every field of the answer of a login that needs nothing more, as of whatever else hands out tokens. */
export const tokensOf = (harness: Harness, person: Person) => ({
  ...about(person),
  mfaRequired: false,
  accessToken: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
  refreshToken: expect.stringMatching(opaqueToken),
  expiresIn: 900,
  expires: new Date(harness.clock.now().getTime() + 900_000).toISOString(),
});

/** Every field of the answer of a login that waits for a second factor, but for what it offers. */
export const waitingFor = (person: Person) => ({ ...about(person), mfaRequired: true, mfaToken: expect.stringMatching(opaqueToken) });
