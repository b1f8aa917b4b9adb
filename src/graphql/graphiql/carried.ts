/** A value that the page takes from an answer and fills into other tabs. */
interface Carried {
  /** The name of the field in the answer. */
  field: string;
  /** The operations whose answers have it. */
  from: readonly string[];
  /** What stands in the tabs until there is a value. No two of these texts are the same, and none contains another. */
  placeholder: string;
}

const complete = ['LogIn', 'VerifyEnrollment', 'Verify', 'VerifyEmailCode', 'StepUp', 'VerifyStepUp'];

/** The values that are carried between the tabs, so that a person copies nothing but the code of the authenticator app. */
export const values = {
  mfaToken: { field: 'mfaToken', from: ['LogIn'], placeholder: 'filled in by LogIn' },
  stepUpToken: { field: 'mfaToken', from: ['StepUp'], placeholder: 'filled in by StepUp' },
  otcToken: { field: 'otcToken', from: ['SendEmailCode'], placeholder: 'filled in by SendEmailCode' },
  recoveryCode: { field: 'recoveryCode', from: ['VerifyEnrollment'], placeholder: 'filled in by VerifyEnrollment' },
  userId: { field: 'id', from: ['Users'], placeholder: 'filled in by Users' },
  accessToken: { field: 'accessToken', from: complete, placeholder: 'filled in by a completed login' },
} as const satisfies Record<string, Carried>;

/** The same as a list, for the page. */
export const carried: readonly Carried[] = Object.values(values);
