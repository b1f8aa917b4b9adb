import { accountPath } from '../../../domain/oauth/account-page.ts';
import { BackToAccount } from '../../parts/account.tsx';
import { usePage } from '../../parts/context.ts';
import { CodeField } from '../../parts/field.tsx';
import { Form, Submit } from '../../parts/form.tsx';
import { PhoneField } from '../../parts/phone-field.tsx';
import type { FormTarget, View } from '../../view.ts';

/** A phone number of a person. */
export interface ShownPhone {
  id: string;
  phoneNumber: string;
  verified: boolean;
  removeHref: string;
}

/** What the page of the phone numbers shows. */
export interface PhonesModel {
  phones: readonly ShownPhone[];
  /** Null where there are as many as allowed. */
  addHref: string | null;
}

function Phones({ phones, addHref }: PhonesModel) {
  const { text } = usePage();
  return (
    <>
      <p>{text(phones.length === 0 ? 'phones.none' : 'phones.lead')}</p>
      {phones.length === 0 ? null : (
        <ul class="items">
          {phones.map((phone) => (
            <Item key={phone.id} {...phone} />
          ))}
        </ul>
      )}
      {addHref === null ? null : (
        <p>
          <a href={addHref}>{text('phones.add')}</a>
        </p>
      )}
      <BackToAccount />
    </>
  );
}

function Item({ phoneNumber, verified, removeHref }: ShownPhone) {
  const { text } = usePage();
  return (
    <li>
      <strong>{phoneNumber}</strong>
      {verified ? null : <p class="hint">{text('phones.unconfirmed')}</p>}
      <p class="links">
        <a href={removeHref}>
          {text('factors.remove')}
          <span class="sr"> {phoneNumber}</span>
        </a>
      </p>
    </li>
  );
}

function BackToPhones() {
  const { text } = usePage();
  return (
    <p>
      <a href={`${accountPath}/phones`}>{text('phones.back')}</a>
    </p>
  );
}

/** A form about a number. */
interface PhoneForm {
  form: FormTarget;
  phoneNumber: string;
}

function Add({ form, phoneNumber }: PhoneForm) {
  const { text } = usePage();
  return (
    <>
      <p>{text('phones.addLead')}</p>
      <Form to={form}>
        <PhoneField value={phoneNumber} focus />
        <Submit>{text('mfa.send')}</Submit>
      </Form>
      <BackToPhones />
    </>
  );
}

function Confirm({ form, phoneNumber }: PhoneForm) {
  const { text } = usePage();
  return (
    <>
      <p role="status">{text('phones.confirmLead', { number: phoneNumber })}</p>
      <Form to={form}>
        <CodeField />
        <Submit>{text('phones.confirm')}</Submit>
      </Form>
      <p>
        <a href={`${accountPath}/phones/add`}>{text('phones.again')}</a>
      </p>
      <BackToPhones />
    </>
  );
}

function Remove({ form, phoneNumber }: PhoneForm) {
  const { text } = usePage();
  return (
    <>
      <p>{text('factors.removeLead', { name: phoneNumber })}</p>
      <Form to={form}>
        <Submit>{text('factors.remove')}</Submit>
      </Form>
      <BackToPhones />
    </>
  );
}

/** Lists the phone numbers of a person. */
export const phones: View<PhonesModel> = { title: (text) => text('phones.title'), body: Phones };

/** Asks for a number to add. */
export const addPhone: View<PhoneForm> = { title: (text) => text('phones.add'), body: Add };

/** Asks for the code that was texted to a number. */
export const confirmPhone: View<PhoneForm> = { title: (text) => text('phones.confirmTitle'), body: Confirm };

/** Asks before a number is removed. */
export const removePhone: View<PhoneForm> = { title: (text) => text('phones.removeTitle'), body: Remove };
