import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { RedirectRules } from '../../../src/domain/oauth/redirect-matching.ts';
import { allowedBy, matchRedirectUri, mayReturnTo, passesPrelogin } from '../../../src/domain/oauth/redirect-matching.ts';
import { problemOfRedirectUri } from '../../../src/domain/oauth/redirect-uri.ts';

const entry = 'https://app.acme.example/oauth/callback';
const rules = (...registered: string[]): RedirectRules => ({ registered, development: false });
const developer = (...registered: string[]): RedirectRules => ({ registered, development: true });

/** URIs that some parser, proxy or reader takes for the entry. */
const tricks: readonly (readonly [trick: string, uri: string])[] = [
  ['capitals of the host', 'https://APP.acme.example/oauth/callback'],
  ['capitals of the scheme', 'HTTPS://app.acme.example/oauth/callback'],
  ['capitals of the path', 'https://app.acme.example/OAuth/callback'],
  ['a slash at the end', 'https://app.acme.example/oauth/callback/'],
  ['a doubled slash', 'https://app.acme.example//oauth/callback'],
  ['a segment up', 'https://app.acme.example/x/../oauth/callback'],
  ['a segment up behind it', 'https://app.acme.example/oauth/callback/../../evil'],
  ['an encoded segment up', 'https://app.acme.example/x/%2e%2e/oauth/callback'],
  ['an encoded slash', 'https://app.acme.example/oauth%2Fcallback'],
  ['an encoded letter', 'https://app.acme.example/oauth/%63allback'],
  ['a backslash', 'https://app.acme.example\\oauth\\callback'],
  ['a backslash before a host', 'https://evil.example\\@app.acme.example/oauth/callback'],
  ['a user name', 'https://user@app.acme.example/oauth/callback'],
  ['the host as a user name', 'https://app.acme.example@evil.example/oauth/callback'],
  ['the host as a user name and a port', 'https://app.acme.example:443@evil.example/oauth/callback'],
  ['the default port', 'https://app.acme.example:443/oauth/callback'],
  ['another port', 'https://app.acme.example:8443/oauth/callback'],
  ['a subdomain', 'https://evil.app.acme.example/oauth/callback'],
  ['the host as a subdomain', 'https://app.acme.example.evil.example/oauth/callback'],
  ['a dot behind the host', 'https://app.acme.example./oauth/callback'],
  ['a host with the same end', 'https://evilapp.acme.example/oauth/callback'],
  ['the scheme without encryption', 'http://app.acme.example/oauth/callback'],
  ['a full-width letter', 'https://app.acme.ｅxample/oauth/callback'],
  ['a Cyrillic letter', 'https://аpp.acme.example/oauth/callback'],
  ['an ideographic full stop', 'https://app。acme.example/oauth/callback'],
  ['a query', 'https://app.acme.example/oauth/callback?next=https://evil.example'],
  ['an empty query', 'https://app.acme.example/oauth/callback?'],
  ['a fragment', 'https://app.acme.example/oauth/callback#x'],
  ['an empty fragment', 'https://app.acme.example/oauth/callback#'],
  ['a blank before it', ' https://app.acme.example/oauth/callback'],
  ['a line break behind it', 'https://app.acme.example/oauth/callback\n'],
  ['a tab in the scheme', 'ht\ttps://app.acme.example/oauth/callback'],
  ['a null behind it', 'https://app.acme.example/oauth/callback\0'],
  ['no slashes', 'https:app.acme.example/oauth/callback'],
  ['no scheme', '//app.acme.example/oauth/callback'],
  ['its beginning', 'https://app.acme.example/oauth/callbac'],
  ['nothing', ''],
];

describe('a redirect URI is compared as a whole', () => {
  it('is allowed as it was registered', () => {
    expect(allowedBy(rules('https://other.example/', entry), entry)).toBe(entry);
  });

  test.each(tricks)('%s is refused', (_, uri) => {
    expect(matchRedirectUri(entry, uri)).toBe(false);
    expect(allowedBy(rules(entry), uri)).toBeNull();
  });
});

