import type Database from 'better-sqlite3';

/** The read transaction that reads of one turn of the event loop share. */
export interface SharedRead {
  /** Begins the transaction unless it is open. It ends by itself before the next turn. */
  join(): void;
  /** Ends the transaction, so that the next read sees what has been written since it began. */
  end(): void;
}

/**
 * Makes the shared read transaction of a connection that only reads. By itself every statement takes and gives back a lock of the
 * file, which are two calls to the operating system and take longer than most reads.
 */
export function createSharedRead(reader: Database.Database): SharedRead {
  const begin = reader.prepare('BEGIN');
  const commit = reader.prepare('COMMIT');
  let ending = false;

  const end = (): void => {
    if (reader.inTransaction) commit.run();
  };

  return {
    join() {
      if (!reader.inTransaction) begin.run();
      if (ending) return;
      ending = true;
      setImmediate(() => {
        ending = false;
        end();
      });
    },
    end,
  };
}
