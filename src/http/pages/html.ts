import { escape as escapeHtml } from 'html-escaper';

/** Text that is HTML already. Only `html` and `trustedHtml` make it, so that nothing reaches a page unescaped by mistake. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Value = string | Html | readonly Html[];

/** Makes HTML of a template. Texts in it are escaped, because they may be of strangers, and HTML in it stays as it is. */
export function html(parts: TemplateStringsArray, ...values: Value[]): Html {
  const texts = values.map((value) => [value].flat().map((one) => (one instanceof Html ? one.text : escapeHtml(one))));
  return new Html(parts.map((part, index) => part + (texts[index] ?? []).join('')).join(''));
}

/** Takes a text as HTML. It is for what this project has written itself. */
export const trustedHtml = (text: string): Html => new Html(text);
