import { useClient, useQuery } from '@urql/preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { MfaPolicyChange, PolicyImpactQuery } from '../documents.ts';
import { PolicyImpactDocument, SavePolicyDocument, SwitchStrategyDocument } from '../documents.ts';
import { Answer } from '../parts/answer.tsx';
import { failureText, isRefusal, refusalText } from '../parts/failure.ts';
import { Check } from '../parts/field.tsx';
import { formatCount, formatNumber } from '../parts/format.ts';
import { Notice } from '../parts/notice.tsx';
import { Table } from '../parts/table.tsx';
import { wordsFor } from '../parts/words.ts';
import { codeOf, inTenant } from '../session/client.ts';
import { permissions, useOperator } from '../session/operator.ts';
import { StepUp } from '../session/step-up.tsx';
import type { Draft } from './draft.ts';
import { touchesPolicy } from './draft.ts';
import { ImpactPeople } from './impact-people.tsx';

type Result = PolicyImpactQuery['simulateMfaPolicy'];
type Counts = Extract<Result, { __typename: 'SimulateMfaPolicySuccess' }>['impact'];

/** What a change would do to everybody, and the button that saves it. */
export function Impact({
  tenantId,
  draft,
  change,
  isCurrent,
  onSaved,
}: {
  tenantId: string | null;
  draft: Draft;
  change: MfaPolicyChange;
  /** Whether the form still holds what the impact is of. */
  isCurrent: boolean;
  onSaved: (text: string) => void;
}) {
  const { may } = useOperator();
  const input = { change, ...(tenantId === null ? {} : { tenantId }) };
  const asked = useQuery({ query: PolicyImpactDocument, variables: { input } });
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <section class="box impact">
      <h2 ref={heading} tabIndex={-1}>
        Impact of the change
      </h2>
      <Answer query={asked}>
        {({ simulateMfaPolicy: result }) =>
          isRefusal(result) ? (
            <Notice tone="bad">{refusalText(result)}</Notice>
          ) : (
            <>
              <ImpactCounts impact={result.impact} />
              <ImpactPeople input={input} outcomes={result.impact.counts.map(({ outcome }) => outcome)} />
              {may(permissions.writePolicy) ? (
                <Save tenantId={tenantId} draft={draft} change={change} isCurrent={isCurrent} impact={result.impact} onSaved={onSaved} />
              ) : null}
            </>
          )
        }
      </Answer>
    </section>
  );
}

function ImpactCounts({ impact }: { impact: Counts }) {
  const facts: { text: string; tone: 'bad' | 'warn' | 'plain' }[] = [
    { text: `${formatCount(impact.administratorsLockedOutCount, 'administrator', 'administrators')} locked out`, tone: 'bad' },
    { text: `${formatCount(impact.newlyLockedOutCount, 'person', 'people')} newly locked out`, tone: 'bad' },
    { text: `${formatCount(impact.newlyMustEnrollCount, 'person', 'people')} newly must enroll`, tone: 'warn' },
    { text: `${formatCount(impact.rememberedDevicesVoidedCount, 'remembered device', 'remembered devices')} voided`, tone: 'warn' },
    { text: `${formatCount(impact.neverLoggedInCount, 'person has', 'people have')} never logged in`, tone: 'plain' },
  ];
  const isZero = (text: string): boolean => text.startsWith('0 ');
  return (
    <>
      <ul class="chips">
        {facts.map(({ text, tone }) => (
          <li key={text} class={isZero(text) ? 'plain' : tone}>
            {text}
          </li>
        ))}
      </ul>
      <Table
        caption={`What a login leads to, for ${formatCount(impact.totalCount, 'person', 'people')}`}
        hideCaption={false}
        rows={impact.counts}
        keyOf={({ outcome }) => outcome}
        columns={[
          { title: 'Outcome', cell: ({ outcome }) => wordsFor(outcome) },
          { title: 'Now', numeric: true, cell: ({ before }) => formatNumber(before) },
          { title: 'After', numeric: true, cell: ({ after }) => formatNumber(after) },
          { title: 'Difference', numeric: true, cell: ({ before, after }) => difference(after - before) },
        ]}
      />
    </>
  );
}

