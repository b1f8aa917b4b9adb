/** A control of a form, as far as sending the form needs it. */
export interface Control {
  name: string;
  value: string;
  /** The `type` of an input, or the name of the element. */
  kind: string;
  checked: boolean;
}

/** A form as a browser without scripts sees it. */
export interface Form {
  method: string;
  /** As it is written. */
  action: string;
  controls: Control[];
  /** Its markup, for what a test looks for beside the controls. */
  html: string;
}

const named: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' };

/** The text that markup stands for. */
export const decoded = (html: string): string =>
  html.replace(/&(#x?[\da-f]+|\w+);/gi, (whole, entity: string) =>
    entity.startsWith('#') ? String.fromCodePoint(Number(entity.slice(1).replace(/^x/i, '0x'))) : (named[entity] ?? whole),
  );

/** What a reader sees of markup, with single blanks. */
export const textOf = (html: string): string =>
  decoded(html.replace(/<(script|style|svg)\b.*?<\/\1>/gis, ' ').replace(/<[^>]*>/g, ' '))
    .replace(/\s+/g, ' ')
    .trim();

/** Attributes of a start tag. */
export function attributesOf(tag: string): Record<string, string> {
  const inner = tag.replace(/^<[\w-]+/, '').replace(/\/?>$/, '');
  const found = inner.matchAll(/([^\s=/"']+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"']+)))?/g);
  return Object.fromEntries([...found].map(([, name = '', double, single, bare]) => [name.toLowerCase(), decoded(double ?? single ?? bare ?? '')]));
}

const tag = (name: string): RegExp => new RegExp(`<(${name})\\b(?:"[^"]*"|'[^']*'|[^"'>])*>`, 'gi');

/** The text of the first element of this name, or null. */
export const elementText = (html: string, name: string): string | null => {
  const [, inner] = new RegExp(`<${name}\\b[^>]*>(.*?)</${name}>`, 'is').exec(html) ?? [];
  return inner === undefined ? null : textOf(inner);
};

/** All forms of a document, in order. */
export const formsOf = (html: string): Form[] =>
  [...html.matchAll(/(<form\b(?:"[^"]*"|'[^']*'|[^"'>])*>)(.*?)<\/form>/gis)].map(([whole, start = '', inner = '']) => {
    const { method = 'get', action = '' } = attributesOf(start);
    const controls = [...inner.matchAll(tag('input|button|select|textarea'))].flatMap(([control, element = '']) => {
      const attributes = attributesOf(control);
      const { name, value = '', type = '' } = attributes;
      if (name === undefined || name === '' || 'disabled' in attributes) return [];
      const kind = element.toLowerCase() === 'input' ? type.toLowerCase() || 'text' : element.toLowerCase();
      return [{ name, value: value === '' && kind === 'checkbox' ? 'on' : value, kind, checked: 'checked' in attributes }];
    });
    return { method: method.toLowerCase(), action, controls, html: whole };
  });
