import { accountPath } from '../../../domain/oauth/account-page.ts';
import { recoveryCodesPerSet } from '../../../domain/recovery/recovery-code.ts';
import { BackToAccount } from '../../parts/account.tsx';
import { CodesBox } from '../../parts/codes-box.tsx';
import { usePage } from '../../parts/context.ts';
import { Form, Submit } from '../../parts/form.tsx';
import type { FormTarget, View } from '../../view.ts';

const newPath = `${accountPath}/recovery-codes/new`;

function RecoveryCodes({ left }: { left: number | null }) {
  const { text } = usePage();
  return (
    <>
      <p>{text('codes.lead')}</p>
      <p>{left === null ? text('codes.without') : text('codes.left', { count: left })}</p>
      {left === null ? null : (
        <p>
          <a class="button" href={newPath}>
            {text('codes.renew')}
          </a>
        </p>
      )}
      <BackToAccount />
    </>
  );
}

function NewCodes({ form }: { form: FormTarget }) {
  const { text } = usePage();
  return (
    <>
      <p>{text('codes.newLead', { count: recoveryCodesPerSet })}</p>
      <Form to={form}>
        <Submit>{text('codes.renew')}</Submit>
      </Form>
      <BackToAccount />
    </>
  );
}

function ShownCodes({ codes }: { codes: readonly string[] | null }) {
  const { text } = usePage();
  if (codes === null) {
    return (
      <>
        <p>{text('codes.shown')}</p>
        <p>
          <a class="button" href={newPath}>
            {text('codes.renew')}
          </a>
        </p>
        <BackToAccount />
      </>
    );
  }
  return (
    <>
      <p>{text(codes.length === 1 ? 'recoveryCode.lead' : 'codes.showLead')}</p>
      <CodesBox label={text(codes.length === 1 ? 'recoveryCode.code' : 'codes.code')} codes={codes} file="recovery-codes.txt" />
      <p>{text('recoveryCode.where')}</p>
      <p>
        <a class="button" href={accountPath}>
          {text(codes.length === 1 ? 'recoveryCode.saved' : 'codes.saved')}
        </a>
      </p>
    </>
  );
}

/** Says how many recovery codes are left. Null if the person has no second step, and so no codes. */
export const recoveryCodes: View<{ left: number | null }> = { title: (text) => text('codes.title'), body: RecoveryCodes };

/** Asks before the recovery codes are replaced. */
export const newRecoveryCodes: View<{ form: FormTarget }> = { title: (text) => text('codes.newTitle'), body: NewCodes };

/** Shows recovery codes once: a new set, or the one that comes with the first second step. Null if they were shown before. */
export const shownRecoveryCodes: View<{ codes: readonly string[] | null }> = {
  title: (text, { codes }) => {
    if (codes === null) return text('codes.shownTitle');
    return text(codes.length === 1 ? 'recoveryCode.title' : 'codes.showTitle');
  },
  body: ShownCodes,
};
