import type { Column, SQL } from 'drizzle-orm';
import { sql } from 'drizzle-orm';

/** Returns the condition that a column contains a text, in any case of ASCII letters. Nothing in the text is a wildcard. */
export const containing = (column: Column, text: string): SQL =>
  sql`lower(${column}) like ${`%${text.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`} escape '\\'`;
