import { describe, expect, it } from 'vitest';
import { createKeyring, masterKey } from '../../../src/platform/keyring.ts';
import { nodeRandom } from '../../../src/platform/random.ts';
import { createEmailCode } from '../../../src/strategies/email-code/strategy.ts';
import { codeIn } from '../../support/builders.ts';

const oldKey = masterKey(nodeRandom.bytes(32));
const keyring = createKeyring([oldKey], nodeRandom);
const strategy = createEmailCode({ random: nodeRandom, keyring, availability: { available: true } });
const user = { id: 'u1', email: 'dana@acme.example' };
const settings = { serviceName: 'Acme', codeLifetimeSeconds: 300 };
const now = new Date('2026-03-02T09:14:07.000Z');

async function begin(by = strategy): Promise<{ keep: Uint8Array; code: string }> {
  const started = await by.ceremony?.begin({ user, settings, credential: null });
  if (started?.deliver === undefined) throw new Error('nothing to deliver');
  return { keep: started.keep, code: codeIn(started.deliver) };
}

const kept = (started: Uint8Array) => ({ credential: null, started });
const another = (code: string): string => String((Number(code) + 1) % 1_000_000).padStart(6, '0');

describe('a code by e-mail', () => {
  it('goes to the address of the user with its lifetime, and nothing of it to the client', async () => {
    const started = await strategy.ceremony?.begin({ user, settings, credential: null });
    expect(started?.deliver).toEqual({ template: 'MFA_CODE', to: user.email, code: expect.stringMatching(/^[0-9]{6}$/), lifetimeSeconds: 300 });
    expect(started?.show).toEqual({});
  });

  it('is accepted by what was kept of it and spends it; every other code is wrong', async () => {
    const { keep, code } = await begin();
    expect(await strategy.verify(kept(keep), code, now)).toEqual({ ok: true, advance: { consume: true } });
    expect(await strategy.verify(kept(keep), another(code), now)).toEqual({ ok: false, reason: 'wrong' });
  });

  it('is not in what is kept, not even as a plain hash', async () => {
    const { keep, code } = await begin();
    expect(new TextDecoder().decode(keep)).not.toContain(code);
    // Whoever has the row but not the key cannot try all million codes.
    const stranger = createEmailCode({
      random: nodeRandom,
      keyring: createKeyring([masterKey(nodeRandom.bytes(32))], nodeRandom),
      availability: { available: true },
    });
    expect(await stranger.verify(kept(keep), code, now)).toEqual({ ok: false, reason: 'wrong' });
  });

  it('equal codes leave unequal traces', async () => {
    const fixed = createEmailCode({ random: { ...nodeRandom, digits: () => '123456' }, keyring, availability: { available: true } });
    const [one, two] = [await begin(fixed), await begin(fixed)];
    expect(one.keep).not.toEqual(two.keep);
    expect((await fixed.verify(kept(one.keep), '123456', now)).ok && (await fixed.verify(kept(two.keep), '123456', now)).ok).toBe(true);
  });

  it('leading zeros count', async () => {
    const fixed = createEmailCode({ random: { ...nodeRandom, digits: () => '000042' }, keyring, availability: { available: true } });
    const { keep, code } = await begin(fixed);
    expect(code).toBe('000042');
    expect((await fixed.verify(kept(keep), fixed.readAnswer('000042'), now)).ok).toBe(true);
    expect(() => fixed.readAnswer('42')).toThrow();
    expect((await fixed.verify(kept(keep), '42', now)).ok).toBe(false);
  });

  it('sent before a change of keys still works after it', async () => {
    const { keep, code } = await begin();
    const rotated = createEmailCode({
      random: nodeRandom,
      keyring: createKeyring([masterKey(nodeRandom.bytes(32)), oldKey], nodeRandom),
      availability: { available: true },
    });
    expect((await rotated.verify(kept(keep), code, now)).ok).toBe(true);
  });

  it.each(['', ':', 'salt', 'salt:', 'salt:digest', 'a:00000000.x'])('kept bytes that are none (%j) match nothing', async (bytes) => {
    expect(await strategy.verify(kept(new TextEncoder().encode(bytes)), '123456', now)).toEqual({ ok: false, reason: 'wrong' });
  });

  it('never satisfies MFA and needs no enrollment (NIST 800-63B-4 §3.1.3.1)', () => {
    expect(strategy).toMatchObject({ name: 'EMAIL_CODE', amr: ['otp'], satisfiesMfa: false, enrollment: null });
  });
});
