import { usePage } from '../parts/context.ts';
import { CheckField } from '../parts/field.tsx';
import { Form, Submit } from '../parts/form.tsx';
import type { FormTarget, View } from '../view.ts';

/** What the page of the recovery code shows. */
export interface RecoveryCodeModel {
  form: FormTarget;
  /** Null if it was shown before. */
  code: string | null;
}

function RecoveryCode({ form, code }: RecoveryCodeModel) {
  const { text, service } = usePage();
  if (code === null) {
    return (
      <>
        <p>{text('recoveryCode.shown')}</p>
        <Form to={form} hidden={{ shown: '1' }}>
          <Submit>{text('page.continue')}</Submit>
        </Form>
      </>
    );
  }
  const file = `data:text/plain;charset=utf-8,${encodeURIComponent(`${text('recoveryCode.file', { service })}\r\n\r\n${code}\r\n`)}`;
  return (
    <>
      <p>{text('recoveryCode.lead')}</p>
      <section class="secret-box" aria-label={text('recoveryCode.code')}>
        <p>
          <code class="secret" id="recovery-code">
            {code}
          </code>
        </p>
        <ul class="actions">
          <li hidden>
            <button type="button" data-copy="recovery-code" data-done={text('page.copied')}>
              {text('page.copy')}
            </button>
          </li>
          <li>
            <a class="button" href={file} download="recovery-code.txt">
              {text('recoveryCode.download')}
            </a>
          </li>
          <li hidden>
            <button type="button" data-print>
              {text('recoveryCode.print')}
            </button>
          </li>
        </ul>
        <p class="sr" role="status" data-copied />
      </section>
      <p>{text('recoveryCode.where')}</p>
      <Form to={form}>
        <CheckField name="saved" label={text('recoveryCode.saved')} required />
        <Submit>{text('page.continue')}</Submit>
      </Form>
    </>
  );
}

/** Shows the recovery code of a first enrollment once. */
export const recoveryCode: View<RecoveryCodeModel> = {
  title: (text, { code }) => text(code === null ? 'recoveryCode.shownTitle' : 'recoveryCode.title'),
  body: RecoveryCode,
};
