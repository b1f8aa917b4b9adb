import { useQuery } from '@urql/preact';
import { EnvironmentPolicyDocument } from '../documents.ts';
import { Answer } from '../parts/answer.tsx';
import { Page } from '../parts/page.tsx';
import { useOperator } from '../session/operator.ts';
import { PolicyEditor } from './editor.tsx';

/** The policy of the environment, or of the tenant of the session. */
export function PolicyPage() {
  const { tenantId, tenantName } = useOperator();
  const asked = useQuery({ query: EnvironmentPolicyDocument, variables: {} });
  return (
    <Page
      title="Policy"
      lead={
        tenantId === null
          ? 'The policy of the environment holds in every tenant, unless the tenant has a stricter one.'
          : `The policy of ${tenantName ?? tenantId}. Where the policy of the environment is stricter, that one holds.`
      }
    >
      <Answer query={asked}>
        {({ mfaPolicy, effectiveMfaPolicy, mfaStrategies }) => (
          <PolicyEditor
            tenantId={tenantId}
            stored={mfaPolicy}
            effective={effectiveMfaPolicy}
            strategies={mfaStrategies}
            onSaved={() => asked[1]({ requestPolicy: 'network-only' })}
          />
        )}
      </Answer>
    </Page>
  );
}
