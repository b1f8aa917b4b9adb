import { useState } from 'preact/hooks';
import type { EffectivePolicyFragment, MfaStrategyName, StoredPolicyFragment } from '../documents.ts';
import { Check, Choice, Radios, TextField } from '../parts/field.tsx';
import { formatDuration, formatTime, unitOf, units } from '../parts/format.ts';
import { Notice } from '../parts/notice.tsx';
import { Section } from '../parts/page.tsx';
import { wordsFor } from '../parts/words.ts';
import { permissions, useOperator } from '../session/operator.ts';
import type { Draft } from './draft.ts';
import { changeOf, draftOf } from './draft.ts';
import { Impact } from './impact.tsx';

interface Shown {
  /** Null for the environment. */
  tenantId: string | null;
  stored: StoredPolicyFragment | null;
  effective: EffectivePolicyFragment;
  strategies: readonly { strategy: MfaStrategyName; active: boolean }[];
}

/** The policy of a tenant or of the environment: what holds, the form that changes it, and what a change does before it is saved. */
export function PolicyEditor({ onSaved, ...shown }: Shown & { onSaved: () => void }) {
  const { may } = useOperator();
  const before = draftOf(shown.stored, shown.effective, shown.strategies);
  const [draft, setDraft] = useState(before);
  const [asked, setAsked] = useState<Draft | null>(null);
  const [saved, setSaved] = useState<string | null>(null);
  const change = changeOf(before, draft);
  const isChanged = Object.keys(change).length > 0;
  const isValid = Number.isInteger(draft.mfaDeviceExpirationSeconds) && draft.mfaDeviceExpirationSeconds >= 0;
  const edit = (next: Draft): void => {
    setDraft(next);
    setSaved(null);
  };
  return (
    <>
      <Section title="In force now">
        <InForce {...shown} />
      </Section>
      <Section title={shown.tenantId === null ? 'Policy of the environment' : 'Policy of the tenant'}>
        {shown.stored === null ? (
          <p class="muted">
            {shown.tenantId === null ? 'No policy is stored yet.' : 'No policy of its own is stored. The form begins with what is in force.'}
          </p>
        ) : (
          <p class="muted">Last changed {formatTime(shown.stored.updatedAt)}</p>
        )}
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (isChanged && isValid) setAsked(draft);
          }}
        >
          <PolicyFields draft={draft} strategies={shown.strategies} isValid={isValid} onDraft={edit} />
          {may(permissions.writePolicy) ? (
            <div class="actions">
              <button type="submit" class="primary" disabled={!isChanged || !isValid}>
                See the impact
              </button>
              <button
                type="button"
                disabled={!isChanged}
                onClick={() => {
                  edit(before);
                  setAsked(null);
                }}
              >
                Discard
              </button>
              <p class="muted">{isChanged ? 'Nothing is saved before you have seen the impact.' : 'Change something to see what it does.'}</p>
            </div>
          ) : (
            <Notice>Your role may read this policy and not change it. You can still see what a change would do.</Notice>
          )}
          {may(permissions.writePolicy) ? null : (
            <div class="actions">
              <button type="submit" disabled={!isChanged || !isValid}>
                See the impact
              </button>
            </div>
          )}
        </form>
      </Section>
      {saved === null ? null : <Notice tone="good">{saved}</Notice>}
      {asked === null ? null : (
        <Impact
          key={JSON.stringify(changeOf(before, asked))}
          tenantId={shown.tenantId}
          draft={asked}
          change={changeOf(before, asked)}
          isCurrent={JSON.stringify(asked) === JSON.stringify(draft)}
          onSaved={(text) => {
            setAsked(null);
            setSaved(text);
            onSaved();
          }}
        />
      )}
    </>
  );
}

function InForce({ effective, strategies }: Shown) {
  const active = strategies.filter((one) => one.active).map(({ strategy }) => wordsFor(strategy));
  return (
    <dl class="facts">
      <div>
        <dt>Second factor</dt>
        <dd>{wordsFor(effective.enforceMfaType)}</dd>
      </div>
      <div>
        <dt>Why</dt>
        <dd>{wordsFor(effective.reason)}</dd>
      </div>
      <div>
        <dt>Remembered devices</dt>
        <dd>{effective.allowRememberMyDevice ? `Skip it for ${formatDuration(effective.mfaDeviceExpirationSeconds)}` : 'Not allowed'}</dd>
      </div>
      <div>
        <dt>Strategies</dt>
        <dd>{active.length === 0 ? 'None is switched on' : active.join(', ')}</dd>
      </div>
    </dl>
  );
}

function PolicyFields({
  draft,
  strategies,
  isValid,
  onDraft,
}: {
  draft: Draft;
  strategies: Shown['strategies'];
  isValid: boolean;
  onDraft: (draft: Draft) => void;
}) {
  const { kind } = useOperator();
  const [unit, setUnit] = useState<(typeof units)[number]>(unitOf(draft.mfaDeviceExpirationSeconds));
  return (
    <div class="columns">
      <Radios
        legend="Second factor"
        value={draft.enforceMfaType}
        options={[
          { value: 'DONT_FORCE', label: wordsFor('DONT_FORCE'), hint: 'Only people who have enrolled are asked for it.' },
          { value: 'FORCE', label: wordsFor('FORCE'), hint: 'Everybody has to enroll at the next login.' },
          { value: 'FORCE_EXCEPT_SAML', label: wordsFor('FORCE_EXCEPT_SAML'), hint: 'Logins through single sign-on need none.' },
        ]}
        onValue={(enforceMfaType) => onDraft({ ...draft, enforceMfaType })}
      />
      <fieldset class="options">
        <legend>Remembered devices</legend>
        <Check
          label="People may let a browser skip the second factor"
          checked={draft.allowRememberMyDevice}
          onChecked={(allowRememberMyDevice) => onDraft({ ...draft, allowRememberMyDevice })}
        />
        <div class="side">
          <TextField
            label="For how long"
            value={Number.isNaN(draft.mfaDeviceExpirationSeconds) ? '' : String(draft.mfaDeviceExpirationSeconds / unit.seconds)}
            more={{ inputMode: 'numeric', disabled: !draft.allowRememberMyDevice }}
            error={isValid ? null : 'Enter a whole number of 0 or more.'}
            onValue={(text) => onDraft({ ...draft, mfaDeviceExpirationSeconds: /^\d+$/.test(text) ? Number(text) * unit.seconds : Number.NaN })}
          />
          <Choice
            label="Unit"
            value={unit.name}
            options={units.map(({ name }) => ({ value: name, label: name }))}
            onValue={(name) => {
              const next = units.find((one) => one.name === name) ?? units[0];
              onDraft({ ...draft, mfaDeviceExpirationSeconds: (draft.mfaDeviceExpirationSeconds / unit.seconds) * next.seconds });
              setUnit(next);
            }}
          />
        </div>
      </fieldset>
      <fieldset class="options" disabled={kind === 'USER'}>
        <legend>Strategies</legend>
        {strategies.map(({ strategy }) => (
          <Check
            key={strategy}
            label={wordsFor(strategy)}
            checked={draft.active.includes(strategy)}
            onChecked={(on) => onDraft({ ...draft, active: on ? [...draft.active, strategy] : draft.active.filter((one) => one !== strategy) })}
          />
        ))}
        {kind === 'USER' ? <p class="hint">Only the environment switches strategies.</p> : null}
      </fieldset>
    </div>
  );
}
