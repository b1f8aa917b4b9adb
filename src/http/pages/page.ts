import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import Negotiator from 'negotiator';
import type { Html } from './html.ts';
import { html, trustedHtml } from './html.ts';
import { style } from './style.ts';

const icon =
  'data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22 viewBox=%220 0 16 16%22%3E%3Cpath fill=%22%230b5cad%22 d=%22M3 15V6a5 5 0 0 1 10 0v9h-2V9H9v6H7V9H5v6z%22/%3E%3C/svg%3E';

/** The content security policy of the small pages: their own style, their own scripts where they have any, and nothing else. */
const policy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  "script-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

interface Page {
  title: string;
  main: Html;
  /** True for the start page, to which all others lead back. */
  start?: boolean;
  /** The path of a script of this server that the page loads. */
  script?: string;
}

/** Answers with a small page. All of them look alike, and each leads back to the start page. */
export const sendPage = (reply: FastifyReply, { title, main, start = false, script }: Page): FastifyReply =>
  reply
    .header('content-security-policy', policy)
    .type('text/html; charset=utf-8')
    .send(
      html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title === 'Sallyport' ? title : `${title} – Sallyport`}</title>
<link rel="icon" href="${trustedHtml(icon)}">
<style>${trustedHtml(style)}</style>
${script === undefined ? [] : html`<script defer src="${script}"></script>`}
</head>
<body>
${start ? [] : html`<header><a href="/">Start page</a></header>\n`}<main>
<h1>${title}</h1>
${main}
</main>
</body>
</html>
`.text,
    );

/** Tells whether the sender would rather read a page than JSON. Browsers would; programs that name no type, or any, would not. */
export const prefersPage = ({ headers }: FastifyRequest): boolean =>
  new Negotiator({ headers }).mediaType(['application/json', 'text/html']) === 'text/html';

/**
 * Answers a browser that has not opened the link of the server, and says what opens the page. `more` is for whoever can get in otherwise.
 */
export const sendClosedPage = (reply: FastifyReply, status: 401 | 403 = 403, more: Html = html``): FastifyReply =>
  sendPage(reply.code(status), {
    title: 'This page is for the developer',
    main: html`<p>Open the link that the server printed when it started, in this browser. The link works once, and the browser that opened it can come back for twelve hours.</p>
<p>If you do not have the link any more, start the server again. It prints a new one.</p>
${more}`,
  });
