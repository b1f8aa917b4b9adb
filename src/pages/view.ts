import type { ComponentChild } from 'preact';
import type { MessageKey } from './messages/en.ts';
import type { Language } from './messages/language.ts';
import type { Text } from './messages/text.ts';
import type { Problem } from './problem.ts';

/** How the operator wants the pages to look, and where they lead for help. */
export interface Branding {
  name: string;
  /** Path on this server. Null shows the name instead. */
  logoUrl: string | null;
  /** Six hexadecimal digits after `#`. Null for the color of the style sheet. */
  primaryColor: string | null;
  supportUrl: string | null;
  privacyUrl: string | null;
  termsUrl: string | null;
}

/** The paths of what every page loads. */
export interface PageFiles {
  style: string;
  /** The style sheet with the color of the operator. Null if there is none. */
  brandStyle: string | null;
  script: string;
}

type Notices<Key> = Key extends `notice.${infer Code}` ? Code : never;
/** Something good to say at the top of a page. */
export type Notice = Notices<MessageKey>;

/** How a page asks for a captcha. */
export interface PageCaptcha {
  siteKey: string;
  /** The address of the provider's script. Null if the operator has named none, so that the page cannot ask. */
  script: string | null;
}

/** What surrounds the contents of a page. */
export interface Frame {
  language: Language;
  branding: Branding;
  files: PageFiles;
  /** Null while no captcha is asked for, and on pages whose forms need none. */
  captcha: PageCaptcha | null;
  problem: Problem | null;
  notice: Notice | null;
  /** Minutes until the sign-in has to be begun again. Null for pages outside of a sign-in. */
  minutesLeft: number | null;
  /** Where a person goes back to the application without signing in. Null where nobody waits for an answer. */
  leave: FormTarget | null;
}

/** Where a form goes, as a whole path, and the token that shows that the page was made by this server. */
export interface FormTarget {
  action: string;
  token: string;
}

/** One page: its heading, and what stands below it. Both follow from the model alone. */
export interface View<Model> {
  title(text: Text, model: Model): string;
  body(model: Model): ComponentChild;
  /** Whether a form of the page leads to what a captcha may stand before. Absent if none does. */
  asksCaptcha?(model: Model): boolean;
}
