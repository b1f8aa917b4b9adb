import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTenant, createUser, identity } from '../../support/builders.ts';
import { roleIds } from '../../support/role-ids.ts';
import type { Call, UserInterface } from './user-interface.ts';
import { openUserInterface } from './user-interface.ts';

/** The pages of `@frontegg/admin-portal` 5.79.0 that show the members of a tenant, unmodified: Users and Audit Logs. */
let ui: UserInterface;
beforeAll(async () => {
  ui = await openUserInterface();
  await createTenant(ui.harness, 'acme', 'Acme Ltd.');
  await createTenant(ui.harness, 'other');
  await createUser(ui.harness, 'other', 'stranger@other.example');
});
beforeEach(() => ui.page.context().clearCookies());
afterAll(() => ui?.close());

const requests = (calls: Call[]) => calls.map(({ request, status }) => `${status} ${request}`);
const turnTo = (page: string) => ui.visit(() => ui.part(page).click());
/** The cells of a column, from top to bottom. */
const cells = (column: string) => ui.page.locator(`[data-test-id^="cell-"][data-test-id$="-${column}"]`).allInnerTexts();
const search = (text: string) => {
  const [, sent = ''] = new URLSearchParams({ text }).toString().split('=');
  // The page waits a moment for the reader to go on typing.
  const asked = ui.page.waitForRequest((request) => request.url().toLowerCase().includes(sent.toLowerCase()));
  return ui.visit(() => Promise.all([ui.page.getByPlaceholder('Search for any text...').fill(text), asked]));
};

/** Opens the menu of a member and chooses from it. */
async function choose(name: string, entry: string): Promise<void> {
  await ui.page.locator('tr', { hasText: name }).locator('[data-test-id=moreicon]').click();
  await ui.page.getByText(entry, { exact: true }).click();
}
const members = '/team/resources/members/v1';

test('members are listed by pages and found by a part of their name or address', async () => {
  for (const number of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]) {
    await createUser(ui.harness, 'acme', `member-${number}@acme.example`, { name: `Member No. ${number}` });
    ui.harness.clock.advance({ seconds: 1 });
  }
  await ui.openPortal('acme', 'Olga');
  expect(requests(await turnTo('users'))).toContain(`200 GET ${members}?pageOffset=0&pageSize=10`);
  const first = await cells('user');
  expect(first).toHaveLength(10);
  await ui.visit(() => ui.page.getByRole('button', { name: 'page 2' }).click());
  const second = await cells('user');
  const all = [...first, ...second].join();
  for (const number of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]) expect(all).toContain(`member-${number}@acme.example`);
  expect(first.filter((member) => second.includes(member))).toEqual([]);
  expect(all).not.toContain('other.example');

  await search('No. 11');
  expect(await cells('user')).toEqual([expect.stringContaining('member-11@acme.example')]);
  await search('member-7@');
  expect(await cells('user')).toEqual([expect.stringContaining('Member No. 7')]);
  await search('stranger');
  expect(await cells('user')).toEqual([]);
});

test('somebody is invited, and gets a mail that leads to the page of the application', async () => {
  await ui.openPortal('acme', 'Paul');
  await turnTo('users');
  await ui.visit(() => ui.part('invite-user-btn').click());
  await ui.page.locator('[name=firstName]').fill('Nora');
  await ui.page.locator('[name=lastName]').fill('New');
  await ui.page.locator('[name=email]').fill('nora@acme.example');
  expect(requests(await ui.visit(() => ui.part('inviteBtn').click()))).toContain('201 POST /identity/resources/users/v2');
  await ui.page.locator('tr', { hasText: 'nora@acme.example' }).getByText('Pending approval').waitFor();
  const links = async () => {
    await ui.harness.app.outbox.flush();
    return ui.harness.mail.filter(({ to }) => to === 'nora@acme.example').map((message) => ('link' in message ? message.link : ''));
  };
  expect(await links()).toEqual([expect.stringMatching(new RegExp(`^${ui.origin}/account/`))]);

  await choose('nora@acme.example', 'Resend invitation email');
  await expect.poll(async () => (await links()).length).toBe(2);
});

