import type { App } from '../app.ts';
import type { Actor, Origin } from '../domain/access/actor.ts';
import type { RoleKey } from '../domain/access/role.ts';

/** Password of every demo user. It is public, so demo users are never created in production. */
export const demoPassword = 'sallyport-demo';
/** Id of the demo tenant. */
export const demoTenantId = 'acme';
/** The users of the demo tenant. */
export const demoUsers: readonly { email: string; name: string; roles: RoleKey[] }[] = [
  { email: 'dana@acme.example', name: 'Dana', roles: ['ADMIN'] },
  { email: 'sam@acme.example', name: 'Sam', roles: [] },
];

/** Creates a demo tenant that enforces MFA, and its users. Returns false and does nothing if the database has tenants already. */
export async function seedDemo({ services }: App): Promise<boolean> {
  const actor: Actor = { kind: 'ENVIRONMENT', tenantId: null };
  const origin: Origin = { address: '127.0.0.1', userAgent: 'demo', requestId: 'demo' };
  if ((await services.tenants.count({ actor, origin })) > 0) return false;
  await services.tenants.create({ actor, origin }, { id: demoTenantId, name: 'Acme' });
  await services.policies.create(actor, { enforceMfaType: 'DONT_FORCE', allowRememberMyDevice: true }, origin);
  await services.policies.create(
    { ...actor, tenantId: demoTenantId },
    { enforceMfaType: 'FORCE', allowRememberMyDevice: true, mfaDeviceExpirationSeconds: 604_800 },
    origin,
  );
  await services.strategies.set(actor, { strategy: 'EMAIL_CODE', active: true }, origin);
  const common = { tenantId: demoTenantId, password: demoPassword, phoneNumber: null, profilePictureUrl: null, externalId: null };
  for (const demo of demoUsers) {
    const user = await services.users.create(actor, { ...common, ...demo, metadata: null, vendorMetadata: null, mfaBypass: false }, origin);
    await services.users.markVerified(actor, user.id, origin);
  }
  return true;
}
