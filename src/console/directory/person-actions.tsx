import type { AnyVariables, CombinedError, TypedDocumentNode } from '@urql/core';
import { useClient } from '@urql/preact';
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { PersonQuery } from '../documents.ts';
import { RemoveAuthenticatorDocument, ResetUserMfaDocument, RevokeAllRememberedDevicesDocument, UnlockUserDocument } from '../documents.ts';
import { Confirm } from '../parts/confirm.tsx';
import type { Refusal } from '../parts/failure.ts';
import { failureText, isRefusal, refusalText } from '../parts/failure.ts';
import { formatCount } from '../parts/format.ts';
import { Notice } from '../parts/notice.tsx';
import { Section } from '../parts/page.tsx';
import { useOperator } from '../session/operator.ts';

type Person = NonNullable<PersonQuery['user']>;
type Result = { __typename: string } | ({ __typename: string } & Refusal);

/** What the operator can do for a person. Only the environment may; others read why there is nothing. */
export function PersonActions({ user, onChanged }: { user: Person; onChanged: () => void }) {
  const { kind } = useOperator();
  const [done, setDone] = useState<string | null>(null);
  if (kind === 'USER') {
    return (
      <Section title="Actions">
        <p class="muted">Only the environment unlocks accounts and resets second factors.</p>
      </Section>
    );
  }
  const input = { userId: user.restId };
  const finish = (text: string) => () => {
    setDone(text);
    onChanged();
  };
  const devices = formatCount(user.rememberedDevices.length, 'remembered device', 'remembered devices');
  return (
    <Section title="Actions">
      {done === null ? null : <Notice tone="good">{done}</Notice>}
      <div class="actions">
        {user.locked ? (
          <Action
            label="Unlock the account"
            document={UnlockUserDocument}
            variables={{ input }}
            resultOf={({ unlockUser }) => unlockUser}
            onDone={finish('The account is unlocked.')}
          >
            {user.email} can log in again at once, and failed passwords count from zero.
          </Action>
        ) : null}
        {user.mfaEnrolled ? (
          <Action
            label="Reset the second factor"
            document={ResetUserMfaDocument}
            variables={{ input }}
            resultOf={({ resetUserMfa }) => resetUserMfa}
            onDone={finish('The second factor is reset.')}
          >
            All authenticators, recovery codes and remembered devices of {user.email} are removed, in all tenants. This cannot be taken back.
          </Action>
        ) : null}
        {user.rememberedDevices.length > 0 ? (
          <Action
            label="Forget all remembered devices"
            document={RevokeAllRememberedDevicesDocument}
            variables={{ input }}
            resultOf={({ revokeAllRememberedDevices }) => revokeAllRememberedDevices}
            onDone={finish('The remembered devices are forgotten.')}
          >
            {devices} of {user.email} will ask for the second factor again.
          </Action>
        ) : null}
        {user.locked || user.mfaEnrolled || user.rememberedDevices.length > 0 ? null : <p class="muted">There is nothing to unlock or to reset.</p>}
      </div>
    </Section>
  );
}

/** The button that removes one authenticator. */
export function RemoveAuthenticator({
  user,
  authenticator,
  onChanged,
}: {
  user: Person;
  authenticator: Person['authenticators'][number];
  onChanged: () => void;
}) {
  return (
    <Action
      label="Remove"
      name={`Remove ${authenticator.label}`}
      document={RemoveAuthenticatorDocument}
      variables={{ input: { userId: user.restId, deviceId: authenticator.restId } }}
      resultOf={({ removeAuthenticator }) => removeAuthenticator}
      onDone={onChanged}
    >
      {user.email} can no longer log in by “{authenticator.label}”. This cannot be taken back.
    </Action>
  );
}

/** A button that asks first, then runs a mutation, and says why if it was refused. */
function Action<Data, Variables extends AnyVariables>({
  label,
  name = label,
  document,
  variables,
  resultOf,
  onDone,
  children,
}: {
  label: string;
  /** What the button is called where several have the same label. */
  name?: string;
  document: TypedDocumentNode<Data, Variables>;
  variables: Variables;
  resultOf: (data: Data) => Result;
  onDone: () => void;
  children: ComponentChildren;
}) {
  const client = useClient();
  const [asks, setAsks] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const run = async (): Promise<void> => {
    setBusy(true);
    const { data, error } = await client.mutation(document, variables).toPromise();
    setBusy(false);
    const reason = whyNot(data === undefined ? undefined : resultOf(data), error);
    setFailure(reason);
    if (reason !== null) return;
    setAsks(false);
    onDone();
  };
  return (
    <>
      <button
        type="button"
        aria-label={name}
        onClick={() => {
          setFailure(null);
          setAsks(true);
        }}
      >
        {label}
      </button>
      {asks ? (
        <Confirm title={`${name}?`} action={label} busy={busy} onConfirm={() => void run()} onClose={() => setAsks(false)}>
          <p>{children}</p>
          {failure === null ? null : <Notice tone="bad">{failure}</Notice>}
        </Confirm>
      ) : null}
    </>
  );
}

function whyNot(result: Result | undefined, error: CombinedError | undefined): string | null {
  if (error !== undefined) return failureText(error);
  if (result === undefined) return 'The server did not answer.';
  return isRefusal(result) ? refusalText(result) : null;
}
