import type { SettingsOwner } from '../policy/policy.ts';
import type { OwnerSettings, SectionRule, SettingsDocument, ValueRule } from './document.ts';
import { documentVersion, rulesFor } from './document.ts';
import type { DocumentProblem, Position } from './document-problem.ts';

/** Most problems that are told of one document. */
export const mostProblems = 50;

/** A part of a text that was read: a value, or names with parts. Lists do not occur. */
export type TextNode = { at: Position; value: unknown } | { at: Position; entries: readonly TextEntry[] };

/** A named part of a text. */
export interface TextEntry {
  name: string;
  at: Position;
  node: TextNode;
}

/** A document that was read. */
export interface ReadDocument {
  document: SettingsDocument;
  problems: DocumentProblem[];
  /** Returns where the text names something, or the beginning if it does not. */
  placeOf(path: readonly string[]): Position;
}

/** Returns the names that lead from the beginning of a document to the settings of an owner. */
export const pathTo = (owner: SettingsOwner): string[] => (owner === null ? ['environment'] : ['tenants', owner]);

/** Reads the settings out of a text. What is wrong is left out of the document and told with its place; everything is looked at. */
export function readDocument(root: TextNode): ReadDocument {
  const problems: DocumentProblem[] = [];
  const places = new Map<string, Position>();
  const placeOf = (path: readonly string[]): Position => places.get(JSON.stringify(path)) ?? root.at;
  const refuse = (at: Position, path: readonly string[], message: string): void =>
    void problems.push({ ...at, code: 'INVALID_INPUT', path, message });

  /** Returns the parts of a node by name. A name counts once; the first one is kept. */
  const partsOf = (node: TextNode, path: readonly string[]): Map<string, TextEntry> => {
    const parts = new Map<string, TextEntry>();
    if (!('entries' in node)) {
      if (node.value !== null) refuse(node.at, path, 'must have names with values below it');
      return parts;
    }
    for (const entry of node.entries) {
      const place = [...path, entry.name];
      if (parts.has(entry.name)) {
        refuse(entry.at, place, `is there already, in line ${placeOf(place).line}`);
        continue;
      }
      places.set(JSON.stringify(place), entry.at);
      parts.set(entry.name, entry);
    }
    return parts;
  };

  const refuseUnknown = (parts: Map<string, TextEntry>, path: readonly string[], known: readonly string[]): void => {
    for (const { name, at } of parts.values())
      if (!known.includes(name)) refuse(at, [...path, name], `is unknown here; known are ${known.join(', ')}`);
  };

  const readValue = (rule: ValueRule, node: TextNode, path: readonly string[]): unknown => {
    if ('value' in node && rule.accepts(node.value)) return node.value;
    refuse(node.at, path, rule.otherwise);
    return undefined;
  };

  const readSection = (rule: SectionRule, { at, node }: TextEntry, path: readonly string[]): object => {
    const parts = partsOf(node, path);
    const names = Object.keys(rule.parts);
    refuseUnknown(parts, path, names);
    const missing = rule.complete ? names.filter((name) => !parts.has(name)) : [];
    if (missing.length > 0) refuse(at, path, `lacks ${missing.join(', ')}; what is there is there as a whole`);
    const read = Object.entries(rule.parts).flatMap(([name, inner]) => {
      const entry = parts.get(name);
      if (entry === undefined) return [];
      const value = 'accepts' in inner ? readValue(inner, entry.node, [...path, name]) : readSection(inner, entry, [...path, name]);
      return [[name, value] as const];
    });
    return Object.fromEntries(read);
  };

  const document = new Map<SettingsOwner, OwnerSettings>();
  const parts = partsOf(root, []);
  refuseUnknown(parts, [], ['version', 'environment', 'tenants']);
  const version = parts.get('version');
  if (version === undefined) refuse(root.at, ['version'], `is missing; it must be ${documentVersion}`);
  else if (!('value' in version.node) || version.node.value !== documentVersion) refuse(version.node.at, ['version'], `must be ${documentVersion}`);
  const environment = parts.get('environment');
  if (environment !== undefined) document.set(null, readSection(rulesFor(null), environment, ['environment']));
  const tenants = parts.get('tenants');
  for (const [tenantId, entry] of tenants === undefined ? [] : partsOf(tenants.node, ['tenants'])) {
    document.set(tenantId, readSection(rulesFor(tenantId), entry, ['tenants', tenantId]));
  }
  return { document, problems, placeOf };
}
