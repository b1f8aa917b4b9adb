import type { Column, SQL } from 'drizzle-orm';
import { sql } from 'drizzle-orm';

/** Returns the condition that a column contains a text, in any case of ASCII letters. Nothing in the text is a wildcard. */
export const containing = (column: Column, text: string): SQL => like(column, `%${escaped(text)}%`);

/** Returns the condition that a column begins with a text, in any case of ASCII letters. Nothing in the text is a wildcard. */
export const beginning = (column: Column, text: string): SQL => like(column, `${escaped(text)}%`);

const escaped = (text: string): string => text.replace(/[\\%_]/g, '\\$&');

// The database makes both sides lower case: of letters beyond ASCII, SQLite knows none, and what is written alike has to match.
const like = (column: Column, pattern: string): SQL => sql`lower(${column}) like lower(${pattern}) escape '\\'`;