describe('an IP address of this machine may have any port', () => {
  test.each([
    ['http://127.0.0.1/cb', 'http://127.0.0.1:51004/cb'],
    ['http://127.0.0.1:3000/cb?a=b', 'http://127.0.0.1/cb?a=b'],
    ['http://[::1]:3000/cb', 'http://[::1]:65535/cb'],
    ['http://127.0.0.1', 'http://127.0.0.1:8080'],
  ])('%s allows %s', (registered, presented) => {
    expect(allowedBy(rules(registered), presented)).toBe(registered);
  });

  test.each([
    ['http://127.0.0.1/cb', 'http://[::1]:51004/cb'],
    ['http://127.0.0.1/cb', 'http://localhost:51004/cb'],
    ['http://127.0.0.1/cb', 'http://127.0.0.2:51004/cb'],
    ['http://127.0.0.1/cb', 'http://127.0.0.1:51004/cb/'],
    ['http://127.0.0.1/cb', 'http://127.0.0.1:51004/cb?x'],
    ['http://127.0.0.1/cb', 'https://127.0.0.1:51004/cb'],
    ['http://127.0.0.1/cb', 'HTTP://127.0.0.1:51004/cb'],
    ['http://127.0.0.1/cb', 'http://127.0.0.1:0/cb'],
    ['http://127.0.0.1/cb', 'http://127.0.0.1:65536/cb'],
    ['http://127.0.0.1/cb', 'http://127.0.0.1:080/cb'],
    ['http://127.0.0.1/cb', 'http://127.0.0.1:/cb'],
    ['http://127.0.0.1/cb', 'http://127.0.0.1:80@evil.example/cb'],
    ['http://127.0.0.1/cb', 'http://127.0.0.1.evil.example/cb'],
    ['https://127.0.0.1/cb', 'https://127.0.0.1:51004/cb'],
    ['http://localhost:3000/cb', 'http://localhost:3001/cb'],
  ])('%s does not allow %s', (registered, presented) => {
    expect(allowedBy(rules(registered), presented)).toBeNull();
  });
});

/** URIs that are nearly alike, so that pairs of them meet every rule. */
const uris = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('http', 'https', 'HTTP', 'com.acme.app'),
      fc.constantFrom('', 'user@'),
      fc.constantFrom('127.0.0.1', '[::1]', 'localhost', 'app.acme.example', 'App.acme.example', '127.0.0.1.evil.example'),
      fc.oneof(
        fc.constant(''),
        fc.integer({ min: -1, max: 70_000 }).map((port) => `:${port}`),
        fc.constantFrom(':', ':0080', ':80@evil.example'),
      ),
      fc.constantFrom('', '/', '/cb', '/cb/', '/CB', '/x/../cb', '/%63b', '\\cb', '/cb?', '/cb?a=b', '/cb#', '/#/cb'),
    )
    .map(([scheme, user, host, port, rest]) => `${scheme}://${user}${host}${port}${rest}`),
  fc.tuple(fc.constantFrom(...tricks.map(([, uri]) => uri), entry), fc.string({ maxLength: 3 })).map((parts) => parts.join('')),
  fc.webUrl({ withQueryParameters: true, withFragments: true }),
  fc.string({ unit: 'binary' }),
);

