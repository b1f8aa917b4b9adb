import type { ListedUser, ShownUser } from './documents/user.ts';
import type { Output } from './output.ts';
import { minute, words } from './output.ts';
import type { Cell } from './table.ts';

/** Says in a word or two whether a user can log in, the worst first. */
export function stateOf({ locked, verified, mfaBypass }: ListedUser): Cell {
  if (locked) return { text: 'locked', style: 'red' };
  if (!verified) return { text: 'not verified', style: 'yellow' };
  return mfaBypass ? { text: 'exempt', style: 'yellow' } : 'active';
}

const stateOfMembership = ({ pending, disabled, expiresAt }: ShownUser['memberships'][number]): Cell => {
  if (disabled) return { text: 'disabled', style: 'red' };
  if (pending) return { text: 'invited', style: 'yellow' };
  return expiresAt === null ? 'open' : `until ${minute(expiresAt)} UTC`;
};

/** Writes everything about a user for people. */
export function printUser(output: Output, user: ShownUser): void {
  const others = user.userEmails.filter(({ email }) => email !== user.email);
  const facts: readonly (readonly [string, Cell])[] = [
    ['id', user.restId],
    ['e-mail', user.email],
    ...(others.length === 0 ? [] : [['other addresses', others.map(({ email }) => email).join(', ')] as const]),
    ...(user.username === null ? [] : [['username', user.username] as const]),
    ['name', user.name],
    ['state', stateOf(user)],
    ['created', `${minute(user.createdAt)} UTC`],
    ['last login', user.lastLoginAt === null ? 'never' : `${minute(user.lastLoginAt)} UTC`],
    ['recovery codes', String(user.recoveryCodesRemaining)],
    ...(user.mfaGrace === null ? [] : [['has to enroll', `until ${minute(user.mfaGrace.endsAt)} UTC`] as const]),
  ];
  output.table(
    [
      { title: '', of: ([name]): Cell => ({ text: name, style: 'dim' }) },
      { title: '', of: ([, value]) => value },
    ],
    facts,
    { titles: false },
  );

  section(output, 'Tenants', user.memberships, [
    { title: 'id', of: ({ tenant }) => tenant?.restId ?? '' },
    { title: 'name', of: ({ tenant }) => tenant?.name ?? '' },
    { title: 'state', of: stateOfMembership },
    { title: 'roles', of: ({ roles }) => roles.map(({ key }) => key).join(', ') },
  ]);
  section(output, 'Authenticators', user.authenticators, [
    { title: 'kind', of: ({ strategy }) => words(strategy) },
    { title: 'name', of: ({ label }) => label },
    { title: 'enrolled (UTC)', of: ({ createdAt }) => minute(createdAt) },
    { title: 'last used (UTC)', of: ({ lastUsedAt }) => minute(lastUsedAt) },
    { title: 'id', of: ({ restId }) => restId },
  ]);
  section(output, 'Exemptions', user.mfaExemptions, [
    { title: 'for logins to', of: ({ tenant }) => tenant?.restId ?? 'every tenant' },
    { title: 'until (UTC)', of: ({ lastsUntil }) => (lastsUntil === null ? 'without an end' : minute(lastsUntil)) },
    { title: 'reason', of: ({ reason }) => reason ?? 'mfaBypass' },
    { title: 'id', of: ({ restId }) => restId },
  ]);
  section(output, 'Remembered devices', user.rememberedDevices, [
    { title: 'name', of: ({ name }) => name },
    { title: 'skips the factor', of: ({ honored }) => (honored ? 'yes' : 'no') },
    { title: 'remembered (UTC)', of: ({ createdAt }) => minute(createdAt) },
    { title: 'ends (UTC)', of: ({ expiresAt }) => minute(expiresAt) },
    { title: 'id', of: ({ restId }) => restId },
  ]);
}

/** Writes a table below its name, or that there is nothing. */
function section<Row>(output: Output, title: string, rows: readonly Row[], columns: Parameters<typeof output.table<Row>>[0]): void {
  output.line();
  output.painted(output.paint('bold', rows.length === 0 ? `${title}: none` : title));
  if (rows.length > 0) output.table(columns, rows);
}
