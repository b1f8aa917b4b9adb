import { useState } from 'preact/hooks';
import type { ChallengeFragment, TokensFragment } from '../documents.ts';
import { Radios } from '../parts/field.tsx';
import { Notice } from '../parts/notice.tsx';
import { wordsFor } from '../parts/words.ts';
import type { Settle } from './code-form.tsx';
import { CodeForm } from './code-form.tsx';
import { Enrollment } from './enrollment.tsx';
import type { Device, Proof, Sent } from './proofs.ts';
import { browserHasWebAuthn, proveByApp, proveByEmail, proveByText, proveByWebAuthn, sendEmail, sendText } from './proofs.ts';
import { Recovery } from './recovery.tsx';

/** One way to answer the challenge. */
type Method =
  | { key: string; label: string; hint: string; kind: 'CODE'; prove: (code: string) => Promise<Proof> }
  | {
      key: string;
      label: string;
      hint: string;
      kind: 'SENT_CODE';
      send: () => Promise<Sent>;
      prove: (otcToken: string, code: string) => Promise<Proof>;
    }
  | { key: string; label: string; hint: string; kind: 'WEBAUTHN'; prove: () => Promise<Proof> }
  | { key: string; label: string; hint: string; kind: 'ENROLL' }
  | { key: string; label: string; hint: string; kind: 'RECOVERY' };

function methodOf(mfaToken: string, device: Device): Method[] {
  const { id, strategy, label } = device;
  switch (strategy) {
    case 'AUTHENTICATOR_APP':
      return [{ key: id, label: wordsFor(strategy), hint: label, kind: 'CODE', prove: (code) => proveByApp(mfaToken, device, code) }];
    case 'SMS':
      return [
        {
          key: id,
          label: wordsFor(strategy),
          hint: `To ${device.phoneNumber ?? label}`,
          kind: 'SENT_CODE',
          send: () => sendText(mfaToken, device),
          prove: (otcToken, code) => proveByText(mfaToken, device, otcToken, code),
        },
      ];
    case 'WEBAUTHN_PLATFORM':
    case 'WEBAUTHN_CROSS_PLATFORM':
      return browserHasWebAuthn()
        ? [{ key: id, label: wordsFor(strategy), hint: label, kind: 'WEBAUTHN', prove: () => proveByWebAuthn(mfaToken, device) }]
        : [];
    default:
      return [];
  }
}

/** Returns every way to answer a challenge that this page knows. */
function methodsOf({ mfaToken, devices, availableStrategies, enrolled }: ChallengeFragment, mayRecover: boolean): Method[] {
  const email: Method = {
    key: 'email',
    label: wordsFor('EMAIL_CODE'),
    hint: 'To the address of your account',
    kind: 'SENT_CODE',
    send: () => sendEmail(mfaToken),
    prove: (otcToken, code) => proveByEmail(mfaToken, otcToken, code),
  };
  return [
    ...devices.flatMap((device) => methodOf(mfaToken, device)),
    ...(!enrolled && availableStrategies.includes('AUTHENTICATOR_APP')
      ? [{ key: 'enroll', label: 'Set up an authenticator app', hint: 'You need an app on your phone', kind: 'ENROLL' } as const]
      : []),
    ...(availableStrategies.includes('EMAIL_CODE') ? [email] : []),
    ...(enrolled && mayRecover
      ? [{ key: 'recovery', label: 'Recovery code', hint: 'If you have lost your second factor', kind: 'RECOVERY' } as const]
      : []),
  ];
}

/** Asks for a second factor in one of the ways that the challenge offers. */
export function SecondFactor({
  challenge,
  email,
  onSession,
  onRestart,
}: {
  challenge: ChallengeFragment;
  /** The address of the login, with which a recovery code is sent. Null where somebody is signed in already. */
  email: string | null;
  onSession: (session: TokensFragment) => Promise<void>;
  /** Called with a note when the login has to begin again. */
  onRestart: (note: string) => void;
}) {
  const methods = methodsOf(challenge, email !== null);
  const [key, setKey] = useState(methods[0]?.key ?? '');
  const method = methods.find((one) => one.key === key) ?? methods[0];
  const settle = async (proof: Proof): Promise<string | null> => {
    if ('session' in proof) {
      await onSession(proof.session);
      return null;
    }
    if (proof.restart) onRestart(proof.problem);
    return proof.problem;
  };
  if (method === undefined) {
    return <Notice tone="warn">This page knows no way to prove your second factor. Sign in at your application first, and set one up there.</Notice>;
  }
  return (
    <>
      {methods.length === 1 ? (
        <p>
          {method.label}: {method.hint}
        </p>
      ) : (
        <Radios
          legend="How"
          value={method.key}
          options={methods.map((one) => ({ value: one.key, label: one.label, hint: one.hint }))}
          onValue={setKey}
        />
      )}
      {method.kind === 'CODE' ? <CodeForm key={method.key} prove={method.prove} settle={settle} /> : null}
      {method.kind === 'SENT_CODE' ? <SentCodeForm key={method.key} send={method.send} prove={method.prove} settle={settle} /> : null}
      {method.kind === 'WEBAUTHN' ? <WebAuthnForm key={method.key} prove={method.prove} settle={settle} /> : null}
      {method.kind === 'ENROLL' ? <Enrollment mfaToken={challenge.mfaToken} onSession={onSession} onRestart={onRestart} /> : null}
      {method.kind === 'RECOVERY' && email !== null ? <Recovery email={email} onRecovered={onRestart} /> : null}
    </>
  );
}

function SentCodeForm({
  send,
  prove,
  settle,
}: {
  send: () => Promise<Sent>;
  prove: (otcToken: string, code: string) => Promise<Proof>;
  settle: Settle;
}) {
  const [otcToken, setOtcToken] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const start = async (): Promise<void> => {
    setBusy(true);
    setProblem(null);
    const sent = await send();
    setBusy(false);
    if ('otcToken' in sent) setOtcToken(sent.otcToken);
    else setProblem((await settle(sent)) ?? null);
  };
  return (
    <>
      {problem === null ? null : <Notice tone="bad">{problem}</Notice>}
      {otcToken === null ? null : (
        <>
          <Notice>The code is on its way.</Notice>
          <CodeForm prove={(code) => prove(otcToken, code)} settle={settle} />
        </>
      )}
      <button type="button" class={otcToken === null ? 'primary wide' : 'quiet'} disabled={busy} onClick={() => void start()}>
        {otcToken === null ? 'Send the code' : 'Send another code'}
      </button>
    </>
  );
}

function WebAuthnForm({ prove, settle }: { prove: () => Promise<Proof>; settle: Settle }) {
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const start = async (): Promise<void> => {
    setBusy(true);
    setProblem(null);
    setProblem(await settle(await prove()));
    setBusy(false);
  };
  return (
    <>
      {problem === null ? null : <Notice tone="bad">{problem}</Notice>}
      <button type="button" class="primary wide" disabled={busy} onClick={() => void start()}>
        {busy ? 'Waiting for the browser' : 'Continue'}
      </button>
    </>
  );
}
