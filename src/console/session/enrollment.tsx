import { useEffect, useState } from 'preact/hooks';
import type { TokensFragment } from '../documents.ts';
import { EnrollAuthenticatorAppDocument, VerifyAuthenticatorAppEnrollmentDocument } from '../documents.ts';
import { Notice } from '../parts/notice.tsx';
import { strangerClient } from './client.ts';
import { CodeForm } from './code-form.tsx';
import type { Proof } from './proofs.ts';
import { readAnswer } from './proofs.ts';

/** Sets up an authenticator app during the login that requires one, and shows the recovery code once. */
export function Enrollment({
  mfaToken,
  onSession,
  onRestart,
}: {
  mfaToken: string;
  onSession: (session: TokensFragment) => Promise<void>;
  onRestart: (note: string) => void;
}) {
  const [begun, setBegun] = useState<{ qrCode: string; secret: string } | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [finished, setFinished] = useState<{ recoveryCode: string; session: TokensFragment } | null>(null);

  useEffect(() => {
    const begin = async (): Promise<void> => {
      const { data, error } = await strangerClient.mutation(EnrollAuthenticatorAppDocument, { input: { mfaToken } }).toPromise();
      const answer = readAnswer(data?.enrollAuthenticatorApp, error);
      if (!('problem' in answer)) setBegun(answer);
      else if (answer.restart) onRestart(answer.problem);
      else setProblem(answer.problem);
    };
    void begin();
    // One enrollment for each login, however often the parent draws this.
  }, [mfaToken]);

  const prove = async (code: string): Promise<Proof> => {
    const { data, error } = await strangerClient.mutation(VerifyAuthenticatorAppEnrollmentDocument, { input: { mfaToken, code } }).toPromise();
    const answer = readAnswer(data?.verifyAuthenticatorAppEnrollment, error);
    if ('problem' in answer) return answer;
    if (answer.session === null) return { problem: 'The app is set up. Sign in again.', restart: true };
    if (answer.recoveryCode !== null) setFinished({ recoveryCode: answer.recoveryCode, session: answer.session });
    return { session: answer.session };
  };

  if (finished !== null) {
    return (
      <>
        <Notice tone="good">The app is set up.</Notice>
        <p>Keep this recovery code. It is shown only now, and it removes the app if you lose your phone.</p>
        <p class="secret">
          <code>{finished.recoveryCode}</code>
        </p>
        <button type="button" class="primary wide" onClick={() => void onSession(finished.session)}>
          I have kept it
        </button>
      </>
    );
  }
  if (problem !== null) return <Notice tone="bad">{problem}</Notice>;
  if (begun === null) return <div class="skeleton" aria-hidden="true" />;
  return (
    <>
      <p>Scan the picture with your authenticator app, and enter the code that it shows.</p>
      <img class="qr" src={begun.qrCode} alt="QR code for the authenticator app" width="200" height="200" />
      <details>
        <summary>Enter a key instead</summary>
        <p class="secret">
          <code>{begun.secret}</code>
        </p>
      </details>
      <CodeForm
        label="Code of the app"
        prove={prove}
        settle={async (proof) => {
          if ('session' in proof) return null;
          if (proof.restart) onRestart(proof.problem);
          return proof.problem;
        }}
      />
    </>
  );
}
