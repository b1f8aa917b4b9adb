/** Holds the button for another code back until the server would send one, and counts the seconds down beside it. */
export function holdBackResending(): void {
  for (const note of document.querySelectorAll<HTMLElement>('[data-wait-seconds]')) {
    const button = note.closest('form')?.querySelector('button');
    const seconds = Number(note.dataset.waitSeconds);
    if (button == null || !(seconds > 0)) continue;
    const until = performance.now() + seconds * 1_000;
    const show = (): void => {
      const left = Math.ceil((until - performance.now()) / 1_000);
      button.disabled = left > 0;
      note.hidden = left <= 0;
      if (left <= 0) clearInterval(timer);
      note.textContent = (note.dataset.waitText ?? '').replace('#', `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`);
    };
    const timer = setInterval(show, 1_000);
    show();
  }
}
