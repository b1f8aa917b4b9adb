import { useState } from 'preact/hooks';
import { RecoverMfaDocument } from '../documents.ts';
import { TextField } from '../parts/field.tsx';
import { strangerClient } from './client.ts';
import { readAnswer } from './proofs.ts';

/** Takes a recovery code, which removes the second factor. The login then begins again with the password. */
export function Recovery({ email, onRecovered }: { email: string; onRecovered: (note: string) => void }) {
  const [code, setCode] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (): Promise<void> => {
    setBusy(true);
    const { data, error } = await strangerClient.mutation(RecoverMfaDocument, { input: { email, recoveryCode: code.trim() } }).toPromise();
    const answer = readAnswer(data?.recoverMfa, error);
    setBusy(false);
    if ('problem' in answer) setProblem(answer.problem);
    else onRecovered('Your second factor is removed. Sign in with your password again.');
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <TextField
        label="Recovery code"
        hint="It removes your second factor. You then sign in with your password and set up a new one where it is required."
        more={{ autoComplete: 'off', spellcheck: false, required: true }}
        value={code}
        error={problem}
        onValue={setCode}
      />
      <button type="submit" class="primary wide" disabled={busy}>
        {busy ? 'Checking' : 'Use the recovery code'}
      </button>
    </form>
  );
}
