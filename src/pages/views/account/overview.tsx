import { accountPath } from '../../../domain/oauth/account-page.ts';
import { usePage } from '../../parts/context.ts';
import { Form, Submit } from '../../parts/form.tsx';
import type { FormTarget, View } from '../../view.ts';

/** What the account page shows. */
export interface OverviewModel {
  /** The name, and the address where somebody has no name. */
  name: string;
  email: string;
  /** The organization that the person is signed in to. Null if there is no other to choose. */
  organization: string | null;
  /** Null where there are none and none can be added. */
  passkeys: number | null;
  /** Null where there are none and nobody signs in by one. */
  phones: number | null;
  factors: number;
  recoveryCodes: number;
  devices: number;
  sessions: number;
  signOut: FormTarget;
}

function Overview({ name, email, organization, passkeys, phones, factors, recoveryCodes, devices, sessions, signOut }: OverviewModel) {
  const { text } = usePage();
  const parts = [
    ['profile', text('profile.title'), name],
    ['password', text('password.title'), text('account.passwordHint')],
    ...(passkeys === null ? [] : [['passkeys', text('passkeys.title'), text('account.passkeysCount', { count: passkeys })] as const]),
    ...(phones === null ? [] : [['phones', text('phones.title'), text('account.phonesCount', { count: phones })] as const]),
    ['factors', text('factors.title'), text('account.factorsCount', { count: factors })],
    // Without a second step there is nothing that a code could bring back.
    ...(factors === 0 ? [] : [['recovery-codes', text('codes.title'), text('account.codesCount', { count: recoveryCodes })] as const]),
    ['devices', text('devices.title'), text('account.devicesCount', { count: devices })],
    ['sessions', text('sessions.title'), text('account.sessionsCount', { count: sessions })],
    ...(organization === null ? [] : [['organization', text('organization.title'), organization] as const]),
  ] as const;
  return (
    <>
      <p>{text('account.lead', { user: email })}</p>
      <nav class="choices" aria-label={text('account.parts')}>
        <ul>
          {parts.map(([path, title, detail]) => (
            <li key={path}>
              <a class="choice" href={`${accountPath}/${path}`}>
                <strong>{title}</strong>
                <span>{detail}</span>
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <Form to={signOut}>
        <Submit quiet>{text('account.signOut')}</Submit>
      </Form>
    </>
  );
}

/** Shows a person the own account. */
export const overview: View<OverviewModel> = { title: (text) => text('account.title'), body: Overview };
