import type { QrPath } from '../qr-path.ts';
import type { FormTarget } from '../view.ts';
import { usePage } from './context.ts';
import { CodeField } from './field.tsx';
import { Form, Submit } from './form.tsx';
import { QrCode } from './qr.tsx';
import { Remember } from './remember.tsx';

interface EnrollAppModel {
  form: FormTarget;
  otpauthUri: string;
  qrCode: QrPath;
  secret: string;
  rememberDays: number | null;
}

/** Shows the secret of an authenticator app as a picture and as a text in groups of four, and asks for the first code. */
export function EnrollApp({ form, otpauthUri, qrCode, secret, rememberDays }: EnrollAppModel) {
  const { text } = usePage();
  return (
    <>
      <ol class="steps">
        <li>{text('enroll.appInstall')}</li>
        <li>
          {text('enroll.appScan')}
          <QrCode code={qrCode} label={text('enroll.qr')} />
          <p>
            <a href={otpauthUri}>{text('enroll.appOpen')}</a>
          </p>
          <p>{text('enroll.secret')}</p>
          <p>
            <code class="secret">{secret.match(/.{1,4}/g)?.join(' ')}</code>
          </p>
        </li>
        <li>{text('enroll.appCode')}</li>
      </ol>
      <Form to={form} hidden={{ strategy: 'AUTHENTICATOR_APP', action: 'verify' }}>
        <CodeField focus={false} />
        <Remember days={rememberDays} />
        <Submit>{text('enroll.finish')}</Submit>
      </Form>
    </>
  );
}
