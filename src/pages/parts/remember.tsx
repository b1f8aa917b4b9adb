import { usePage } from './context.ts';
import { CheckField } from './field.tsx';

/** Offers to remember the device, if the policy allows it. */
export function Remember({ days }: { days: number | null }) {
  const { text } = usePage();
  return days === null ? null : <CheckField name="remember" label={text('mfa.remember', { days })} />;
}
