import { useState } from 'preact/hooks';
import { TextField } from '../parts/field.tsx';
import type { Proof } from './proofs.ts';

/** Takes what came of a proof, and returns what to tell beside the field. */
export type Settle = (proof: Proof) => Promise<string | null>;

/** The field for a code, and its button. */
export function CodeForm({ prove, settle, label = 'Code' }: { prove: (code: string) => Promise<Proof>; settle: Settle; label?: string }) {
  const [code, setCode] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (): Promise<void> => {
    setBusy(true);
    setProblem(null);
    const found = await settle(await prove(code.replace(/\s/g, '')));
    setProblem(found);
    setCode('');
    setBusy(false);
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <TextField
        label={label}
        value={code}
        error={problem}
        more={{ inputMode: 'numeric', autoComplete: 'one-time-code', required: true, class: 'code' }}
        onValue={setCode}
      />
      <button type="submit" class="primary wide" disabled={busy}>
        {busy ? 'Checking' : 'Continue'}
      </button>
    </form>
  );
}
