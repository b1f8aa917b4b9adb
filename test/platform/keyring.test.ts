import { describe, expect, it } from 'vitest';
import { createKeyring, masterKey, parseMasterKeys } from '../../src/platform/keyring.ts';
import { nodeRandom } from '../../src/platform/random.ts';

const [oldKey, newKey] = [masterKey(nodeRandom.bytes(32)), masterKey(nodeRandom.bytes(32))];
const before = createKeyring([oldKey], nodeRandom);
const rotated = createKeyring([newKey, oldKey], nodeRandom);
const onlyNew = createKeyring([newKey], nodeRandom);

const place = { table: 'authenticators', row: 'a1', column: 'credential' };
const plain = new TextEncoder().encode('a secret of twenty..');

describe('sealing', () => {
  it.each([0, 1, 20, 5000])('%d bytes come out as they went in', (length) => {
    const bytes = nodeRandom.bytes(length);
    expect(before.open(before.seal(bytes, place), place)).toEqual(bytes);
  });

  it('the same value never gives the same bytes, and none of them are the value', () => {
    const [one, two] = [before.seal(plain, place), before.seal(plain, place)];
    expect(one).not.toEqual(two);
    expect(Buffer.from(one).includes(Buffer.from(plain))).toBe(false);
  });

  it.each([
    { ...place, table: 'pending_enrollments' },
    { ...place, row: 'a2' },
    { ...place, column: 'name' },
    { table: 'authenticators","a1', row: '', column: 'credential' },
    { table: 'authenticatorsa', row: '1', column: 'credential' },
  ])('a value moved to %j does not open', (elsewhere) => {
    const sealed = before.seal(plain, place);
    expect(() => before.open(sealed, elsewhere)).toThrow('was changed or moved');
  });

  it('a value with any one bit flipped does not open', () => {
    const sealed = before.seal(plain, place);
    for (let bit = 0; bit < sealed.length * 8; bit += 1) {
      const changed = sealed.map((byte, index) => (index === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
      expect(() => before.open(changed, place), `bit ${bit}`).toThrow();
    }
  });

  it('a value cut short does not open', () => {
    const sealed = before.seal(plain, place);
    for (let length = 0; length < sealed.length; length += 1) expect(() => before.open(sealed.slice(0, length), place)).toThrow();
  });

  it('after a rotation older values open and new ones need the new key', () => {
    expect(rotated.open(before.seal(plain, place), place)).toEqual(plain);
    const sealed = rotated.seal(plain, place);
    expect(onlyNew.open(sealed, place)).toEqual(plain);
    expect(() => before.open(sealed, place)).toThrow(`master key ${newKey.id} is missing`);
  });

  it('another key under the same id does not open', () => {
    const impostor = createKeyring([{ id: oldKey.id, bytes: nodeRandom.bytes(32) }], nodeRandom);
    expect(() => impostor.open(before.seal(plain, place), place)).toThrow('was changed or moved');
  });
});

describe('digests', () => {
  it('match the same value for the same purpose alone', () => {
    const digest = before.digest('recovery', 'ABC');
    expect(digest).toMatch(new RegExp(`^${oldKey.id}\\.[A-Za-z0-9_-]{43}$`));
    expect(before.matches('recovery', 'ABC', digest)).toBe(true);
    expect(before.matches('recovery', 'ABD', digest)).toBe(false);
    expect(before.matches('email-code', 'ABC', digest)).toBe(false);
    expect(before.matches('recovery","A', 'BC', digest)).toBe(false);
  });

  it('older ones still match after a rotation, and new ones name the new key', () => {
    expect(rotated.matches('recovery', 'ABC', before.digest('recovery', 'ABC'))).toBe(true);
    expect(rotated.digest('recovery', 'ABC').startsWith(`${newKey.id}.`)).toBe(true);
  });

  const unknownKey = `${'0'.repeat(8)}.${'A'.repeat(43)}`;
  it.each(['', '.', 'x', 'zzzzzzzz.', unknownKey, `${oldKey.id}.short`])('%j, by an unknown key or malformed, matches nothing', (digest) => {
    expect(before.matches('recovery', 'ABC', digest)).toBe(false);
  });

  it('a digest with its key named wrongly matches nothing', () => {
    const digest = before.digest('recovery', 'ABC');
    expect(rotated.matches('recovery', 'ABC', digest.replace(oldKey.id, newKey.id))).toBe(false);
  });
});

describe('token hashes and peppers', () => {
  it('a token hash is SHA-256 in base64url', () => {
    expect(before.hashToken('abc')).toBe('ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0');
  });

  it('each key has a pepper of its own, which is none of its other keys', () => {
    expect(before.pepper()).toEqual(rotated.pepper(oldKey.id));
    expect(rotated.pepper()?.keyId).toBe(newKey.id);
    expect(rotated.pepper()?.secret).not.toEqual(before.pepper()?.secret);
    expect(Buffer.from(before.pepper()?.secret ?? []).equals(Buffer.from(oldKey.bytes))).toBe(false);
    expect(onlyNew.pepper(oldKey.id)).toBeNull();
  });
});

describe('SALLYPORT_KEYS', () => {
  const [one, two] = [Buffer.alloc(32, 0xfb), Buffer.alloc(32, 0xff)];

  it('takes base64 and base64url, padded or not, white space around commas', () => {
    const expected = [one.toString('hex'), two.toString('hex')];
    for (const text of [
      `${one.toString('base64')},${two.toString('base64')}`,
      ` ${one.toString('base64url')} , ${two.toString('base64url')}\n`,
      `${one.toString('base64').replace('=', '')},${two.toString('base64url')}=`,
    ]) {
      expect(parseMasterKeys(text).map((key) => Buffer.from(key.bytes).toString('hex'))).toEqual(expected);
    }
  });

  it('a key has the same id wherever it stands', () => {
    const [, second] = parseMasterKeys(`${one.toString('base64')},${two.toString('base64')}`);
    expect(second?.id).toBe(masterKey(two).id);
    expect(second?.id).toMatch(/^[0-9a-f]{8}$/);
  });

  it.each([
    ['nothing', ''],
    ['too few bytes', Buffer.alloc(31, 1).toString('base64')],
    ['too many bytes', Buffer.alloc(33, 1).toString('base64')],
    ['hexadecimal', Buffer.alloc(32, 0xab).toString('hex')],
    ['a foreign character', `${one.toString('base64').slice(0, 20)}*${one.toString('base64').slice(21)}`],
    ['a character too many', `${one.toString('base64url')}*`],
    ['bits after the end', `${two.toString('base64url').slice(0, -1)}9`],
    ['an empty place', `${one.toString('base64')},`],
    ['a repeated key', `${one.toString('base64')},${one.toString('base64url')}`],
  ])('%s is refused without showing any of it', (_, text) => {
    let message = '';
    try {
      parseMasterKeys(text);
    } catch (error) {
      message = String(error);
    }
    expect(message).toMatch(/master key/);
    for (const part of text.split(',').filter((each) => each.length > 8)) expect(message).not.toContain(part.slice(0, 8));
  });

  it('a keyring without keys is refused', () => {
    expect(() => createKeyring([], nodeRandom)).toThrow('at least one master key');
  });
});
