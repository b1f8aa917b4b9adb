import { readFileSync, writeFileSync } from 'node:fs';
import { inParallel, upTo } from '../support/deployment.ts';
import { closeConnections } from '../support/http.ts';
import { killLeftovers } from '../support/server.ts';
import { median } from '../support/statistics.ts';
import { totp, wrongTotps } from '../support/story.ts';
import { openAccountsJs } from './accounts-js.ts';
import { openBetterAuth } from './better-auth.ts';
import type { Peer, Result } from './peer.ts';
import { openSallyport } from './sallyport.ts';

const of = (results: readonly Result[], wanted: Result): number => results.filter((result) => result === wanted).length;
const racers = 50;
const guesses = 100;
const timings = 60;
/** So many users are asked for in turn, because a system may let whoever guesses at one of them wait. */
const knownUsers = 20;

/** The rows of the table for one system, by their title. */
async function measure(peer: Peer): Promise<Record<string, string>> {
  const rows: Record<string, string> = {};

  const replayer = await peer.createUser('replayer');
  const code = totp(replayer.secret);
  const replays: Result[] = [];
  for (let login = 0; login < 3; login += 1) replays.push(await (await peer.begin(replayer)).byCode(code));
  rows['One code at three logins, one after the other'] = `${of(replays, 'accepted')} accepted`;

  const racer = await peer.createUser('racer');
  const logins = await inParallel(upTo(racers), 4, () => peer.begin(racer));
  const raced = totp(racer.secret);
  const race = await Promise.all(logins.map((login) => login.byCode(raced)));
  rows[`One code at ${racers} logins at once`] = `${of(race, 'accepted')} accepted`;

  const loser = await peer.createUser('loser');
  const { recoveryCode } = loser;
  if (recoveryCode === null) rows[`One recovery code ${racers} times at once`] = 'has none';
  else {
    const lost = await inParallel(upTo(racers), 4, () => peer.begin(loser));
    const results = await Promise.all(lost.map((login) => login.byRecoveryCode(recoveryCode)));
    rows[`One recovery code ${racers} times at once`] = `${of(results, 'accepted')} accepted`;
  }

  const guesser = await peer.createUser('guesser');
  const attempts = await inParallel(upTo(guesses), 4, () => peer.begin(guesser));
  const wrong = wrongTotps(guesser.secret, guesses);
  const guessed = await Promise.all(attempts.map((login, index) => login.byCode(wrong[index] ?? '')));
  const afterwards = await (await peer.begin(guesser)).byCode(totp(guesser.secret));
  const then = afterwards === 'accepted' ? 'then the right one passes' : 'then the right one has to wait';
  rows[`${guesses} wrong codes at as many logins at once`] = `${of(guessed, 'wrong')} looked at, ${of(guessed, 'refused')} refused; ${then}`;

  rows['Secret of the app in the database'] = (await peer.stored()).includes(guesser.secret) ? 'readable' : 'not readable';

  const users = await inParallel(upTo(knownUsers), 4, (index) => peer.createUser(`known-${index}`));
  const [unknown, known]: [number[], number[]] = [[], []];
  for (let sample = 0; sample < timings; sample += 1) {
    unknown.push(await peer.wrongPassword(`nobody-${sample % knownUsers}@acme.example`));
    known.push(await peer.wrongPassword(users[sample % knownUsers]?.email ?? ''));
  }
  rows['Wrong password: unknown and known address (median)'] = `${median(unknown).toFixed(0)} ms and ${median(known).toFixed(0)} ms`;
  return rows;
}

async function main(): Promise<void> {
  const columns: [string, Record<string, string>][] = [];
  for (const open of [openSallyport, openBetterAuth, openAccountsJs]) {
    const peer = await open();
    process.stderr.write(`${peer.name}\n`);
    columns.push([peer.name, await measure(peer)]);
    await peer.close();
  }
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const titles = Object.keys(columns[0]?.[1] ?? {});
  const table = [
    line(['', ...columns.map(([name]) => name)]),
    line(['---', ...columns.map(() => '---')]),
    ...titles.map((title) => line([title, ...columns.map(([, rows]) => rows[title] ?? '')])),
  ].join('\n');
  process.stdout.write(`${table}\n`);
  if (process.argv.includes('--write')) {
    const readme = new URL('../../../README.md', import.meta.url);
    const block = `<!-- peers -->\n${table}\n<!-- /peers -->`;
    writeFileSync(
      readme,
      readFileSync(readme, 'utf8').replace(/<!-- peers -->[\s\S]*<!-- \/peers -->/, () => block),
    );
  }
}

main()
  .then(
    () => 0,
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
      return 1;
    },
  )
  .then((code) => {
    killLeftovers();
    closeConnections();
    process.exit(code);
  });
