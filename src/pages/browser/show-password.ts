/** Shows the buttons that make a password readable, and lets them do it. */
export function offerToShowPasswords(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>('[data-show]')) {
    const field = document.getElementById(button.dataset.show ?? '');
    if (!(field instanceof HTMLInputElement)) continue;
    const texts = [button.textContent, button.dataset.hideText ?? ''] as const;
    button.hidden = false;
    button.addEventListener('click', () => {
      const shown = field.type === 'password';
      field.type = shown ? 'text' : 'password';
      button.setAttribute('aria-pressed', String(shown));
      button.textContent = texts[shown ? 1 : 0];
    });
    // A readable password would be offered again by the list of what was typed into text fields.
    field.form?.addEventListener('submit', () => {
      field.type = 'password';
    });
  }
}
