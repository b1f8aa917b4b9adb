import type { Engine } from '../db.ts';
import type { Tables } from '../tables.ts';

/** What a repository needs: a database and the tables in its dialect. */
export interface Access {
  engine: Engine;
  tables: Tables;
}
