import type { Page, Result } from './document.ts';
import { document, errorFields } from './document.ts';

/** The settings of hosted login. */
export interface ShownHostedLogin {
  active: boolean;
  issuer: string;
  branding: {
    name: string | null;
    logoUrl: string | null;
    primaryColor: string | null;
    supportUrl: string | null;
    privacyUrl: string | null;
    termsUrl: string | null;
  };
}

/** A redirect URI in lists. */
export interface ListedRedirectUri {
  restId: string;
  uri: string;
  createdAt: string;
}

const settings = 'active issuer branding { name logoUrl primaryColor supportUrl privacyUrl termsUrl }';
const redirectUri = 'restId uri createdAt';

/** Reads the settings. */
export const readHostedLogin = document<{ hostedLogin: ShownHostedLogin }>(`query HostedLogin { hostedLogin { ${settings} } }`);

/** Switches hosted login on or off. */
export const updateHostedLogin = document<{ updateHostedLogin: Result<{ hostedLogin: ShownHostedLogin }> }, { input: { active: boolean } }>(
  `mutation UpdateHostedLogin($input: UpdateHostedLoginInput!) {
  updateHostedLogin(input: $input) {${errorFields}
    ... on UpdateHostedLoginSuccess { hostedLogin { ${settings} } }
  }
}`,
);

/** One page of the redirect URIs, oldest first. */
export const listRedirectUris = document<{ redirectUris: Page<ListedRedirectUri> }, { first: number; after: string | null }>(
  `query RedirectUris($first: Int, $after: String) {
  redirectUris(first: $first, after: $after) {
    nodes { ${redirectUri} }
    pageInfo { hasNextPage endCursor }
  }
}`,
);

/** Registers a redirect URI. */
export const createRedirectUri = document<{ createRedirectUri: Result<{ redirectUri: ListedRedirectUri }> }, { input: { uri: string } }>(
  `mutation CreateRedirectUri($input: CreateRedirectUriInput!) {
  createRedirectUri(input: $input) {${errorFields}
    ... on RedirectUriInvalidError { reason }
    ... on CreateRedirectUriSuccess { redirectUri { ${redirectUri} } }
  }
}`,
);

/** Removes a redirect URI. */
export const deleteRedirectUri = document<{ deleteRedirectUri: Result<{ deletedRedirectUriId: string }> }, { input: { id: string } }>(
  `mutation DeleteRedirectUri($input: DeleteRedirectUriInput!) {
  deleteRedirectUri(input: $input) {${errorFields}
    ... on DeleteRedirectUriSuccess { deletedRedirectUriId }
  }
}`,
);