const difference = (by: number): string => (by === 0 ? '0' : by > 0 ? `+${formatNumber(by)}` : `−${formatNumber(-by)}`);

function Save({
  tenantId,
  draft,
  change,
  isCurrent,
  impact,
  onSaved,
}: {
  tenantId: string | null;
  draft: Draft;
  change: MfaPolicyChange;
  isCurrent: boolean;
  impact: Counts;
  onSaved: (text: string) => void;
}) {
  const save = useSave(tenantId, draft, change);
  const [state, setState] = useState<'READY' | 'SAVING' | 'STEP_UP'>('READY');
  const [failure, setFailure] = useState<string | null>(null);
  const [accepted, setAccepted] = useState(impact.administratorsLockedOutCount === 0);
  const run = async (): Promise<void> => {
    setState('SAVING');
    setFailure(null);
    const outcome = await save();
    if (outcome.saved) return onSaved(outcome.text);
    setState(outcome.stepUp ? 'STEP_UP' : 'READY');
    setFailure(outcome.stepUp ? null : outcome.text);
  };
  return (
    <>
      {impact.administratorsLockedOutCount === 0 ? null : (
        <Check
          label={`I know that this locks out ${formatCount(impact.administratorsLockedOutCount, 'administrator', 'administrators')}`}
          checked={accepted}
          onChecked={setAccepted}
        />
      )}
      {failure === null ? null : <Notice tone="bad">{failure}</Notice>}
      <div class="actions">
        <button type="button" class="primary" disabled={!isCurrent || !accepted || state === 'SAVING'} onClick={() => void run()}>
          {state === 'SAVING' ? 'Saving' : 'Save the change'}
        </button>
        {isCurrent ? null : <p class="muted">The form has changed. See the impact again before saving.</p>}
      </div>
      {state === 'STEP_UP' ? <StepUp onClose={() => setState('READY')} onProven={() => void run()} /> : null}
    </>
  );
}

/** Returns the function that saves a draft: first the strategies that are switched on, then the policy, then those that are switched off. */
function useSave(tenantId: string | null, draft: Draft, change: MfaPolicyChange) {
  const client = useClient();
  const { kind } = useOperator();
  // The tenant of a user's session is the one of the token.
  const context = inTenant(kind === 'USER' ? null : tenantId);
  const { active: _active, ...policy } = draft;
  const switches = [...(change.strategies ?? [])].sort((one, other) => Number(other.active) - Number(one.active));
  const toggle = (input: (typeof switches)[number]) => async () => {
    const { data, error } = await client.mutation(SwitchStrategyDocument, { input }, context).toPromise();
    return { result: data?.setMfaStrategy, error };
  };
  const store = async () => {
    const { data, error } = await client.mutation(SavePolicyDocument, { input: policy }, context).toPromise();
    return { result: data?.upsertMfaPolicy, error };
  };
  const steps = [
    ...switches.filter(({ active }) => active).map(toggle),
    ...(touchesPolicy(change) ? [store] : []),
    ...switches.filter(({ active }) => !active).map(toggle),
  ];
  return async (): Promise<{ saved: true; text: string } | { saved: false; stepUp: boolean; text: string }> => {
    const warnings = new Set<string>();
    for (const step of steps) {
      const { result, error } = await step();
      if (error !== undefined) return { saved: false, stepUp: codeOf(error) === 'STEP_UP_REQUIRED', text: failureText(error) };
      if (result === undefined) return { saved: false, stepUp: false, text: 'The server did not answer.' };
      if (isRefusal(result)) return { saved: false, stepUp: false, text: refusalText(result) };
      for (const warning of result.warnings) warnings.add(wordsFor(warning));
    }
    return { saved: true, text: ['The change is saved.', ...[...warnings].map((warning) => `${warning}.`)].join(' ') };
  };
}
