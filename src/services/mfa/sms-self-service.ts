import type { Actor, Origin } from '../../domain/access/actor.ts';
import { codeOwner } from '../../domain/authenticator/one-time-code.ts';
import type { User } from '../../domain/directory/user.ts';
import type { Enrolled } from '../authenticator/factors.ts';
import type { Confirming } from './confirming.ts';
import type { EnrollmentGate } from './enrollment-rules.ts';
import type { FactorOfUser, OwnProof, ProvenRemoval } from './proven-removal.ts';
import type { SentSmsCode, SmsCodes, SmsProof } from './sms-codes.ts';

interface Needs {
  gate: EnrollmentGate;
  confirming: Confirming;
  removal: ProvenRemoval;
  smsCodes: SmsCodes;
}

export type SmsSelfService = ReturnType<typeof createSmsSelfService>;

const provable = { kinds: ['SMS'], missing: { otcToken: 'should not be empty', code: 'should not be empty' } } as const;

/** Adding and removing phones outside of a login: by the user, or by an environment token for a user it names. */
export function createSmsSelfService({ gate, confirming, removal, smsCodes }: Needs) {
  /** The code has to be the one sent to this phone for its removal. */
  const proofBy = ({ otcToken, code }: SmsProof): OwnProof => ({
    read(phone, userId) {
      const answer = smsCodes.readAnswer(code);
      return () => smsCodes.provePhone(phone, otcToken, codeOwner.removal(userId, phone.id), answer);
    },
  });

  return {
    /**
     * Sends a code to a number, to be added as a factor; a code sent before for this is void. Errors: `USER_NOT_FOUND`,
     * `STEP_UP_REQUIRED`, `STRATEGY_INACTIVE`, `FACTOR_LIMIT_REACHED`, `SMS_UNAVAILABLE`, `INVALID_INPUT`, `RATE_LIMITED`.
     */
    async begin(
      asking: Actor,
      { userId, phoneNumber, origin }: { userId: string | null; phoneNumber: string; origin: Origin },
    ): Promise<SentSmsCode> {
      const { actor, user, tenantId, enrolled } = await gate.inSession(asking, userId, ['SMS'], origin);
      return smsCodes.sendToNumber({ actor, user, tenantId, owner: codeOwner.enrollment(user.id), origin }, phoneNumber, enrolled);
    },

    /** Adds the number by its code. Errors: as `begin`, and `ATTEMPTS_EXHAUSTED`, `INVALID_CODE`, `CODE_EXPIRED`. */
    async complete(
      asking: Actor,
      { userId, otcToken, code, ...naming }: SmsProof & { userId: string | null; name: string | null; origin: Origin },
    ): Promise<Enrolled> {
      const open = await gate.inSession(asking, userId, ['SMS'], naming.origin);
      const answer = smsCodes.readAnswer(code);
      return confirming.inSession(open, 'SMS', naming, smsCodes.confirmNumber(otcToken, codeOwner.enrollment(open.user.id), answer));
    },

    /**
     * Sends a code to a phone that is to be removed.
     * Errors: `USER_NOT_FOUND`, `DEVICE_NOT_FOUND`, `LAST_FACTOR_ENFORCED`, `SMS_UNAVAILABLE`, `RATE_LIMITED`.
     */
    beginRemoval: (asking: Actor, device: FactorOfUser): Promise<SentSmsCode> =>
      removal.begin(asking, device, provable, ({ actor, user, tenantId }, phone) =>
        smsCodes.sendToPhone({ actor, user, tenantId, owner: codeOwner.removal(user.id, phone.id), origin: device.origin }, phone),
      ),

    /** Removes a phone, as `ProvenRemoval.remove` says. */
    remove: (asking: Actor, { proof, ...device }: FactorOfUser & { proof: SmsProof | null }): Promise<User> =>
      removal.remove(asking, device, provable, proof === null ? null : proofBy(proof)),
  };
}
