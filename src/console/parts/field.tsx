import type { ComponentChildren, HTMLAttributes, TargetedInputEvent } from 'preact';
import { h } from 'preact';
import { useId } from 'preact/hooks';

interface Common {
  label: string;
  hint?: ComponentChildren;
  error?: string | null;
}

/** A label with its control, a hint and an error, which are tied to the control for screen readers. */
function Labelled({
  label,
  hint,
  error,
  children,
}: Common & { children: (ids: { id: string; 'aria-describedby'?: string; 'aria-invalid'?: boolean }) => ComponentChildren }) {
  const id = useId();
  const described = [hint === undefined ? '' : `${id}-hint`, error == null ? '' : `${id}-error`].filter((part) => part !== '').join(' ');
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children({ id, ...(described === '' ? {} : { 'aria-describedby': described }), ...(error == null ? {} : { 'aria-invalid': true }) })}
      {hint === undefined ? null : (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error == null ? null : (
        <p class="error" id={`${id}-error`} role="alert">
          {error}
        </p>
      )}
    </div>
  );
}

/** A line of text to fill in. `more` are attributes of its control. */
export function TextField({
  label,
  hint,
  error = null,
  value,
  onValue,
  kind = 'text',
  more = {},
}: Common & {
  value: string;
  onValue: (value: string) => void;
  kind?: 'text' | 'email' | 'password' | 'search' | 'datetime-local';
  more?: Pick<HTMLAttributes<HTMLInputElement>, 'class'> & {
    autoComplete?: string;
    inputMode?: 'numeric';
    spellcheck?: boolean;
    required?: boolean;
    disabled?: boolean;
  };
}) {
  return (
    <Labelled label={label} hint={hint} error={error}>
      {(ids) =>
        // Preact's types of the element depend on the kind, which is a value here.
        h('input', {
          type: kind,
          ...more,
          ...ids,
          value,
          onInput: (event: TargetedInputEvent<HTMLInputElement>) => onValue(event.currentTarget.value),
        })
      }
    </Labelled>
  );
}

/** A choice from a list. */
export function Choice({
  label,
  hint,
  value,
  options,
  onValue,
}: Common & { value: string; options: readonly { value: string; label: string }[]; onValue: (value: string) => void }) {
  return (
    <Labelled label={label} hint={hint}>
      {(ids) => (
        <select {...ids} value={value} onChange={(event) => onValue(event.currentTarget.value)}>
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Labelled>
  );
}

/** A choice of one of a few, all of which are seen. */
export function Radios<Value extends string>({
  legend,
  value,
  options,
  disabled = false,
  onValue,
}: {
  legend: string;
  value: Value;
  options: readonly { value: Value; label: string; hint?: string }[];
  disabled?: boolean;
  onValue: (value: Value) => void;
}) {
  const name = useId();
  return (
    <fieldset class="options" disabled={disabled}>
      <legend>{legend}</legend>
      {options.map((option) => (
        <Option key={option.value} label={option.label} hint={option.hint}>
          {(ids) => (
            <input type="radio" name={name} value={option.value} checked={option.value === value} onChange={() => onValue(option.value)} {...ids} />
          )}
        </Option>
      ))}
    </fieldset>
  );
}

/** A yes or no. */
export function Check({ label, checked, onChecked }: { label: string; checked: boolean; onChecked: (checked: boolean) => void }) {
  return (
    <Option label={label} hint={undefined}>
      {(ids) => <input type="checkbox" checked={checked} onChange={(event) => onChecked(event.currentTarget.checked)} {...ids} />}
    </Option>
  );
}

/** A control with its label beside it. The hint describes the control and is no part of its name. */
function Option({
  label,
  hint,
  children,
}: {
  label: string;
  hint: string | undefined;
  children: (ids: { id: string; 'aria-describedby'?: string }) => ComponentChildren;
}) {
  const id = useId();
  return (
    <div class="option">
      {children({ id, ...(hint === undefined ? {} : { 'aria-describedby': `${id}-hint` }) })}
      <div>
        <label for={id}>{label}</label>
        {hint === undefined ? null : <small id={`${id}-hint`}>{hint}</small>}
      </div>
    </div>
  );
}
