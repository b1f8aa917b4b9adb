import type { ComponentChildren } from 'preact';

/** A note in a box. An error is said at once by screen readers, and everything else when they have time. */
export function Notice({ tone = 'plain', children }: { tone?: 'plain' | 'good' | 'warn' | 'bad'; children: ComponentChildren }) {
  return (
    <div class={`notice ${tone}`} role={tone === 'bad' ? 'alert' : 'status'}>
      {children}
    </div>
  );
}
