import type { DocumentNode } from 'graphql';
import { Kind, visit } from 'graphql';
import type { Plugin } from 'graphql-yoga';

/** Most characters of all documents that are kept. A parsed document takes a few hundred times the memory of its text. */
const mostCharacters = 65_536;
/** Longer documents are not kept, so that a few of them cannot push out all others. */
const longestCharacters = 8_192;

/** A document that was found valid. */
export interface KeptDocument {
  document: DocumentNode;
  /** Whether it asks for the schema itself, which not everybody may. The check of that is made at each request. */
  introspects: boolean;
}

/** The documents that were used last, as a plugin of Yoga and by their text. */
export interface DocumentCache {
  plugin: Plugin;
  /** Returns the document of this text if it is kept. */
  find(text: string): KeptDocument | null;
}

/**
 * Keeps the documents that were used last and were valid, because checking a document takes longer than running most operations.
 * Anybody can send any number of different documents. So what is kept is bounded by its size, and a refused document leaves nothing.
 */
export function createDocumentCache(): DocumentCache {
  // A map lists its keys in the order of insertion, so the document that was not used for longest stands first.
  const kept = new Map<string, KeptDocument>();
  const valid = new WeakSet<DocumentNode>();
  let characters = 0;

  const keep = (text: string, document: DocumentNode): void => {
    if (text.length > longestCharacters || kept.has(text)) return;
    kept.set(text, { document, introspects: introspects(document) });
    valid.add(document);
    characters += text.length;
    for (const oldest of kept.keys()) {
      if (characters <= mostCharacters) break;
      kept.delete(oldest);
      characters -= oldest.length;
    }
  };

  const find = (text: string): KeptDocument | null => {
    const found = kept.get(text);
    if (found === undefined) return null;
    kept.delete(text);
    kept.set(text, found);
    return found;
  };

  return {
    find,
    plugin: {
      onParse({ params: { source }, setParsedDocument }) {
        const found = find(source.toString());
        if (found !== null) setParsedDocument(found.document);
      },
      onValidate({ params: { documentAST }, setResult }) {
        // The rules are the same for every request, so a document that was valid once is valid.
        if (valid.has(documentAST)) return setResult([]);
        return ({ valid: isValid }) => {
          const text = documentAST.loc?.source.body;
          if (isValid && text !== undefined) keep(text, documentAST);
        };
      },
    },
  };
}

function introspects(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    [Kind.FIELD]: ({ name }) => {
      found ||= name.value === '__schema' || name.value === '__type';
    },
  });
  return found;
}
