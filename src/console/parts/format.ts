const moment = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });
const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeZone: 'UTC' });
const shortDay = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });
const whole = new Intl.NumberFormat('en-GB');
const share = new Intl.NumberFormat('en-GB', { style: 'percent', maximumFractionDigits: 0 });

/** Returns a time in the time zone of the browser, or `never` for one that there is not. */
export const formatTime = (time: string | null): string => (time === null ? 'never' : moment.format(new Date(time)));

/** Returns a day of the server, which are days in UTC. */
export const formatDay = (time: string | Date): string => day.format(new Date(time));

/** Returns a day of the server for the axis of a chart. */
export const formatShortDay = (time: Date): string => shortDay.format(time);

/** Returns a number with separators. */
export const formatNumber = (value: number): string => whole.format(value);

/** Returns a part of a whole in percent, or a dash if there is no whole. */
export const formatShare = (part: number, all: number): string => (all === 0 ? '–' : share.format(part / all));

/** Units in which a duration can be given, the longest first. */
export const units = [
  { name: 'days', seconds: 86_400 },
  { name: 'hours', seconds: 3_600 },
  { name: 'minutes', seconds: 60 },
  { name: 'seconds', seconds: 1 },
] as const;

/** Returns the longest unit that measures a duration in whole numbers. */
export const unitOf = (seconds: number): (typeof units)[number] => units.find((unit) => seconds % unit.seconds === 0 && seconds > 0) ?? units[0];

/** Returns a duration in words. */
export function formatDuration(seconds: number): string {
  const unit = unitOf(seconds);
  const amount = seconds / unit.seconds;
  return `${formatNumber(amount)} ${amount === 1 ? unit.name.slice(0, -1) : unit.name}`;
}

/** Returns a number with what is counted, such as `1 person`. */
export const formatCount = (count: number, one: string, many: string): string => `${formatNumber(count)} ${count === 1 ? one : many}`;
