import { createHash } from 'node:crypto';
import { mkdtemp, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dictionary } from '@zxcvbn-ts/language-common';
import { describe, expect, test } from 'vitest';
import { commonPasswordsFile, createPasswordLists, entryBytes, entryOf } from '../../src/platform/password-lists.ts';

const lists = createPasswordLists({ breachedFolder: null });

describe('the list of common passwords', () => {
  test('holds more than ten thousand of the length that a policy has at first, in a small sorted file', async () => {
    const usual = dictionary['passwords-common'].filter((password) => [...password].length >= 8);
    expect(usual.length).toBeGreaterThan(10_000);
    const { size } = await stat(commonPasswordsFile);
    expect(size % entryBytes).toBe(0);
    expect(size).toBeLessThan(300_000);
    const bytes = await readFile(commonPasswordsFile);
    for (let at = entryBytes; at < size; at += entryBytes) expect(bytes.compare(bytes, at - entryBytes, at, at, at + entryBytes)).toBe(1);
    for (const password of usual) expect(await lists.isCommon(password), password).toBe(true);
  });

  test('is compared with the whole password, whatever its letter case and the form of its characters', async () => {
    for (const password of ['password1', 'PassWord1', 'ｐａｓｓｗｏｒｄ1', 'qwertyuiop']) expect(await lists.isCommon(password), password).toBe(true);
    for (const password of ['password1 ', 'my password1 is long', 'correct horse battery', '']) expect(await lists.isCommon(password)).toBe(false);
    expect(entryOf('ABC')).toEqual(entryOf('abc'));
  });
});

describe('the list of breached passwords', () => {
  test('is a folder of files that each hold the hashes with one beginning', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'breached-'));
    const hash = createHash('sha1').update('tr0ub4dor&3').digest('hex').toUpperCase();
    await writeFile(join(folder, `${hash.slice(0, 5)}.txt`), `${'0'.repeat(35)}:1\r\n${hash.slice(5)}:42\r\n${'F'.repeat(35)}:7`);
    const { isBreached } = createPasswordLists({ breachedFolder: folder });
    expect(await isBreached?.('tr0ub4dor&3')).toBe(true);
    // A list that cannot be asked lets no password pass.
    await expect(isBreached?.('another password')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(lists.isBreached).toBeNull();
  });
});
