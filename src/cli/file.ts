import { readFile, writeFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { Failure } from './failure.ts';

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : 'for an unknown reason');

/** Returns the text of a file, or of standard input for `-`. */
export async function readText(path: string, stdin: Readable): Promise<string> {
  const bytes = path === '-' ? Buffer.concat(await stdin.toArray()) : await readFile(path).catch((error: unknown) => refuse(path, 'read', error));
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Failure(`${path === '-' ? 'Standard input' : `The file ${path}`} is no text in UTF-8.`);
  }
}

/** Writes a text to a file, in place of what the file held. */
export const writeText = (path: string, text: string): Promise<void> =>
  writeFile(path, text).catch((error: unknown) => refuse(path, 'written', error));

function refuse(path: string, done: string, error: unknown): never {
  throw new Failure(`The file ${path} cannot be ${done} (${codeOf(error)}).`);
}
