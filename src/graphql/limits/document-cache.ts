import type { DocumentNode } from 'graphql';
import type { Plugin } from 'graphql-yoga';

/** Most characters of all documents that are kept. A parsed document takes a few hundred times the memory of its text. */
const mostCharacters = 65_536;
/** Longer documents are not kept, so that a few of them cannot push out all others. */
const longestCharacters = 8_192;

/**
 * Keeps the documents that were used last and were valid, because checking a document takes longer than running most operations.
 * Anybody can send any number of different documents. So what is kept is bounded by its size, and a refused document leaves nothing.
 */
export function documentCache(): Plugin {
  // A map lists its keys in the order of insertion, so the document that was not used for longest stands first.
  const kept = new Map<string, DocumentNode>();
  const valid = new WeakSet<DocumentNode>();
  let characters = 0;

  const keep = (text: string, document: DocumentNode): void => {
    if (text.length > longestCharacters || kept.has(text)) return;
    kept.set(text, document);
    valid.add(document);
    characters += text.length;
    for (const oldest of kept.keys()) {
      if (characters <= mostCharacters) break;
      kept.delete(oldest);
      characters -= oldest.length;
    }
  };

  return {
    onParse({ params: { source }, setParsedDocument }) {
      const text = source.toString();
      const document = kept.get(text);
      if (document === undefined) return;
      kept.delete(text);
      kept.set(text, document);
      setParsedDocument(document);
    },
    onValidate({ params: { documentAST }, setResult }) {
      // The rules are the same for every request, so a document that was valid once is valid.
      if (valid.has(documentAST)) return setResult([]);
      return ({ valid: isValid }) => {
        const text = documentAST.loc?.source.body;
        if (isValid && text !== undefined) keep(text, documentAST);
      };
    },
  };
}
