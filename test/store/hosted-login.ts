import { describe, expect, test } from 'vitest';
import type { HostedLogin } from '../../src/domain/oauth/hosted-login.ts';
import { noBranding } from '../../src/domain/oauth/hosted-login.ts';
import type { Logo } from '../../src/domain/oauth/logo.ts';
import type { RedirectUri } from '../../src/domain/oauth/redirect-uri.ts';
import { maxRedirectUriCharacters } from '../../src/domain/oauth/redirect-uri.ts';
import type { Open } from './fixtures.ts';
import { at, countOf, newId, race, useStore } from './fixtures.ts';

/** What the settings of hosted login and its redirect URIs promise. */
export function hostedLoginContract(open: Open): void {
  describe('the settings of hosted login', () => {
    const store = useStore(open);
    const first: HostedLogin = { active: false, branding: noBranding, updatedAt: at(0) };
    const logoOf = (...bytes: number[]): Logo => ({ id: newId(), type: 'image/png', bytes: Uint8Array.of(...bytes) });

    test('of 20 instances starting at once exactly one creates them, and all find those', async () => {
      expect(await store().hostedLogin.find()).toBeNull();
      expect(await store().hostedLogin.update({ active: true }, at(0))).toBeNull();
      const created = await race(20, (index) => store().hostedLogin.create({ ...first, updatedAt: at(index) }));
      expect(countOf(created, (won) => won)).toBe(1);
      expect(await store().hostedLogin.find()).toEqual({ ...first, updatedAt: at(created.indexOf(true)) });
    });

    test('a change changes the fields given and keeps the others', async () => {
      const branding = { name: 'Acme', primaryColor: '#0b57d0', supportUrl: 'https://acme.example/help' };
      expect(await store().hostedLogin.update({ active: true, branding }, at(5))).toEqual({
        active: true,
        branding: { ...noBranding, ...branding },
        updatedAt: at(5),
      });
      const changed = await store().hostedLogin.update({ branding: { name: null, termsUrl: 'https://acme.example/terms' } }, at(6));
      expect(changed?.branding).toEqual({ ...noBranding, ...branding, name: null, termsUrl: 'https://acme.example/terms' });
      expect(await store().hostedLogin.find()).toEqual(changed);
      expect(await store().hostedLogin.update({ active: false }, at(7))).toEqual({ ...changed, active: false, updatedAt: at(7) });
    });

    test('a logo is found by its id with its bytes until another one or none takes its place', async () => {
      const [logo, next] = [logoOf(0, 255, 1), logoOf(2)];
      expect((await store().hostedLogin.update({ branding: { logo } }, at(8)))?.branding.logo).toEqual({ id: logo.id, type: 'image/png' });
      expect(await store().hostedLogin.findLogo(logo.id)).toEqual(logo);
      await store().hostedLogin.update({ branding: { name: 'Acme' } }, at(9));
      expect(await store().hostedLogin.findLogo(logo.id)).toEqual(logo);
      await store().hostedLogin.update({ branding: { logo: next } }, at(10));
      expect([await store().hostedLogin.findLogo(logo.id), await store().hostedLogin.findLogo(next.id)]).toEqual([null, next]);
      expect((await store().hostedLogin.update({ branding: { logo: null } }, at(11)))?.branding.logo).toBeNull();
      expect(await store().hostedLogin.findLogo(next.id)).toBeNull();
    });
  });

  describe('redirect URIs', () => {
    const store = useStore(open);
    const uriOf = (uri: string, seconds = 0): RedirectUri => ({ id: newId(), uri, createdAt: at(seconds) });

    test('of 20 additions of one text exactly one wins, and texts that differ in anything are others', async () => {
      const added = await race(20, () => store().redirectUris.add(uriOf('https://app.example/cb')));
      expect(countOf(added, (won) => won)).toBe(1);
      for (const uri of ['https://app.example/CB', 'https://app.example/cb/', 'https://app.example/c_', 'https://app.example/c%']) {
        expect(await store().redirectUris.add(uriOf(uri)), uri).toBe(true);
        expect(await store().redirectUris.findByUri(uri)).toMatchObject({ uri });
      }
      expect(await store().redirectUris.findByUri('https://app.example/Cb')).toBeNull();
      expect(await store().redirectUris.count()).toBe(5);
      for (const { id } of await store().redirectUris.all()) await store().redirectUris.remove(id);
    });

    test('they are listed oldest first, as a whole and in pages, and found by their ids', async () => {
      const uris = [uriOf('https://b.example/', 1), uriOf('https://c.example/', 2), uriOf('https://a.example/', 3)];
      for (const uri of [...uris].reverse()) await store().redirectUris.add(uri);
      const [first, second, third] = uris;
      expect(await store().redirectUris.all()).toEqual(uris);
      const page = await store().redirectUris.list({ limit: 2, direction: 'forward', cursor: null });
      expect(page).toEqual({ items: [first, second], hasMore: true });
      const cursor = { at: at(2), id: second?.id ?? '' };
      expect(await store().redirectUris.list({ limit: 2, direction: 'forward', cursor })).toEqual({ items: [third], hasMore: false });
      expect(await store().redirectUris.findMany([third?.id ?? '', newId()])).toEqual([third]);
      expect(await store().redirectUris.findMany([])).toEqual([]);
    });

    test('of 20 removals of one exactly one wins', async () => {
      const uri = uriOf('https://gone.example/');
      await store().redirectUris.add(uri);
      const removed = await race(20, () => store().redirectUris.remove(uri.id));
      expect(countOf(removed, (won) => won)).toBe(1);
      expect(await store().redirectUris.findMany([uri.id])).toEqual([]);
    });

    test('the longest text fits', async () => {
      // Random letters, because a database may compress what repeats.
      const letters = Array.from({ length: 60 }, newId).join('');
      const uri = uriOf(`https://app.example/${letters}`.slice(0, maxRedirectUriCharacters));
      expect(await store().redirectUris.add(uri)).toBe(true);
      expect(await store().redirectUris.findByUri(uri.uri)).toEqual(uri);
    });
  });
}
