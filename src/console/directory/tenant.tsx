import { useQuery } from '@urql/preact';
import { useRoute } from 'preact-iso';
import { TenantPolicyDocument } from '../documents.ts';
import { AdoptionOf } from '../insight/adoption.tsx';
import { Answer } from '../parts/answer.tsx';
import { Notice } from '../parts/notice.tsx';
import { Page } from '../parts/page.tsx';
import { PolicyEditor } from '../policy/editor.tsx';

/** A tenant: its policy, its adoption, and the ways to its people and events. */
export function TenantPage() {
  const tenantId = useRoute().params.id ?? '';
  // Nothing of one tenant, such as a form, may stay when the address changes to another one.
  return <Tenant key={tenantId} tenantId={tenantId} />;
}

function Tenant({ tenantId }: { tenantId: string }) {
  const asked = useQuery({ query: TenantPolicyDocument, variables: { tenantId } });
  const [{ data: answered }, reload] = asked;
  const tenant = answered?.tenant;
  const link = (page: string): string => `/console/${page}?tenant=${encodeURIComponent(tenantId)}`;
  return (
    <Page
      title={tenant?.name ?? 'Tenant'}
      lead={
        <p>
          <code>{tenantId}</code> · <a href={link('people')}>People</a> · <a href={link('events')}>Audit trail</a>
        </p>
      }
    >
      <Answer query={asked}>
        {(data) =>
          data.tenant === null ? (
            <Notice>There is no such tenant, or you may not see it.</Notice>
          ) : (
            <>
              <PolicyEditor
                tenantId={tenantId}
                stored={data.tenant.mfaPolicy}
                effective={data.tenant.effectiveMfaPolicy}
                strategies={data.tenant.mfaStrategies}
                onSaved={() => reload({ requestPolicy: 'network-only' })}
              />
              <h2 class="between">Adoption</h2>
              <AdoptionOf tenantId={tenantId} />
            </>
          )
        }
      </Answer>
    </Page>
  );
}
