import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Text } from '../messages/text.ts';
import type { Problem } from '../problem.ts';
import type { PageCaptcha } from '../view.ts';

/** What every part of a page may need, so that it does not pass through all of them. */
export interface PageContext {
  text: Text;
  problem: Problem | null;
  /** Null while the forms of the page need no captcha. */
  captcha: PageCaptcha | null;
  /** The name of the operator's service. */
  service: string;
}

/** Provides the context of one page. There is none outside of a page. */
export const PageContextProvider = createContext<PageContext | null>(null);

/** Returns the context of the page that is being made. */
export function usePage(): PageContext {
  const context = useContext(PageContextProvider);
  if (context === null) throw new Error('this part stands outside of a page');
  return context;
}
