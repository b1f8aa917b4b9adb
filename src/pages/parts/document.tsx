import type { ComponentChildren } from 'preact';
import type { Branding, Frame } from '../view.ts';
import { Alert, NoticeBox } from './alert.tsx';
import { CaptchaNote } from './captcha-note.tsx';
import { usePage } from './context.ts';
import { Form, Submit } from './form.tsx';

const icon =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath fill='%231b5a94' d='M8 1a4 4 0 0 0-4 4v2H3v8h10V7h-1V5a4 4 0 0 0-4-4zm0 2a2 2 0 0 1 2 2v2H6V5a2 2 0 0 1 2-2z'/%3E%3C/svg%3E";

/** The whole document of a page: every page has one heading, and above its contents what went wrong or has worked. */
export function Document({ frame, title, children }: { frame: Frame; title: string; children: ComponentChildren }) {
  const { branding, files, captcha, notice, problem, minutesLeft, leave } = frame;
  const { text } = usePage();
  return (
    <html lang={frame.language} dir="ltr">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>{`${problem === null ? title : text('page.error', { title })} – ${branding.name}`}</title>
        <link rel="icon" href={icon} />
        <link rel="stylesheet" href={files.style} />
        {files.brandStyle === null ? null : <link rel="stylesheet" href={files.brandStyle} />}
        <script defer src={files.script} />
        {captcha?.script == null ? null : <script async src={captcha.script} />}
      </head>
      <body>
        <header class="brand">{branding.logoUrl === null ? <p>{branding.name}</p> : <img src={branding.logoUrl} alt={branding.name} />}</header>
        <main>
          <h1>{title}</h1>
          <Alert />
          {notice === null ? null : <NoticeBox notice={notice} />}
          <CaptchaNote />
          {children}
          {leave === null ? null : (
            <Form to={leave} hidden={{ action: 'leave' }}>
              <Submit quiet>{text('page.leave')}</Submit>
            </Form>
          )}
          {minutesLeft === null ? null : <p class="time">{text('page.timeLeft', { minutes: minutesLeft })}</p>}
        </main>
        <Links branding={branding} />
      </body>
    </html>
  );
}

/** Where the operator offers help and says what holds here. */
function Links({ branding }: { branding: Branding }) {
  const { text } = usePage();
  const links = [
    [text('page.support'), branding.supportUrl],
    [text('page.privacy'), branding.privacyUrl],
    [text('page.terms'), branding.termsUrl],
  ] as const;
  // Whatever was stored, a link of a page never runs a script.
  const shown = links.filter(([, url]) => url !== null && /^https?:\/\//i.test(url));
  if (shown.length === 0) return null;
  return (
    <footer>
      <nav aria-label={text('page.links')}>
        <ul>
          {shown.map(([name, url]) => (
            <li key={name}>
              <a href={url ?? ''} rel="noreferrer">
                {name}
              </a>
            </li>
          ))}
        </ul>
      </nav>
    </footer>
  );
}
