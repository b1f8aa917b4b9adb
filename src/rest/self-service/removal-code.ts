import { z } from 'zod';
import type { Actor } from '../../domain/access/actor.ts';
import { codeDigits } from '../../domain/bounds.ts';
import { totp } from '../mfa/fields.ts';
import { check, optionalText } from '../validation.ts';

/**
 * The body of a removal by code. The field may be missing, because an environment token needs no code; `codeOf` requires it from
 * users.
 */
export const removalBody = z
  .object({ token: optionalText().describe(`A ${codeDigits}-digit code of the authenticator app. It is required from users.`) })
  .nullish();

const ofUser = z.object({ token: totp });

/** Returns the code of a user, or null for an environment token, whatever it sent. */
export const codeOf = (actor: Actor, body: unknown): string | null => (actor.kind === 'USER' ? check(ofUser, body).token : null);