test('roles of a member are given and taken', async () => {
  const { id } = await createUser(ui.harness, 'acme', 'rosa@acme.example', { name: 'Rosa', roleIds: [roleIds.readOnly] });
  const held = async () => (await ui.harness.app.store.users.membershipsWithRoles([id]))[0]?.roleIds;
  await ui.openPortal('acme', 'Rita');
  await turnTo('users');
  await search('rosa@');
  /** Opens the list of roles, clicks one of them, and saves. */
  const toggle = async (role: string) => {
    await choose('rosa@acme.example', 'Edit roles');
    // In the middle of the field, beside the roles that are there, which a click would take away.
    await ui.page.locator('[data-test-id=editRoleDropdown] [name=roleIds]').click({ position: { x: 350, y: 15 } });
    await ui.page.locator('[role=tooltip]').getByText(role, { exact: true }).click();
    await ui.page.getByText('Edit Roles').last().click();
    return requests(await ui.visit(() => ui.part('updateBtn').click()));
  };
  expect(await toggle('Admin')).toContain(`200 PUT ${members}`);
  expect([...((await held()) ?? [])].sort()).toEqual([roleIds.admin, roleIds.readOnly].sort());
  expect(await toggle('Read Only')).toContain(`200 PUT ${members}`);
  expect(await held()).toEqual([roleIds.admin]);
  // The screen has no word for none, and sends an empty id.
  expect(await toggle('Admin')).toContain(`200 PUT ${members}`);
  expect(await held()).toEqual([]);
});

test('a member is deleted', async () => {
  const { id } = await createUser(ui.harness, 'acme', 'gone@acme.example', { name: 'Gone' });
  await ui.openPortal('acme', 'Tina');
  await turnTo('users');
  await search('gone@');
  await choose('gone@acme.example', 'Delete User');
  expect(requests(await ui.visit(() => ui.part('delete-btn').click()))).toContain(`200 DELETE ${members}/${id}`);
  expect(await cells('user')).toEqual([]);
  expect(await ui.harness.app.store.users.memberships([id])).toEqual([]);
});

test('the audit trail is listed, searched, sorted, paged and downloaded', async () => {
  await createTenant(ui.harness, 'trail');
  await createUser(ui.harness, 'trail', 'vera@trail.example', { name: 'Vera' });
  for (const wrong of Array.from({ length: 22 }, (_, index) => `wrong ${index}`)) {
    await ui.harness.send({ method: 'POST', url: `${identity}/auth/v1/user`, body: { email: 'vera@trail.example', password: wrong } });
  }
  ui.harness.clock.advance({ seconds: 60 });
  const email = await ui.openPortal('trail', 'Sara');
  await turnTo('audits');
  await ui.page.getByText('Time', { exact: true }).waitFor();
  expect((await cells('action'))[0]).toBe('Login succeeded');
  expect((await cells('email'))[0]).toContain(email);
  expect((await cells('email')).join()).not.toContain('other.example');
  expect(await cells('action')).toHaveLength(20);

  await ui.visit(() => ui.page.getByRole('button', { name: 'page 2' }).click());
  expect(new Set(await cells('action'))).not.toEqual(new Set());
  const sort = () => ui.visit(() => ui.page.locator('th', { hasText: 'Time' }).getByText('Time', { exact: true }).click());
  // The first click takes the order away that the page begins with.
  await sort();
  const sorted = await sort();
  expect(sorted.map(({ request }) => request).join()).toContain('sortDirection=asc');
  expect(await cells('action')).not.toContain('Login succeeded');
  await search('login failed');
  expect(new Set(await cells('action'))).toEqual(new Set(['Login failed']));

  const [file] = await Promise.all([ui.page.waitForEvent('download'), ui.visit(() => ui.part('Download').click())]);
  expect(file.suggestedFilename()).toBe('audits.csv');
  const lines = (await readFile(await file.path(), 'utf8')).trim().split('\r\n');
  expect(lines).toHaveLength(23);
  expect(lines[0]).toBe('"Time","User","Action","Description","IP address","Severity","Request"');
});
