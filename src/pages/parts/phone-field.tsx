import { usePage } from './context.ts';
import { Field } from './field.tsx';

/** Asks for a phone number, with its country code. */
export function PhoneField({ value, focus }: { value: string; focus: boolean }) {
  const { text } = usePage();
  return (
    <Field
      name="phoneNumber"
      label={text('field.phone')}
      hint={text('field.phoneHint')}
      focus={focus}
      input={{ type: 'tel', inputMode: 'tel', autocomplete: 'tel', value }}
    />
  );
}
