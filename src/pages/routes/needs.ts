import type { Clock, Random } from '../../domain/ports.ts';
import type { Cookies } from '../../http/cookies.ts';
import type { InteractionCookies } from '../../http/interaction-cookies.ts';
import type { Services } from '../../services/index.ts';
import type { FilesOfPages } from '../files.ts';

/** What the pages need of the application. */
export interface PagesOptions {
  services: Services;
  cookies: Cookies;
  interactionCookies: InteractionCookies;
  clock: Clock;
  random: Random;
  /** The URL that people reach the server by, without a slash at its end. */
  publicUrl: string;
  /** The script of the provider of captchas, with `{siteKey}` where the key belongs, and the origins that it loads from. Null if pages cannot ask. */
  captcha: { scriptUrl: string | null; origins: readonly string[] };
  /** Where a sign-in begins: the address of the application. Null if the operator has not said. */
  homeUrl: string | null;
}

/** What the routes need. */
export interface PagesNeeds extends PagesOptions {
  files: FilesOfPages;
}
