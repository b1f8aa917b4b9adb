import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { identity } from '../../support/builders.ts';
import { query } from '../../support/database.ts';
import type { Harness } from '../../support/harness.ts';
import { openHarness } from '../../support/harness.ts';

const limit = 3;
let harness: Harness;
beforeAll(async () => {
  harness = await openHarness({ settings: { TRUST_PROXY: '10.0.0.0/8, fd00::/8, 192.0.2.1', LIMIT_LOGIN_PER_MINUTE: String(limit) } });
});
afterAll(() => harness.close());

const proxy = '10.0.0.1';
/** One login that is refused, through a proxy that says so about the client; answers the status and the address in trail and log. */
async function attempt(forwarded: string, address = proxy, more: Record<string, string> = {}) {
  const answer = await harness.send({
    method: 'POST',
    url: `${identity}/auth/v1/user`,
    body: { email: 'nobody@acme.example', password: 'not the password' },
    address,
    headers: { 'x-forwarded-for': forwarded, ...more },
  });
  const requestId = answer.headers['frontegg-trace-id'];
  const [event] = await query(harness, 'select address from audit_events where request_id = $1', [requestId]);
  const line = harness.logged.find((entry) => 'milliseconds' in entry && 'requestId' in entry && entry.requestId === requestId);
  return { status: answer.statusCode, trail: event?.address, log: (line as { address?: string } | undefined)?.address };
}

describe('T44 a client has one address however the proxy writes it', () => {
  test.each([
    ['198.51.100.1', ['198.51.100.1', '198.51.100.1:1', '198.51.100.1:65535', ' 198.51.100.1:4711 ', '"198.51.100.1:80"', '[::ffff:198.51.100.1]:5']],
    ['198.51.100.2', ['::ffff:198.51.100.2', '::FFFF:c633:6402', '[::ffff:c633:6402]', '0:0:0:0:0:ffff:198.51.100.2', '64:ff9b::198.51.100.2']],
    [
      '198.51.100.3',
      ['198.51.100.3:_hidden', '198.51.100.3:_a.b-c', '1.1.1.1, 198.51.100.3:9', 'unknown,198.51.100.3', '198.51.100.3, 10.9.9.9:443'],
    ],
    [
      '198.51.100.4',
      ['198.51.100.4, fd00::1', '198.51.100.4, [fd00::1]:99', '198.51.100.4,10.0.0.2,::ffff:10.0.0.3', '198.51.100.4 , 192.0.2.1:8080'],
    ],
    [
      '2001:db8:0:1::1',
      ['2001:db8:0:1::1', '[2001:DB8:0:1::1]', '[2001:db8:0:1:0:0:0:1]:4711', '2001:0DB8:0000:0001::0001%eth0', '[2001:db8:0:1::1%25en0]:1'],
    ],
  ])('%s', async (expected, spellings) => {
    const seen = [];
    for (const spelling of spellings) seen.push(await attempt(spelling));
    for (const [index, { status, trail, log }] of seen.entries()) {
      expect(status, spellings[index]).toBe(index < limit ? 401 : 429);
      if (index < limit) expect(trail, spellings[index]).toBe(expected);
      expect(log, spellings[index]).toBe(expected);
    }
  });

  test('all addresses of one /64 share a budget, and each is written as it is', async () => {
    const seen = [];
    for (let index = 1; index <= limit + 2; index += 1) seen.push(await attempt(`[2001:db8:0:2:${index}::${index}]:${index}`));
    expect(seen.map(({ status }) => status)).toEqual([401, 401, 401, 429, 429]);
    expect(seen[1]).toMatchObject({ trail: '2001:db8:0:2:2::2', log: '2001:db8:0:2:2::2' });
    expect(await attempt('2001:db8:0:3::1')).toMatchObject({ status: 401 });
  });
});

describe('T44 what is no address makes no client of its own', () => {
  test.each([
    ['10.0.0.11', ['unknown', 'Unknown', '_hidden', '_SEVKISEK', '-', '']],
    ['10.0.0.12', ['999.1.1.1', '1.2.3', '1.2.3.4.5', '010.0.0.1', '0x7f.0.0.1', '2130706433']],
    ['10.0.0.13', ['198.51.100.9:', '198.51.100.9:123456', '198.51.100.9:80:80', '198.51.100.9%eth0', '[198.51.100.9]:80', '198.51.100.9/32']],
    ['10.0.0.14', ['::::', '[2001:db8::1', '2001:db8::1]', '[]:80', '2001:db8::1::2', '[2001:db8::1]x']],
    ['10.0.0.15', ['for=198.51.100.9', 'localhost', "'; drop table x", '198.51.100.9;10.0.0.1', '198.51.100.9 198.51.100.8', '\u00e9']],
    ['10.0.0.16', ['198.51.100.9,', '198.51.100.8,unknown', '198.51.100.7, ,', '198.51.100.6,_x', '198.51.100.5,"', '198.51.100.4,\t']],
  ])('it counts for the proxy %s', async (address, texts) => {
    const seen = [];
    for (const text of texts) seen.push(await attempt(text, address));
    expect(seen.map(({ status }) => status)).toEqual([401, 401, 401, 429, 429, 429]);
    for (const { log } of seen) expect(log).toBe(address);
    for (const { trail } of seen.slice(0, limit)) expect(trail).toBe(address);
  });
});

describe('T44 only what a trusted proxy wrote counts', () => {
  test('a stranger who sends the headers of proxies stays one client', async () => {
    const statuses = [];
    for (let index = 0; index < 6; index += 1) {
      const forged = `198.51.100.${100 + index}`;
      const others = { forwarded: `for=${forged}`, 'x-real-ip': forged, 'true-client-ip': forged, 'cf-connecting-ip': forged };
      statuses.push(await attempt(forged, '203.0.113.50', others));
    }
    expect(statuses.map(({ status }) => status)).toEqual([401, 401, 401, 429, 429, 429]);
    for (const { log } of statuses) expect(log).toBe('203.0.113.50');
  });

  test('behind a trusted proxy the other headers, and what the client wrote before its own address, change nothing', async () => {
    const statuses = [];
    for (let index = 0; index < 6; index += 1) {
      const forged = `198.51.100.${150 + index}`;
      const headers = { forwarded: `for=${forged}`, 'x-real-ip': forged, 'x-client-ip': forged };
      statuses.push(await attempt(`${forged}, 10.0.0.7, 203.0.113.51:${index}`, proxy, headers));
    }
    expect(statuses.map(({ status }) => status)).toEqual([401, 401, 401, 429, 429, 429]);
    for (const { log } of statuses) expect(log).toBe('203.0.113.51');
  });
});

test('T44 requests of more networks than are remembered give nobody a spent budget back', async () => {
  for (let index = 0; index < limit; index += 1) await attempt('203.0.113.60');
  expect(await attempt('203.0.113.60')).toMatchObject({ status: 429 });
  // A body at fault is refused after it was counted, so this costs no hash and no row.
  const flood = (index: number) =>
    harness.app.http.inject({
      method: 'POST',
      url: `${identity}/auth/v1/user`,
      remoteAddress: proxy,
      headers: { 'x-forwarded-for': `172.20.${index >> 8}.${index & 255}`, 'content-type': 'application/json' },
      payload: '{',
    });
  for (let index = 0; index < 6_000; index += 100) {
    await Promise.all(Array.from({ length: 100 }, (_, offset) => flood(index + offset)));
  }
  expect(await attempt('203.0.113.60')).toMatchObject({ status: 429 });
}, 120_000);
