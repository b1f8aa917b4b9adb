import { asEnvironment, createTenant, createUser, enroll, expectStatus, logIn, password, setPolicy, setStrategy } from '../../support/builders.ts';
import type { Harness } from '../../support/harness.ts';
import { roleIds } from '../../support/role-ids.ts';
import { createSecurityKey } from '../../support/webauthn.ts';
import { enrollAtLogin, offerWebAuthn } from '../../support/webauthn-flows.ts';

/** The people of the world that tests look up by name. */
export const people = {
  /** Administrator of Acme, with an authenticator app. */
  ada: 'ada@acme.example',
  /** Administrator of Globex, without a second factor. */
  gus: 'gus@globex.example',
  /** May read the policy of Acme, and change nothing. */
  rita: 'rita@acme.example',
  /** Member of Acme who may do nothing here. */
  mo: 'mo@acme.example',
  /** Locked member of Acme. */
  lou: 'lou@acme.example',
} as const;

/** What is known of the world besides. */
export interface World {
  /** The secret in the authenticator app of each person who has one. */
  secrets: Readonly<Record<string, string>>;
  /** The recovery code of Ada. */
  recoveryCode: string;
  ids: Readonly<Record<keyof typeof people, string>>;
}

const otherTenants = ['Initech', 'Umbrella', 'Hooli', 'Vandelay', 'Stark', 'Wayne', 'Soylent', 'Tyrell', 'Wonka', 'Cyberdyne', 'Aperture', 'Oscorp'];
const firstNames = ['Bea', 'Cem', 'Dora', 'Eli', 'Fay', 'Gil', 'Hana', 'Ivo', 'Jun', 'Kai', 'Lia', 'Max', 'Noa', 'Ole', 'Pia', 'Quy'];

/**
 * Fills a server with a month of a small deployment: Acme enforces a second factor and most of its members have one, Globex enforces
 * nothing, and a dozen more tenants are at the beginning.
 */
export async function fillWorld(harness: Harness): Promise<World> {
  const secrets: Record<string, string> = {};
  let recoveryCode = '';
  await setPolicy(harness, { enforceMFAType: 'DontForce', allowRememberMyDevice: true, mfaDeviceExpiration: 1_209_600 });
  await offerWebAuthn(harness);
  await createTenant(harness, 'acme', 'Acme');
  await createTenant(harness, 'globex', 'Globex');
  await setPolicy(harness, { enforceMFAType: 'Force', allowRememberMyDevice: true, mfaDeviceExpiration: 604_800 }, 'acme');

  const withApp = async (email: string): Promise<void> => {
    const enrolled = await enroll(harness, email);
    secrets[email] = enrolled.secret;
    if (email === people.ada) recoveryCode = enrolled.recoveryCode;
  };
  const nextDay = async (): Promise<void> => {
    harness.clock.advance({ seconds: 86_400 });
    await harness.app.cleanup.run();
  };

  const ada = await createUser(harness, 'acme', people.ada, { name: 'Ada Lovell', roleIds: [roleIds.admin] });
  const rita = await createUser(harness, 'acme', people.rita, { name: 'Rita Reader', roleIds: [roleIds.readOnly] });
  const mo = await createUser(harness, 'acme', people.mo, { name: 'Mo Member', roleIds: [] });
  const lou = await createUser(harness, 'acme', people.lou, { name: 'Lou Locked' });
  const gus = await createUser(harness, 'globex', people.gus, { name: 'Gus Grant', roleIds: [roleIds.admin] });
  await nextDay();
  await withApp(people.ada);
  await nextDay();
  await withApp(people.rita);

  for (const [index, name] of firstNames.entries()) {
    const email = `${name.toLowerCase()}@acme.example`;
    await createUser(harness, 'acme', email, { name });
    await nextDay();
    if (index % 4 === 3) await logIn(harness, email);
    else if (index % 5 === 1) expectStatus(await enrollAtLogin(harness, email, createSecurityKey(), { origin: harness.config.publicUrl }), 201);
    else await withApp(email);
  }
  for (const [index, name] of otherTenants.entries()) {
    const id = name.toLowerCase();
    await createTenant(harness, id, name);
    for (let member = 0; member <= index % 3; member += 1)
      await createUser(harness, id, `person${member}@${id}.example`, { name: `Person ${member} of ${name}` });
    await nextDay();
  }
  await setStrategy(harness, 'EmailCode', true);
  await harness.send({ method: 'POST', url: `/identity/resources/users/v1/${lou.id}/lock`, headers: await asEnvironment(harness) });
  await harness.app.cleanup.run();
  await harness.app.outbox.flush();
  return { secrets, recoveryCode, ids: { ada: ada.id, gus: gus.id, rita: rita.id, mo: mo.id, lou: lou.id } };
}

export { password };
