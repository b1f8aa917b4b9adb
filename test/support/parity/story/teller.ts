import { totp } from '../../builders.ts';
import { query } from '../../database.ts';
import type { Harness } from '../../harness.ts';
import type { Driver, Outcome } from '../driver.ts';

interface Claims {
  tenantId: string;
  amr?: string[];
}

/** What a step was answered, without what chance made. */
export interface Answer {
  refused?: string;
  enrolled?: boolean;
  claims?: Claims;
  /** Of a WebAuthn ceremony. */
  options?: object;
  /** Names of what else was there. */
  given: string[];
}

export interface Told {
  step: string;
  /** Milliseconds; no two steps share an instant. */
  at: number;
  answer: Answer;
}

/** What an access token says, without what chance made. */
function claimsOf(accessToken: string): Claims {
  const { jti, sid, sub, userId, ...claims } = JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString());
  return claims;
}

/** What names a credential or a ceremony, wherever in the options of WebAuthn it stands. */
const withoutChance = (options: object): object =>
  JSON.parse(JSON.stringify(options, (name, value) => (['challenge', 'id'].includes(name) && /^[\w-]{20,}$/.test(value) ? '<chance>' : value)));

/** Without what chance made: what was there, and what a token says. */
const shape = ({ session, refused, enrolled, options, ...given }: Outcome): Answer => ({
  ...(refused === undefined ? {} : { refused }),
  ...(enrolled === undefined ? {} : { enrolled }),
  ...(session === undefined ? {} : { claims: claimsOf(session.accessToken) }),
  ...(options === undefined ? {} : { options: withoutChance(options) }),
  given: Object.entries(given)
    .map(([name, value]) => `${name}${value === null ? ' null' : ''}`)
    .sort(),
});

export type Teller = ReturnType<typeof createTeller>;

/** Tells a story step by step, and keeps what each was answered. */
export function createTeller(harness: Harness, driver: Driver) {
  const told: Told[] = [];
  /** One second a step, so that rows can be told apart; messages leave before the next. */
  const step = async (name: string, outcome: () => Promise<Outcome>): Promise<Outcome> => {
    harness.clock.advance({ seconds: 1 });
    const answer = await outcome();
    await harness.app.outbox.flush();
    told.push({ step: name, at: harness.clock.now().getTime(), answer: shape(answer) });
    return answer;
  };
  const text = (value: string | null | undefined): string => value ?? 'nothing was given';
  /** A code of a step no code was taken of yet. */
  const next = (secret: string): string => {
    harness.clock.advance({ seconds: 60 });
    return totp(harness, secret);
  };
  /** Ids of a user's factors, oldest first. */
  const factors = async (userId: string): Promise<string[]> =>
    (await query(harness, 'select id from authenticators where user_id = $1 order by created_at', [userId])).map(({ id }) => String(id));
  /** A login that leads to a challenge. */
  const challenged = async (name: string, login: { email: string; password: string }): Promise<string> =>
    text((await step(name, () => driver.logIn(login))).mfaToken);

  return { harness, driver, told, step, text, next, factors, challenged };
}