/** The URI without its port, where it may have any. Written without the patterns of the subject. */
const anyPort = (uri: string): string => {
  for (const start of ['http://127.0.0.1', 'http://[::1]']) {
    if (!uri.startsWith(start)) continue;
    const rest = uri.slice(start.length);
    const digits = rest.startsWith(':') ? (rest.slice(1).split(/[/?#]/, 1)[0] ?? '') : null;
    const port = digits === null ? 80 : String(Number(digits)) === digits ? Number(digits) : -1;
    const behind = digits === null ? rest : rest.slice(1 + digits.length);
    if (port >= 1 && port <= 65_535 && /^([/?#]|$)/.test(behind)) return `${start}:any${behind}`;
  }
  return uri;
};

test('only equal texts match, and IP addresses of this machine that differ in the port; nothing makes it throw', () => {
  fc.assert(
    fc.property(uris, uris, (registered, presented) => {
      expect(matchRedirectUri(registered, presented)).toBe(anyPort(registered) === anyPort(presented));
      expect(matchRedirectUri(registered, registered)).toBe(true);
    }),
    { numRuns: 5_000 },
  );
});

test('whatever may be returned to has the origin of a registered URI for a browser as well, and is safe in a header', () => {
  const registered = uris.filter((uri) => problemOfRedirectUri(uri) === null);
  let returned = 0;
  fc.assert(
    fc.property(
      registered,
      fc.oneof(
        uris,
        registered.chain((uri) => fc.string({ unit: 'binary' }).map((more) => uri + more)),
      ),
      (uri, presented) => {
        if (!mayReturnTo(rules(uri), presented)) return;
        returned += 1;
        expect(presented).toMatch(/^[!-~]*$/);
        expect(presented).not.toContain('\\');
        if (presented === uri) return;
        // Behind a server at any address, a browser reads the header against that address.
        const seen = new URL(presented, 'https://login.acme.example/oauth/logout');
        const meant = new URL(uri);
        if (/^(127\.0\.0\.1|\[::1\])$/.test(meant.hostname)) [seen.port, meant.port] = ['', ''];
        expect(seen.origin).toBe(meant.origin);
      },
    ),
    { numRuns: 5_000 },
  );
  expect(returned).toBeGreaterThan(20);
});

describe('after a log-out', () => {
  test.each([entry, 'https://app.acme.example', 'https://app.acme.example/', 'https://app.acme.example/any?page#top', 'https://app.acme.example?x'])(
    'a browser may go to %s of the same origin',
    (uri) => {
      expect(mayReturnTo(rules(entry), uri)).toBe(true);
    },
  );

  test.each([
    'https://app.acme.example.evil.example/',
    'https://app.acme.example@evil.example/',
    'https://app.acme.example:8443/',
    'https://evil.example/https://app.acme.example/',
    'http://app.acme.example/',
    'https:app.acme.example/',
    '//app.acme.example/',
    'https://APP.acme.example/',
    'https://app.acme.example\\@evil.example/',
    'https://app.acme.example/\\evil',
    'https://app.acme.example/\r\nSet-Cookie: a=b',
    'https://app.acme.example/é',
    'javascript:alert(1)',
    '/account',
    '',
  ])('a browser may not go to %j', (uri) => {
    expect(mayReturnTo(rules(entry), uri)).toBe(false);
  });

  it('an app is returned to by its redirect URI alone, because its scheme has no origin', () => {
    const app = 'com.acme.app://login.acme.example/ios/oauth/callback';
    expect(mayReturnTo(rules(app), app)).toBe(true);
    expect(mayReturnTo(rules(app), 'com.acme.app://login.acme.example/other')).toBe(false);
  });

  it('an IP address of this machine may have any port', () => {
    expect(mayReturnTo(rules('http://127.0.0.1/cb'), 'http://127.0.0.1:51004/done')).toBe(true);
    expect(mayReturnTo(rules('http://127.0.0.1/cb'), 'http://[::1]:51004/done')).toBe(false);
  });
});

describe('a developer who has registered nothing', () => {
  const callback = 'http://localhost:3000/oauth/callback';

  it('gets the code at the callback on localhost, at any port', () => {
    expect(allowedBy(developer(), callback)).toBe(callback);
    expect(allowedBy(developer(), 'http://localhost/oauth/callback')).toBe('http://localhost/oauth/callback');
    expect(mayReturnTo(developer(), 'http://localhost:3000/any/page')).toBe(true);
  });

  test.each([
    'http://localhost:3000/oauth/callback/',
    'http://localhost:3000/oauth/callback?x',
    'http://localhost:3000/other',
    'http://localhost.evil.example:3000/oauth/callback',
    'http://localhost:99999/oauth/callback',
    'https://localhost:3000/oauth/callback',
    'http://127.0.0.1:3000/oauth/callback',
  ])('does not get it at %s', (uri) => {
    expect(allowedBy(developer(), uri)).toBeNull();
  });

  it('is refused once anything is registered, and outside of development always', () => {
    expect(allowedBy(developer(entry), callback)).toBeNull();
    expect(mayReturnTo(developer(entry), callback)).toBe(false);
    expect(allowedBy(rules(), callback)).toBeNull();
    expect(mayReturnTo(rules(), callback)).toBe(false);
  });
});

describe('the check of mobile SDKs before a login', () => {
  it('reads a redirect URI that is encoded up to two times', () => {
    const [once, twice] = [encodeURIComponent(entry), encodeURIComponent(encodeURIComponent(entry))];
    expect([entry, once, twice].map((uri) => passesPrelogin(rules(entry), true, uri))).toEqual([true, true, true]);
    expect(passesPrelogin(rules(entry), true, encodeURIComponent(twice))).toBe(false);
  });

  it('fails in production for what is not registered, and for nothing', () => {
    for (const uri of ['https://evil.example/', '%', '', undefined]) expect(passesPrelogin(rules(entry), true, uri)).toBe(false);
  });

  it('succeeds elsewhere, where it sends a URI of its own', () => {
    expect(passesPrelogin(rules(), false, 'https://demo.example/')).toBe(true);
  });
});
