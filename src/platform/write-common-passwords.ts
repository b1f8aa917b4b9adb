import { writeFile } from 'node:fs/promises';
import { dictionary } from '@zxcvbn-ts/language-common';
import { passwordBounds } from '../domain/password/policy.ts';
import { commonPasswordsFile, entryOf } from './password-lists.ts';

/** Writes the list of common passwords that is shipped, from those of a package. Shorter ones are left out, because no policy allows them. */
const passwords = dictionary['passwords-common'].filter((password) => [...password].length >= passwordBounds.minLength.min);
const entries = new Map(passwords.map((password) => [entryOf(password).toString('hex'), entryOf(password)]));
await writeFile(commonPasswordsFile, Buffer.concat([...entries.values()].sort(Buffer.compare)));
