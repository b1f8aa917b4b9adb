import { BackToAccount } from '../../parts/account.tsx';
import type { View } from '../../view.ts';
import type { TenantModel } from '../tenant.tsx';
import { tenant } from '../tenant.tsx';

function Organization(model: TenantModel) {
  return (
    <>
      {tenant.body(model)}
      <BackToAccount />
    </>
  );
}

/** Lets a member of several organizations go to another one. */
export const organization: View<TenantModel> = { title: (text) => text('tenant.title'), body: Organization };
