/** Takes blanks and hyphens out of codes that are pasted. The server does the same, but a person sees the digits better without them. */
export function removeBlanksFromCodes(): void {
  for (const field of document.querySelectorAll<HTMLInputElement>('input[data-code]')) {
    field.addEventListener('paste', (event) => {
      const pasted = event.clipboardData?.getData('text') ?? '';
      const code = pasted.replace(/[\s-]/g, '');
      if (code === pasted || !/^\d+$/.test(code)) return;
      event.preventDefault();
      field.setRangeText(code, field.selectionStart ?? 0, field.selectionEnd ?? field.value.length, 'end');
    });
  }
}
