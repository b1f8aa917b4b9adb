/** A part of the script for the browser: the panels beside the answer. Screen readers announce them, and Escape closes them all. */
export const panelScript = `
  const panels = document.createElement('div');
  panels.id = 'panels';
  panels.setAttribute('role', 'status');
  document.body.append(panels);

  const closePanels = () => panels.replaceChildren();
  const closePanel = (panel) => {
    const focused = panel.contains(document.activeElement);
    panel.remove();
    // Whoever closed it by the keyboard goes on at the button that runs the tab.
    const run = document.querySelector('.graphiql-execute-button');
    if (focused && run !== null) run.focus();
  };
  const openPanel = (id, label, content) => {
    const open = document.getElementById(id);
    if (open !== null) open.remove();
    const panel = document.createElement('section');
    panel.id = id;
    panel.setAttribute('aria-label', label);
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = 'Close';
    button.setAttribute('aria-label', 'Close: ' + label);
    button.addEventListener('click', () => closePanel(panel));
    panel.append(content, button);
    panels.append(panel);
  };
  const sentence = (text) => {
    const paragraph = document.createElement('p');
    paragraph.textContent = text;
    return paragraph;
  };
  addEventListener('keydown', (event) => { if (event.key === 'Escape') closePanels(); });
`;

/** How the panels look. They are white in both themes, because a QR code needs that. */
export const panelStyle = [
  '#panels{position:fixed;right:24px;bottom:24px;z-index:1000;display:flex;flex-direction:column;align-items:flex-end;gap:8px;max-width:min(360px,calc(100vw - 48px));font:14px/1.4 sans-serif}',
  '#panels section{padding:12px;color:#1f2937;background:#fff;border:1px solid #6b7280;border-radius:8px;box-shadow:0 4px 24px rgba(0,0,0,.35)}',
  '#panels p{margin:0}',
  '#panels img{display:block;max-width:320px;background:#fff}',
  '#panels button{margin-top:8px;padding:4px 12px;font:inherit;color:#1f2937;background:#fff;border:1px solid #6b7280;border-radius:4px;cursor:pointer}',
  '#panels button:focus-visible{outline:3px solid #0b5cad;outline-offset:2px}',
].join('');
