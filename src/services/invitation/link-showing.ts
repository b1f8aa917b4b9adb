import type { InvitationLink } from '../../domain/invitation/invitation-link.ts';
import type { Keyring } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';

/** A link as whoever may read it does, with its token and the name of its tenant. */
export interface ShownLink extends Omit<InvitationLink, 'tokenHash' | 'sealedToken' | 'byEnvironment'> {
  token: string;
  /** The address of the page where people use the link. */
  url: string;
  tenantName: string;
}

interface Needs {
  store: Pick<Store, 'tenants'>;
  keyring: Keyring;
  /** Links are built from this URL alone, because any client can send any `Host`. */
  linkUrl: string;
}

/** The service that `createLinkShowing` creates. */
export type LinkShowing = ReturnType<typeof createLinkShowing>;

/** Creates the service that seals the token of a link for its row, and opens it for those who may read it again. */
export function createLinkShowing({ store, keyring, linkUrl }: Needs) {
  const place = (row: string) => ({ table: 'invitation_links', row, column: 'sealed_token' });

  const showAll = async (links: readonly InvitationLink[]): Promise<ShownLink[]> => {
    const names = new Map((await store.tenants.findMany([...new Set(links.map(({ tenantId }) => tenantId))])).map(({ id, name }) => [id, name]));
    return links.map(({ tokenHash: _, sealedToken, byEnvironment: __, ...link }) => {
      const token = new TextDecoder().decode(keyring.open(sealedToken, place(link.id)));
      return { ...link, token, url: `${linkUrl}/invitation?${new URLSearchParams({ token })}`, tenantName: names.get(link.tenantId) ?? '' };
    });
  };

  return {
    /** Seals a token for the row of its link. */
    seal: (id: string, token: string): Uint8Array => keyring.seal(new TextEncoder().encode(token), place(id)),

    /** Returns the links with their tokens, in the same order. */
    showAll,

    /** Returns the link with its token. */
    async show(link: InvitationLink): Promise<ShownLink> {
      const [shown] = await showAll([link]);
      if (shown === undefined) throw new Error('one link was shown as none');
      return shown;
    },
  };
}
