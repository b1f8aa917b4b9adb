import type { FastifyReply } from 'fastify';
import type { Html } from './html.ts';
import { html } from './html.ts';
import { sendPage } from './page.ts';

/** An e-mail that was kept instead of sent. */
export interface KeptMail {
  to: string;
  subject: string;
  text: string;
  keptAt: Date;
  /** The code in the text, if the e-mail has one. */
  code: string | null;
  /** The link in the text, if the e-mail has one. */
  link: string | null;
}

/** The path of the script that copies codes. */
export const copyScriptPath = '/dev/outbox.js';

/** A script for the browser that puts a button beside each code. Without it the codes are marked and copied by hand. */
export const copyScript = `'use strict';
for (const code of document.querySelectorAll('.passcode b')) {
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = 'Copy the code';
  const status = document.createElement('span');
  status.setAttribute('role', 'status');
  button.addEventListener('click', () => navigator.clipboard.writeText(code.textContent).then(
    () => { status.textContent = 'Copied'; },
    () => { status.textContent = 'The browser did not allow it'; },
  ));
  code.after(button, status);
}
`;

/** Answers with the page of the kept e-mail, newest first. */
export const sendOutboxPage = (reply: FastifyReply, mails: readonly KeptMail[]): FastifyReply =>
  sendPage(reply, {
    title: 'E-mail',
    script: copyScriptPath,
    main: html`<div class="bar"><p class="soft">E-mail that was kept instead of sent, because SMTP_URL is not set. The last 50 are here, newest first, until the server stops.</p><a class="button" href="/dev/outbox">Refresh</a></div>
${mails.length === 0 ? html`<p>There is no e-mail yet.</p>` : mails.toReversed().map(article)}`,
  });

const article = ({ to, subject, text, keptAt, code, link }: KeptMail): Html => html`<article class="card">
<h2>${subject}</h2>
<p class="soft">To ${to}, <time datetime="${keptAt.toISOString()}">${keptAt.toISOString().replace('T', ' ').slice(0, 19)} UTC</time></p>
${code === null ? [] : html`<p class="passcode"><b>${code}</b></p>`}
<p class="text">${link === null ? text.trim() : withLink(text.trim(), link)}</p>
</article>
`;

/** Makes the link in a text clickable. */
function withLink(text: string, link: string): Html[] {
  const anchor = html`<a href="${link}" rel="noreferrer">${link}</a>`;
  return text.split(link).flatMap((part, index) => (index === 0 ? [html`${part}`] : [anchor, html`${part}`]));
}
