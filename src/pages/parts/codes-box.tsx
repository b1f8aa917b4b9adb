import { usePage } from './context.ts';

/** What a box of codes shows, and what a file with them is called. */
interface Codes {
  label: string;
  codes: readonly string[];
  file: string;
}

/** Shows codes that are shown once, and lets the person copy, download and print them. */
export function CodesBox({ label, codes, file }: Codes) {
  const { text, service } = usePage();
  const content = `${text('recoveryCode.file', { service })}\r\n\r\n${codes.join('\r\n')}\r\n`;
  return (
    <section class="secret-box" aria-label={label}>
      <p>
        <code class="secret" id="recovery-code">
          {codes.map((code) => (
            // The line break is for whoever copies them.
            <span key={code}>{`${code}\n`}</span>
          ))}
        </code>
      </p>
      <ul class="actions">
        <li hidden>
          <button type="button" data-copy="recovery-code" data-done={text('page.copied')}>
            {text('page.copy')}
          </button>
        </li>
        <li>
          <a class="button" href={`data:text/plain;charset=utf-8,${encodeURIComponent(content)}`} download={file}>
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
  );
}
