const barCharacters = 20;

/** Tells on one line what is being measured, and writes over it. */
export const progress = (text: string): void => void process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${text.slice(0, 100)}` : `${text}\n`);

/** Ends the line of the progress, so that the table stands alone. */
export const progressEnds = (): void => void process.stderr.write(process.stderr.isTTY ? '\r\x1b[K' : '');

/** Tells how much of a database is filled, as a bar. */
export function filling(done: number, all: number): void {
  const full = Math.round((done / all) * barCharacters);
  progress(`filling [${'#'.repeat(full)}${'-'.repeat(barCharacters - full)}] ${done.toLocaleString('en')} of ${all.toLocaleString('en')} rows`);
}
