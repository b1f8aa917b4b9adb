import { refuse } from './bad-request.ts';

/** Types `node` finds; a test compares them with the schema. */
const nodeTypes: ReadonlySet<string> = new Set(['MfaPolicy', 'Tenant', 'User']);

/** How nodes and connections are named and described. */
export const relay = {
  clientMutationId: 'omit',
  cursorType: 'String',
  nodesOnConnection: { description: 'The items of this page, where no cursor is needed.' },
  nodeTypeOptions: { description: 'A thing with a global id, which `node` finds again.' },
  idFieldOptions: { description: 'Global id: opaque, unique over all types, the key of a client-side cache.' },
  nodeQueryOptions: {
    description: 'Finds a node by its global id. Null for an unknown one and for one of somebody else, as if it did not exist.',
    authScopes: { somebody: true },
    args: { id: { description: 'A global id as given by the field `id` of a node.' } },
  },
  nodesQueryOptions: {
    description: 'Finds up to 100 nodes at once, in the order asked; null in the place of each that `node` would not find.',
    authScopes: { somebody: true },
    args: { ids: { description: 'Global ids, at most 100.' } },
    complexity: { field: 1, multiplier: 10 },
    resolve: <T>(
      _root: unknown,
      { ids }: { ids: { typename: string; id: string }[] },
      _context: unknown,
      _info: unknown,
      find: (wanted: typeof ids) => T,
    ): T => (ids.length <= 100 ? find(ids) : refuse('At most 100 ids.')),
  },
  pageInfoTypeOptions: { description: 'Where a page lies in its list.' },
  hasNextPageFieldOptions: { description: 'Whether items follow this page.' },
  hasPreviousPageFieldOptions: { description: 'Whether items come before this page.' },
  startCursorFieldOptions: { description: 'Cursor of the first item, to page backward with `before`; null on an empty page.' },
  endCursorFieldOptions: { description: 'Cursor of the last item, to page forward with `after`; null on an empty page.' },
  pageInfoFieldOptions: { description: 'Whether and from where to read on.' },
  edgesFieldOptions: { description: 'The items of this page, each with its cursor.', nullable: { list: false, items: false } },
  nodeFieldOptions: { description: 'The item itself.', nullable: false },
  cursorFieldOptions: { description: 'Opaque place of this item in the list; it stays valid when items are added.' },
  defaultConnectionTypeOptions: { description: 'One page of a list, ordered by time of creation.' },
  defaultEdgeTypeOptions: { description: 'An item and its place in the list.' },
  firstArgOptions: { description: 'Items to read forward, 1 to 100; 20 when neither `first` nor `last` is given.' },
  afterArgOptions: { description: 'Read forward from behind this cursor.' },
  lastArgOptions: { description: 'Items to read backward, 1 to 100.' },
  beforeArgOptions: { description: 'Read backward from before this cursor.' },
  encodeGlobalID: (typename: string, id: bigint | number | string) => globalId(typename, String(id)),
  decodeGlobalID: (text: string) => {
    const read = readGlobalId(text);
    return read !== null && nodeTypes.has(read.typename) ? read : refuse('This is not a global id.');
  },
} as const;

/** The global id of a node. */
export const globalId = (typename: string, id: string): string => Buffer.from(`${typename}:${id}`, 'utf8').toString('base64url');

/** Null for text that is no global id; only the one spelling that `globalId` makes counts. */
function readGlobalId(text: string): { typename: string; id: string } | null {
  const [, typename = '', id = ''] = /^([A-Za-z]+):(.+)$/s.exec(Buffer.from(text, 'base64url').toString('utf8')) ?? [];
  return id !== '' && globalId(typename, id) === text ? { typename, id } : null;
}

/** An id of an input: the global id of such a node, or the id REST uses. */
export function restIdOf(typename: string, text: string): string {
  const read = readGlobalId(text);
  return read?.typename === typename ? read.id : text;
}
