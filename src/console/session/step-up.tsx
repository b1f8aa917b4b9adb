import { useClient } from '@urql/preact';
import { useEffect, useState } from 'preact/hooks';
import type { ChallengeFragment } from '../documents.ts';
import { GenerateStepUpDocument } from '../documents.ts';
import { Dialog } from '../parts/confirm.tsx';
import { Notice } from '../parts/notice.tsx';
import { useOperator } from './operator.ts';
import { readAnswer } from './proofs.ts';
import { SecondFactor } from './second-factor.tsx';

/** Asks for a fresh proof of the second factor in the session that stands, because something sensitive needs one. */
export function StepUp({ onProven, onClose }: { onProven: () => void; onClose: () => void }) {
  const client = useClient();
  const { continueWith } = useOperator();
  const [challenge, setChallenge] = useState<ChallengeFragment | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    const begin = async (): Promise<void> => {
      const { data, error } = await client.mutation(GenerateStepUpDocument, { input: {} }).toPromise();
      const answer = readAnswer(data?.generateStepUp, error);
      if ('problem' in answer) setProblem(answer.problem);
      else if (answer.__typename === 'StepUpChallenge') setChallenge({ ...answer, enrolled: true, availableStrategies: [] });
      else {
        continueWith(answer.session);
        onProven();
      }
    };
    void begin();
  }, []);
  return (
    <Dialog title="Confirm that it is you" onClose={onClose}>
      <p>A change of the policy needs a fresh proof of your second factor.</p>
      {problem === null ? null : <Notice tone="bad">{problem}</Notice>}
      {challenge === null ? null : (
        <SecondFactor
          challenge={challenge}
          email={null}
          onSession={async (session) => {
            continueWith(session);
            onProven();
          }}
          onRestart={setProblem}
        />
      )}
      <button type="button" class="quiet" onClick={onClose}>
        Cancel
      </button>
    </Dialog>
  );
}
