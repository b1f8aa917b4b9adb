import type { ComponentChildren } from 'preact';
import { h } from 'preact';
import type { FieldName } from '../problem.ts';
import { problemId } from './alert.tsx';
import { usePage } from './context.ts';

/** What an input of these pages says about itself. Every one is required unless it says something else. */
interface InputOptions {
  type: 'text' | 'email' | 'tel' | 'password' | 'search';
  autocomplete: string;
  inputMode?: 'email' | 'tel' | 'numeric';
  autocapitalize?: 'none' | 'characters';
  spellcheck?: boolean;
  required?: boolean;
  minLength?: number;
  maxLength?: number;
  value?: string;
  class?: string;
  /** Set for codes: a script removes blanks and hyphens that were pasted. */
  'data-code'?: string;
}

interface FieldOptions {
  name: FieldName;
  label: string;
  hint?: string;
  /** True for the field that a visitor fills in first. A problem takes the focus instead. */
  focus?: boolean;
  input: InputOptions;
  /** What stands beside the input. */
  children?: ComponentChildren;
}

/** A label with its field and a hint. If a problem is about the field, the field says so to screen readers. */
export function Field({ name, label, hint, focus = false, input, children }: FieldOptions) {
  const { problem } = usePage();
  const wrong = problem?.field === name;
  const described = [...(hint === undefined ? [] : [`${name}-hint`]), ...(wrong ? [problemId] : [])].join(' ');
  return (
    <div class="field">
      <label for={name}>{label}</label>
      {hint === undefined ? null : (
        <p class="hint" id={`${name}-hint`}>
          {hint}
        </p>
      )}
      <div class="control">
        {h('input', {
          required: true,
          ...input,
          id: name,
          name,
          ...(wrong ? { 'aria-invalid': true } : {}),
          ...(described === '' ? {} : { 'aria-describedby': described }),
          ...(focus && problem === null ? { autofocus: true } : {}),
        })}
        {children}
      </div>
    </div>
  );
}

interface EmailOptions {
  value: string;
  focus?: boolean;
  alsoUsername?: boolean;
  /** Whether the browser suggests passkeys in the field. */
  passkeys?: boolean;
}

/** The address of an account. */
export function EmailField({ value, focus = false, alsoUsername = false, passkeys = false }: EmailOptions) {
  const { text } = usePage();
  return (
    <Field
      name="email"
      label={text(alsoUsername ? 'field.emailOrUsername' : 'field.email')}
      focus={focus}
      input={{
        // The type for addresses would refuse a username.
        type: alsoUsername ? 'text' : 'email',
        inputMode: 'email',
        autocomplete: passkeys ? 'username webauthn' : 'username',
        autocapitalize: 'none',
        spellcheck: false,
        value,
      }}
    />
  );
}

/** A six-digit code. Blanks and hyphens in it do no harm, so it has no greatest length. */
export function CodeField({ focus = true }: { focus?: boolean }) {
  const { text } = usePage();
  return (
    <Field
      name="code"
      label={text('field.code')}
      hint={text('field.codeHint')}
      focus={focus}
      input={{
        type: 'text',
        inputMode: 'numeric',
        autocomplete: 'one-time-code',
        autocapitalize: 'none',
        spellcheck: false,
        class: 'code',
        'data-code': '',
      }}
    />
  );
}

/** A choice that is on or off. */
export function CheckField({ name, label, required = false }: { name: 'remember' | 'saved'; label: string; required?: boolean }) {
  const { problem } = usePage();
  return (
    <div class="check">
      <input
        type="checkbox"
        id={name}
        name={name}
        value="1"
        required={required}
        {...(problem?.field === name ? { 'aria-invalid': true, 'aria-describedby': problemId } : {})}
      />
      <label for={name}>{label}</label>
    </div>
  );
}
