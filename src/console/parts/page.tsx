import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';

/** A page with its heading, which takes the focus when the page is opened, and its title in the window. */
export function Page({ title, lead, children }: { title: string; lead?: ComponentChildren; children: ComponentChildren }) {
  useEffect(() => {
    document.title = `${title} · Sallyport`;
  }, [title]);
  return (
    <>
      <div class="heading">
        <h1 tabIndex={-1}>{title}</h1>
        {lead === undefined ? null : <div class="lead">{lead}</div>}
      </div>
      {children}
    </>
  );
}

/** A part of a page in a box with a heading. */
export function Section({ title, note, children }: { title: string; note?: ComponentChildren; children: ComponentChildren }) {
  return (
    <section class="box">
      <h2>{title}</h2>
      {note === undefined ? null : <p class="muted">{note}</p>}
      {children}
    </section>
  );
}
