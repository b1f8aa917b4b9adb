import { z } from 'zod';
import type { EventKind, ShownEvent } from '../../domain/audit/event.ts';
import { eventKinds, refusalKinds } from '../../domain/audit/event.ts';

/** How bad events are, in Frontegg's words, from harmless to worst. */
const severities = ['Info', 'Medium', 'High', 'Critical'] as const;
type Severity = (typeof severities)[number];

/** Kinds of which somebody should hear: what was stolen or guessed, or what takes a factor away. */
const high: ReadonlySet<EventKind> = new Set([
  'REFRESH_TOKEN_REUSED',
  'AUTHORIZATION_CODE_REUSED',
  'USER_LOCKED',
  'RECOVERY_USED',
  'MFA_RESET',
  'MFA_BYPASS_SET',
  'MFA_EXEMPTION_GRANTED',
]);

const severityOf = (kind: EventKind): Severity => (high.has(kind) ? 'High' : refusalKinds.has(kind) ? 'Medium' : 'Info');

/** The kinds that count as severe in numbers. */
export const severeKinds: readonly EventKind[] = [...high];

/** Returns the kinds of a severity in any letter case. None for one that does not exist. */
export const kindsOfSeverity = (severity: string): EventKind[] =>
  eventKinds.filter((kind) => severityOf(kind).toLowerCase() === severity.toLowerCase());

/** Returns what people read for a kind, such as "Login failed". */
function actionOf(kind: EventKind): string {
  const words = kind.toLowerCase().replaceAll('_', ' ').replaceAll('mfa', 'MFA');
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

/** Returns the kinds whose action contains the text, in any letter case. */
export const kindsOfAction = (text: string): EventKind[] => eventKinds.filter((kind) => actionOf(kind).toLowerCase().includes(text.toLowerCase()));

/** An entry of the list, with the names that Frontegg's screens and SDKs read. */
export const auditShape = z.object({
  frontegg_id: z.string(),
  createdAt: z.string(),
  updatedAt: z.string().describe('The same as createdAt, because events never change.'),
  action: z.string().describe('What happened, in words. Any release may add some.'),
  description: z.string().describe('The strategy, and the error code of a refusal or what was changed. Empty if the action says everything.'),
  severity: z.enum(severities),
  user: z.string().describe('The name of the person who acted, or else whom the event is about. Empty if that is no member of the tenant.'),
  email: z.string().describe('The address of that person.'),
  ip: z.string().describe('The address of the client.'),
  requestId: z.string().describe('The header `frontegg-trace-id` of the answer.'),
  tenantId: z.string().nullable(),
  vendorId: z.string(),
});

/** Encodes an event. */
export function encodeAudit({ id, at, kind, strategy, reason, person, address, requestId, tenantId }: ShownEvent, vendorId: string) {
  const time = at.toISOString();
  return {
    frontegg_id: id,
    createdAt: time,
    updatedAt: time,
    action: actionOf(kind),
    description: [strategy, reason].filter((part) => part !== null).join(': '),
    severity: severityOf(kind),
    user: person?.name ?? '',
    email: person?.email ?? '',
    ip: address,
    requestId,
    tenantId,
    vendorId,
  };
}

/** A column of the list, by which screens draw it. */
export const auditColumnShape = z.object({
  name: z.string(),
  displayName: z.string(),
  type: z.enum(['Timestamp', 'Email', 'AlphaNumeric', 'Severity']),
  sortable: z.boolean(),
  filterable: z.boolean(),
  showInTable: z.boolean(),
  showInMoreInfo: z.enum(['Always', 'Never']),
});

const column = (name: keyof z.infer<typeof auditShape>, displayName: string, type: z.infer<typeof auditColumnShape>['type'], more: object = {}) => ({
  ...{ name, displayName, type, sortable: false, filterable: true, showInTable: true, showInMoreInfo: 'Never' as const },
  ...more,
});

/**
 * The columns of the list. Client addresses are plain text: screens ask for the place of a column that is said to hold addresses, and
 * this server knows none.
 */
export const auditColumns: readonly z.infer<typeof auditColumnShape>[] = [
  column('createdAt', 'Time', 'Timestamp', { sortable: true }),
  column('email', 'User', 'Email'),
  column('action', 'Action', 'AlphaNumeric'),
  column('description', 'Description', 'AlphaNumeric', { filterable: false }),
  column('ip', 'IP address', 'AlphaNumeric'),
  column('severity', 'Severity', 'Severity'),
  column('requestId', 'Request', 'AlphaNumeric', { filterable: false, showInTable: false, showInMoreInfo: 'Always' }),
];
