import { useQuery } from '@urql/preact';
import { useState } from 'preact/hooks';
import type { PersonQuery } from '../documents.ts';
import { ExplainMfaDocument, FirstFactor } from '../documents.ts';
import { Answer } from '../parts/answer.tsx';
import { Choice } from '../parts/field.tsx';
import { Section } from '../parts/page.tsx';
import { wordsFor } from '../parts/words.ts';
import { useOperator } from '../session/operator.ts';

const tones: Readonly<Record<string, string>> = {
  LOCKED_OUT: 'bad',
  MUST_ENROLL: 'warn',
  NO_SECOND_FACTOR: 'warn',
  EXEMPT: 'warn',
  MUST_VERIFY: 'good',
};

/** What the next login of a person leads to, and every rule that it looks at. */
export function Explanation({ user }: { user: NonNullable<PersonQuery['user']> }) {
  const { kind } = useOperator();
  const [tenant, setTenant] = useState('');
  const [firstFactor, setFirstFactor] = useState<FirstFactor>('PASSWORD');
  const asked = useQuery({
    query: ExplainMfaDocument,
    variables: { userId: user.restId, firstFactor, ...(tenant === '' ? {} : { tenantId: tenant }) },
  });
  const tenants = user.memberships.flatMap((membership) => (membership.tenant === null ? [] : [membership.tenant]));
  return (
    <Section title="What the next login leads to">
      <div class="filters">
        {kind === 'USER' ? null : (
          <Choice
            label="Tenant"
            value={tenant}
            options={[
              { value: '', label: `The one used last${user.activeTenant === null ? '' : ` (${user.activeTenant.name})`}` },
              ...tenants.map(({ restId, name }) => ({ value: restId, label: name })),
            ]}
            onValue={setTenant}
          />
        )}
        <Choice
          label="First factor"
          value={firstFactor}
          options={Object.values(FirstFactor).map((value) => ({ value, label: wordsFor(value) }))}
          onValue={(value) => setFirstFactor(Object.values(FirstFactor).find((one) => one === value) ?? 'PASSWORD')}
        />
      </div>
      <Answer query={asked}>
        {({ explainMfa }) =>
          explainMfa === null ? (
            <p class="muted">You may not ask about this person, or they are not in the tenant.</p>
          ) : (
            <>
              <div role="status">
                <p class="outcome">
                  <span class={`tag ${tones[explainMfa.outcome] ?? ''}`}>{wordsFor(explainMfa.outcome)}</span>
                </p>
                <p>{explainMfa.sentence}</p>
              </div>
              <h3>The rules, in the order in which the login looks at them</h3>
              <ol class="steps">
                {explainMfa.steps.map((step) => (
                  <li key={`${step.rule}-${step.note}`} class={step.decisive ? 'decisive' : undefined}>
                    <p>
                      <strong>{wordsFor(step.rule)}</strong> <span class="muted">{step.applied ? 'applies' : 'does not apply'}</span>
                      {step.decisive ? <span class="tag">Decides</span> : null}
                    </p>
                    <p class="muted">{step.note}</p>
                  </li>
                ))}
              </ol>
            </>
          )
        }
      </Answer>
    </Section>
  );
}
