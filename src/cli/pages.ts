import type { Page } from './documents/document.ts';

/** The most items that the server gives at once. */
const pageSize = 100;

/** Reads a list page by page until there are `limit` items, and tells whether there are more. */
export async function pagesOf<Node>(
  limit: number,
  read: (page: { first: number; after: string | null }) => Promise<Page<Node>>,
): Promise<{ items: Node[]; more: boolean }> {
  const items: Node[] = [];
  for (let after: string | null = null; ; ) {
    const { nodes, pageInfo }: Page<Node> = await read({ first: Math.min(pageSize, limit - items.length), after });
    items.push(...nodes);
    if (!pageInfo.hasNextPage || items.length >= limit) return { items, more: pageInfo.hasNextPage };
    after = pageInfo.endCursor;
  }
}
