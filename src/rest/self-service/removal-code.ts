import { z } from 'zod';
import type { Actor } from '../../domain/access/actor.ts';
import { totp } from '../mfa/fields.ts';
import { check, optionalText } from '../validation.ts';

/** An environment token needs no code, so the field may be missing; from a user it is asked for below. */
export const removalBody = z.object({ token: optionalText().describe('Six digits from the authenticator app; required from users') }).nullish();

const ofUser = z.object({ token: totp });

/** The code a user proves the wish by; null for an environment token, whatever it sent. */
export const codeOf = (actor: Actor, body: unknown): string | null => (actor.kind === 'USER' ? check(ofUser, body).token : null);
