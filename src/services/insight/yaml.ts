import type { ErrorCode as YamlFault } from 'yaml';
import { CST, isMap, isScalar, Lexer, LineCounter, parseDocument, stringify } from 'yaml';
import type { Written } from '../../domain/insight/document.ts';
import type { DocumentProblem, Position } from '../../domain/insight/document-problem.ts';
import type { TextNode } from '../../domain/insight/document-reading.ts';
import { mostProblems } from '../../domain/insight/document-reading.ts';

/** What YAML can do and documents do not need, by the token that it begins with. */
const refusedTokens: Readonly<Record<string, string>> = {
  'directive-line': 'directives of YAML are refused',
  anchor: 'anchors are refused',
  alias: 'aliases are refused',
  tag: 'tags are refused',
  'seq-item-ind': 'lists are refused; documents have none',
  'flow-seq-start': 'lists are refused; documents have none',
  'explicit-key-ind': 'names marked by a question mark are refused',
  'doc-end': 'there must be a single document, so `...` is refused',
};

/** What is said of faults of the text. The words of the library may quote the text, so they are not used. */
const faults: Readonly<Partial<Record<YamlFault, string>>> = {
  BAD_DQ_ESCAPE: 'is no escape sequence of YAML',
  BAD_INDENT: 'is indented wrongly',
  BAD_SCALAR_START: 'is a character that no plain text begins with; put the text into quotes',
  MISSING_CHAR: 'lacks a character, such as a colon after a name or a closing quote',
  TAB_AS_INDENT: 'is indented by a tab; use blanks',
};

/** Most braces that may be open at once. Documents are less deep. */
const deepestBraces = 10;
const nested = 'is nested in one line';

const refused = (at: Position, message: string): DocumentProblem => ({ ...at, code: 'INVALID_INPUT', path: [], message });

/**
 * Returns what the text has of YAML that documents do not need. It looks at the tokens, before anything is made of them: the library follows
 * nesting by recursion, and a text that is nested deeply enough would end the process.
 */
function refusedIn(text: string, placeOf: (offset: number) => Position): DocumentProblem[] {
  const found: DocumentProblem[] = [];
  let offset = 0;
  let braces = 0;
  let colons = 0;
  let opened = 0;
  let begun = false;
  let scalarFollows = false;
  for (const token of new Lexer().lex(text)) {
    const type: string | null = scalarFollows ? 'scalar' : CST.tokenType(token);
    const marksScalar: boolean = type === 'scalar' && !scalarFollows;
    scalarFollows = marksScalar;
    // The lexer marks some places by a character that is not in the text.
    if (marksScalar || type === 'doc-mode' || type === 'flow-error-end') continue;
    const message = type === null ? undefined : refusedTokens[type];
    if (message !== undefined) found.push(refused(placeOf(offset), message));
    if (type === 'doc-start' && begun) found.push(refused(placeOf(offset), 'there must be a single document, so a second `---` is refused'));
    if (type === 'doc-start' || type === 'scalar') begun = true;
    if (type === 'newline') [colons, opened] = [0, 0];
    if (braces === 0) {
      if (type === 'map-value-ind') colons += 1;
      if (type === 'flow-map-start') opened += 1;
    }
    if (type === 'flow-map-start') braces += 1;
    if (type === 'flow-map-end') braces -= 1;
    if (colons > 1 || opened > 1 || braces > deepestBraces) return [...found, refused(placeOf(offset), nested)];
    if (braces < 0) return [...found, refused(placeOf(offset), 'closes what was not opened')];
    if (found.length >= mostProblems) return found;
    offset += token.length;
  }
  return found;
}

/** Reads a text of YAML 1.2, of which it takes no more than names, values and comments. Returns the problems instead if there are any. */
export function readYaml(text: string): { root: TextNode } | { problems: DocumentProblem[] } {
  const lines = new LineCounter();
  lines.addNewLine(0);
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines.addNewLine(at + 1);
  const placeOf = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const problems = refusedIn(text, placeOf);
  if (problems.length > 0) return { problems };
  // Names are compared by whoever reads the document, because the library takes the square of their number of steps for it.
  const parsed = parseDocument(text, {
    version: '1.2',
    schema: 'core',
    stringKeys: true,
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'silent',
  });
  if (parsed.errors.length > 0) {
    return { problems: parsed.errors.map(({ code, pos }) => refused(placeOf(pos[0]), faults[code] ?? 'is not written as YAML wants it')) };
  }
  const nodeOf = (node: unknown, otherwise: Position): TextNode => {
    if (isMap(node)) {
      const entries = node.items.flatMap(({ key, value }) => {
        if (!isScalar(key)) return [];
        const at = placeOf(key.range?.[0] ?? 0);
        return [{ name: String(key.value), at, node: nodeOf(value, at) }];
      });
      return { at: node.range ? placeOf(node.range[0]) : otherwise, entries };
    }
    if (isScalar(node)) return { at: node.range && node.value !== null ? placeOf(node.range[0]) : otherwise, value: node.value };
    return { at: otherwise, value: null };
  };
  return { root: nodeOf(parsed.contents, { line: 1, column: 1 }) };
}

/** Writes names and values as YAML, below a comment. The same ones always become the same text. */
export const writeYaml = (comment: string, written: Written): string =>
  `${comment}\n${stringify(written, { lineWidth: 0, schema: 'core', version: '1.2' })}`;
