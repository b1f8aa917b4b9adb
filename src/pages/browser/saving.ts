const show = (button: HTMLButtonElement): void => button.closest('[hidden]')?.removeAttribute('hidden');

/** Shows the buttons that copy or print something, and lets them do it. To download is a link and needs no script. */
export function offerCopies(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>('[data-copy]')) {
    const source = document.getElementById(button.dataset.copy ?? '');
    // A page that was not loaded securely has no clipboard.
    if (source === null || navigator.clipboard === undefined) continue;
    show(button);
    button.addEventListener('click', async () => {
      await navigator.clipboard.writeText(source.textContent.trim());
      const done = document.querySelector('[data-copied]');
      if (done !== null) done.textContent = button.dataset.done ?? '';
      button.textContent = button.dataset.done ?? '';
    });
  }
  for (const button of document.querySelectorAll<HTMLButtonElement>('[data-print]')) {
    show(button);
    button.addEventListener('click', () => print());
  }
}
