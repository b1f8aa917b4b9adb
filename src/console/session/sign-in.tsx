import { useState } from 'preact/hooks';
import type { ChallengeFragment, TokensFragment } from '../documents.ts';
import { AuthenticateEnvironmentDocument, LogInDocument } from '../documents.ts';
import { failureText, isRefusal, refusalText } from '../parts/failure.ts';
import { Radios, TextField } from '../parts/field.tsx';
import { Notice } from '../parts/notice.tsx';
import { Page } from '../parts/page.tsx';
import { strangerClient } from './client.ts';
import type { Operator } from './operator.ts';
import type { OnEnd } from './operators.ts';
import { environmentOperator, userOperator } from './operators.ts';
import { SecondFactor } from './second-factor.tsx';

type Way = 'USER' | 'ENVIRONMENT';

/** The page on which an operator signs in: as a user with a role, or with the credentials of the environment. */
export function SignIn({
  ended,
  onSignedIn,
  onEnd,
}: {
  ended: 'EXPIRED' | 'SIGNED_OUT' | null;
  onSignedIn: (operator: Operator) => void;
  onEnd: OnEnd;
}) {
  const [way, setWay] = useState<Way>('USER');
  const [challenge, setChallenge] = useState<(ChallengeFragment & { email: string }) | null>(null);
  const [note, setNote] = useState<string | null>(null);
  const [failure, setFailure] = useState<string | null>(null);

  const open = async (session: TokensFragment): Promise<void> => {
    const operator = await userOperator(session, onEnd);
    if ('problem' in operator) setFailure(operator.problem);
    else onSignedIn(operator);
  };
  const restart = (text: string): void => {
    setChallenge(null);
    setNote(text);
  };

  return (
    <main class="sign-in">
      <p class="brand">Sallyport</p>
      <div class="box">
        <Page title={challenge === null ? 'Sign in to the console' : 'Prove your second factor'}>
          {ended === 'EXPIRED' && note === null ? (
            <Notice tone="warn">Your sign-in has expired. Sign in again to go on where you were.</Notice>
          ) : null}
          {ended === 'SIGNED_OUT' && note === null ? <Notice tone="good">You are signed out.</Notice> : null}
          {note === null ? null : <Notice tone="good">{note}</Notice>}
          {failure === null ? null : <Notice tone="bad">{failure}</Notice>}
          {challenge === null ? (
            <>
              <Radios<Way>
                legend="Sign in as"
                value={way}
                options={[
                  { value: 'USER', label: 'An administrator', hint: 'E-mail address and password. You see your tenant.' },
                  { value: 'ENVIRONMENT', label: 'The environment', hint: 'Client id and secret. You see every tenant.' },
                ]}
                onValue={(next) => {
                  setWay(next);
                  setFailure(null);
                }}
              />
              {way === 'USER' ? (
                <PasswordForm onFailure={setFailure} onSession={open} onChallenge={setChallenge} />
              ) : (
                <CredentialsForm onFailure={setFailure} onToken={(token) => onSignedIn(environmentOperator(token, onEnd))} />
              )}
            </>
          ) : (
            <>
              <SecondFactor challenge={challenge} email={challenge.email} onSession={open} onRestart={restart} />
              <button type="button" class="quiet" onClick={() => setChallenge(null)}>
                Begin again
              </button>
            </>
          )}
        </Page>
      </div>
      <p class="muted small">Tokens stay in the memory of this page. A reload asks you to sign in again.</p>
    </main>
  );
}

function PasswordForm({
  onFailure,
  onSession,
  onChallenge,
}: {
  onFailure: (text: string | null) => void;
  onSession: (session: TokensFragment) => Promise<void>;
  onChallenge: (challenge: ChallengeFragment & { email: string }) => void;
}) {
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const submit = async (): Promise<void> => {
    setBusy(true);
    onFailure(null);
    const { data, error } = await strangerClient.mutation(LogInDocument, { input: { email: email.trim(), password } }).toPromise();
    const result = data?.logIn;
    if (error !== undefined) onFailure(failureText(error));
    else if (result?.__typename === 'LogInSuccess') await onSession(result.session);
    else if (result?.__typename === 'MfaChallenge') onChallenge({ ...result, email: email.trim() });
    else if (result !== undefined && isRefusal(result)) onFailure(refusalText(result));
    setBusy(false);
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <TextField label="E-mail address" kind="email" more={{ autoComplete: 'username', required: true }} value={email} onValue={setEmail} />
      <TextField
        label="Password"
        kind="password"
        more={{ autoComplete: 'current-password', required: true }}
        value={password}
        onValue={setPassword}
      />
      <button type="submit" class="primary wide" disabled={busy}>
        {busy ? 'Signing in' : 'Sign in'}
      </button>
    </form>
  );
}

function CredentialsForm({
  onFailure,
  onToken,
}: {
  onFailure: (text: string | null) => void;
  onToken: (token: { accessToken: string; expiresInSeconds: number }) => void;
}) {
  const [clientId, setClientId] = useState('');
  const [secret, setSecret] = useState('');
  const [busy, setBusy] = useState(false);
  const submit = async (): Promise<void> => {
    setBusy(true);
    onFailure(null);
    const { data, error } = await strangerClient
      .mutation(AuthenticateEnvironmentDocument, { input: { clientId: clientId.trim(), secret } })
      .toPromise();
    const result = data?.authenticateEnvironment;
    setBusy(false);
    if (error !== undefined) onFailure(failureText(error));
    else if (result?.__typename === 'AuthenticateEnvironmentSuccess') onToken(result);
    else if (result !== undefined) onFailure(refusalText(result));
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <TextField label="Client id" more={{ autoComplete: 'off', spellcheck: false, required: true }} value={clientId} onValue={setClientId} />
      <TextField label="Secret" kind="password" more={{ autoComplete: 'off', required: true }} value={secret} onValue={setSecret} />
      <button type="submit" class="primary wide" disabled={busy}>
        {busy ? 'Signing in' : 'Sign in'}
      </button>
    </form>
  );
}
