import { storedId } from '../../domain/ids.ts';
import { refuse } from './bad-request.ts';
import { defaultPageSize, maxPageSize } from './connections.ts';

/** The types that `node` finds. A test compares them with the schema. */
const nodeTypes: ReadonlySet<string> = new Set([
  ...[
    'AccessToken',
    'Authenticator',
    'BulkInvitation',
    'Group',
    'InvitationLink',
    'MfaEnforcementSchedule',
    'MfaEvent',
    'MfaExemption',
    'MfaPolicy',
    'Migration',
    'Passkey',
    'Permission',
    'PermissionCategory',
    'RedirectUri',
    'RememberedDevice',
    'Role',
    'Tenant',
    'TenantApiToken',
    'User',
    'UserApiToken',
    'UserSession',
  ],
]);

/** The most nodes one `nodes` field may ask for. */
const maxNodes = 100;

/** Options of the relay plugin: how nodes and connections are named and described. */
export const relay = {
  clientMutationId: 'omit',
  cursorType: 'String',
  nodesOnConnection: { description: 'The items of this page, for clients that need no cursors.' },
  nodeTypeOptions: { description: 'An object with a global id, by which `node` finds it again.' },
  idFieldOptions: { description: 'The global id. It is opaque, unique over all types, and suits as the key of a client-side cache.' },
  nodeQueryOptions: {
    description: 'Returns a node by its global id. Null if it does not exist or the caller may not see it.',
    access: 'anyToken',
    args: { id: { description: 'A global id, as the field `id` of a node returns it.' } },
  },
  nodesQueryOptions: {
    description: `Returns up to ${maxNodes} nodes in the order of the ids. An entry is null if \`node\` would return null for it.`,
    access: 'anyToken',
    args: { ids: { description: `Global ids, at most ${maxNodes}.` } },
    complexity: { field: 1, multiplier: 10 },
    resolve: <T>(
      _root: unknown,
      { ids }: { ids: { typename: string; id: string }[] },
      _context: unknown,
      _info: unknown,
      find: (wanted: typeof ids) => T,
    ): T => (ids.length <= maxNodes ? find(ids) : refuse(`At most ${maxNodes} ids.`)),
  },
  pageInfoTypeOptions: { description: 'The position of a page in its list.' },
  hasNextPageFieldOptions: { description: 'Whether there are items after this page.' },
  hasPreviousPageFieldOptions: { description: 'Whether there are items before this page.' },
  startCursorFieldOptions: { description: 'The cursor of the first item. Pass it as `before` to read the previous page. Null if the page is empty.' },
  endCursorFieldOptions: { description: 'The cursor of the last item. Pass it as `after` to read the next page. Null if the page is empty.' },
  pageInfoFieldOptions: { description: 'Whether there are more pages, and the cursors to read them with.' },
  edgesFieldOptions: { description: 'The items of this page, each with its cursor.', nullable: { list: false, items: false } },
  nodeFieldOptions: { description: 'The item.', nullable: false },
  cursorFieldOptions: { description: 'The position of this item in the list. It is opaque and stays valid when items are added.' },
  defaultConnectionTypeOptions: { description: 'One page of a list that is ordered by creation time.' },
  defaultEdgeTypeOptions: { description: 'An item and its position in the list.' },
  firstArgOptions: {
    description: `How many items to read forward, 1 to ${maxPageSize}. The default is ${defaultPageSize} if \`last\` is not given either.`,
  },
  afterArgOptions: { description: 'The cursor after which to start reading forward.' },
  lastArgOptions: { description: `How many items to read backward, 1 to ${maxPageSize}.` },
  beforeArgOptions: { description: 'The cursor before which to start reading backward.' },
  encodeGlobalID: (typename: string, id: bigint | number | string) => globalId(typename, String(id)),
  decodeGlobalID: (text: string) => {
    const read = readGlobalId(text);
    return read !== null && nodeTypes.has(read.typename) ? read : refuse('This is not a global id.');
  },
} as const;

/**
 * What every global id begins with. No other id does: `isTenantId` wants a letter or a digit there, and all other ids are UUIDs. So
 * a text is either a global id or the id of REST, whatever ids an operator has chosen.
 */
const mark = '_';

/** Makes the global id of a node. */
export const globalId = (typename: string, id: string): string => `${mark}${Buffer.from(`${typename}:${id}`, 'utf8').toString('base64url')}`;

/** Reads a global id. Null for other text, including any spelling that `globalId` would not make. */
function readGlobalId(text: string): { typename: string; id: string } | null {
  const [, typename = '', id = ''] = /^([A-Za-z]+):(.+)$/s.exec(Buffer.from(text.slice(mark.length), 'base64url').toString('utf8')) ?? [];
  return id !== '' && globalId(typename, id) === text ? { typename, id } : null;
}

/**
 * Reads an id of an input, which is either the global id of a node of this type or the id REST uses, and returns the latter. The
 * global id of another type comes back as it is, and finds nothing.
 */
export function restIdOf(typename: string, text: string): string {
  const read = readGlobalId(text);
  return read?.typename === typename ? read.id : storedIdOf(typename, text);
}

/** Returns the form in which an id is stored. Only the store knows that of a tenant, whose id the operator may have chosen. */
const storedIdOf = (typename: string, text: string): string => (typename === 'Tenant' ? text : storedId(text));
