import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashSync, verifySync } from '@node-rs/argon2';
import Database from 'better-sqlite3';

/**
 * The bare work that a login cannot do without, one piece after the other: the hash of a password at the cost that Sallyport uses,
 * and a commit that waits for the disk with a signature of RS256. Prints the milliseconds of each as JSON.
 */
const argon2id = 2;
const cost = { algorithm: argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 };

function perPiece(pieces: number, work: () => void): number {
  work();
  const since = performance.now();
  for (let piece = 0; piece < pieces; piece += 1) work();
  return (performance.now() - since) / pieces;
}

const stored = hashSync('correct horse battery', cost);
const hashMilliseconds = perPiece(60, () => void verifySync(stored, 'correct horse battery'));

const folder = mkdtempSync(join(tmpdir(), 'sallyport-bare-'));
const database = new Database(join(folder, 'bare.db'));
database.pragma('journal_mode = WAL');
database.pragma('synchronous = FULL');
database.exec('create table sessions (id integer primary key, text text)');
const insert = database.prepare('insert into sessions (text) values (?)');
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const payload = Buffer.alloc(600, 'a');
const commitAndSignMilliseconds = perPiece(300, () => {
  insert.run('a'.repeat(300));
  sign('RSA-SHA256', payload, privateKey);
});
database.close();
rmSync(folder, { recursive: true });

process.stdout.write(`${JSON.stringify({ hashMilliseconds, commitAndSignMilliseconds })}\n`);
