import { askForCaptchas } from './captcha.ts';
import { removeBlanksFromCodes } from './codes.ts';
import { sendFormsOnce } from './once.ts';
import { offerPasskeys } from './passkey.ts';
import { holdBackResending } from './resend.ts';
import { offerCopies } from './saving.ts';
import { offerToShowPasswords } from './show-password.ts';
import { askForAuthenticators } from './webauthn.ts';

// Every page works without this script, except for what only a browser can ask.
offerToShowPasswords();
removeBlanksFromCodes();
holdBackResending();
offerCopies();
askForCaptchas();
sendFormsOnce();
askForAuthenticators();
offerPasskeys();
