import { accountPath } from '../../../domain/oauth/account-page.ts';
import { agoIn } from '../../messages/text.ts';
import { BackToAccount } from '../../parts/account.tsx';
import { usePage } from '../../parts/context.ts';
import { Form, Submit } from '../../parts/form.tsx';
import { NewName } from '../../parts/new-name.tsx';
import { NewPasskey } from '../../parts/passkey.tsx';
import type { FormTarget, View } from '../../view.ts';

/** A passkey of a person. */
export interface ShownPasskey {
  id: string;
  name: string;
  usedSecondsAgo: number | null;
  renameHref: string;
  removeHref: string;
}

/** What the page of the passkeys shows. */
export interface PasskeysModel {
  passkeys: readonly ShownPasskey[];
  /** Null where none can be added: they are switched off, or there are as many as allowed. */
  addHref: string | null;
}

function Passkeys({ passkeys, addHref }: PasskeysModel) {
  const { text } = usePage();
  return (
    <>
      <p>{text(passkeys.length === 0 ? 'passkeys.none' : 'passkeys.lead')}</p>
      {passkeys.length === 0 ? null : (
        <ul class="items">
          {passkeys.map((passkey) => (
            <Item key={passkey.id} {...passkey} />
          ))}
        </ul>
      )}
      {addHref === null ? null : (
        <p>
          <a href={addHref}>{text('passkeys.add')}</a>
        </p>
      )}
      <BackToAccount />
    </>
  );
}

function Item({ name, usedSecondsAgo, renameHref, removeHref }: ShownPasskey) {
  const { text } = usePage();
  return (
    <li>
      <strong>{name}</strong>
      {usedSecondsAgo === null ? null : <p class="hint">{text('factors.used', { ago: agoIn(text, usedSecondsAgo) })}</p>}
      <p class="links">
        <a href={renameHref}>
          {text('factors.change')}
          <span class="sr"> {name}</span>
        </a>
        <a href={removeHref}>
          {text('factors.remove')}
          <span class="sr"> {name}</span>
        </a>
      </p>
    </li>
  );
}

function BackToPasskeys() {
  const { text } = usePage();
  return (
    <p>
      <a href={`${accountPath}/passkeys`}>{text('passkeys.back')}</a>
    </p>
  );
}

function Add({ form, options, name }: { form: FormTarget; options: object; name: string }) {
  const { text } = usePage();
  return (
    <>
      <p>{text('passkeys.addLead')}</p>
      <NewPasskey form={form} options={options} name={name} />
      <BackToPasskeys />
    </>
  );
}

function Rename({ form, name }: { form: FormTarget; name: string }) {
  return (
    <>
      <NewName form={form} name={name} />
      <BackToPasskeys />
    </>
  );
}

function Remove({ form, name }: { form: FormTarget; name: string }) {
  const { text } = usePage();
  return (
    <>
      <p>{text('factors.removeLead', { name })}</p>
      <Form to={form}>
        <Submit>{text('factors.remove')}</Submit>
      </Form>
      <BackToPasskeys />
    </>
  );
}

/** Lists the passkeys of a person. */
export const passkeys: View<PasskeysModel> = { title: (text) => text('passkeys.title'), body: Passkeys };

/** Lets a person add a passkey. */
export const addPasskey: View<{ form: FormTarget; options: object; name: string }> = { title: (text) => text('passkeys.add'), body: Add };

/** Gives a passkey another name. */
export const renamePasskey: View<{ form: FormTarget; name: string }> = { title: (text) => text('passkeys.renameTitle'), body: Rename };

/** Asks before a passkey is removed. */
export const removePasskey: View<{ form: FormTarget; name: string }> = { title: (text) => text('passkeys.removeTitle'), body: Remove };
