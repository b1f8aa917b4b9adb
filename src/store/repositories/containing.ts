import type { Column, SQL } from 'drizzle-orm';
import { sql } from 'drizzle-orm';

const escaped = (text: string): string => text.toLowerCase().replace(/[\\%_]/g, '\\$&');

/** Returns the condition that a column contains a text, in any case of ASCII letters. Nothing in the text is a wildcard. */
export const containing = (column: Column, text: string): SQL => sql`lower(${column}) like ${`%${escaped(text)}%`} escape '\\'`;

/** Returns the condition that a column begins with a text, in any case of ASCII letters. Nothing in the text is a wildcard. */
export const startingWith = (column: Column, text: string): SQL => sql`lower(${column}) like ${`${escaped(text)}%`} escape '\\'`;
