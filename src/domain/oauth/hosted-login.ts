import type { Logo, LogoName } from './logo.ts';

/** How the pages of hosted login look, and where they link to. Null means that there is none, and for `name` that of the environment. */
export interface Branding {
  /** The name of the application that people sign in to. */
  name: string | null;
  logo: LogoName | null;
  /** The color of buttons and links, as `#` and six hexadecimal digits. */
  primaryColor: string | null;
  supportUrl: string | null;
  privacyUrl: string | null;
  termsUrl: string | null;
}

/** The settings of hosted login, of which the environment has one set. */
export interface HostedLogin {
  /** Whether hosted login is served. */
  active: boolean;
  branding: Branding;
  updatedAt: Date;
}

/** What of the branding to change. The bytes of a logo are stored beside it. */
export type BrandingChange = Partial<Omit<Branding, 'logo'>> & { logo?: Logo | null };

/** What to change of hosted login. */
export interface HostedLoginChange {
  active?: boolean;
  branding?: BrandingChange;
}

/** The branding of a new environment. */
export const noBranding: Branding = { name: null, logo: null, primaryColor: null, supportUrl: null, privacyUrl: null, termsUrl: null };

/** Stores the one set of settings. */
export interface HostedLoginRepository {
  find(): Promise<HostedLogin | null>;
  /** Creates the settings without a logo. False if there are some already, so that only one of several starting instances creates them. */
  create(first: HostedLogin): Promise<boolean>;
  /** Changes the given fields and keeps the others. Null if there are no settings. */
  update(change: HostedLoginChange, now: Date): Promise<HostedLogin | null>;
  /** Returns the logo if it is the one with this id. */
  findLogo(id: string): Promise<Logo | null>;
}
