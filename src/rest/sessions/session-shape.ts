import { z } from 'zod';
import type { OwnSession } from '../../services/session/own-sessions.ts';

/** A session as Frontegg's clients read it. */
export const sessionShape = z
  .object({
    id: z.string().describe('The claim `sid` of its tokens.'),
    createdAt: z.string(),
    ipAddress: z.string().describe('The client address that signed in. Empty if the session is older than this field.'),
    userAgent: z.string().describe('What the browser that signed in reported. Empty if it reported nothing.'),
    current: z.boolean().describe('Whether it is the session of the request. Always false with an environment token.'),
    impersonated: z.boolean().describe('Always false, because nobody can act as another user.'),
    expires: z.string().describe('When the session ends for good, however often it is refreshed.'),
  })
  .meta({ id: 'UserSession', description: 'A living session of a user.' });

/** Encodes a session. */
export const encodeSession = ({ id, createdAt, address, userAgent, current, expiresAt }: OwnSession): z.input<typeof sessionShape> => ({
  id,
  createdAt: createdAt.toISOString(),
  ipAddress: address ?? '',
  userAgent: userAgent ?? '',
  current,
  impersonated: false,
  expires: expiresAt.toISOString(),
});
