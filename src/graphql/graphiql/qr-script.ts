/** A script for the browser that shows the QR code of the latest answer as a picture, because GraphiQL shows it as text. */
export const qrScript = `(() => {
  'use strict';
  const prefix = 'data:image/png;base64,';
  const pictureIn = (value) => {
    if (typeof value === 'string') return value.startsWith(prefix) ? value : null;
    if (typeof value !== 'object' || value === null) return null;
    for (const item of Object.values(value)) {
      const found = pictureIn(item);
      if (found !== null) return found;
    }
    return null;
  };

  let panel = null;
  const close = () => {
    if (panel !== null) panel.remove();
    panel = null;
  };
  const show = (source) => {
    close();
    const picture = document.createElement('img');
    picture.src = source;
    picture.alt = 'QR code of the answer, to be scanned with an authenticator app';
    picture.style.cssText = 'display:block;max-width:320px;background:#fff';
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = 'Close';
    button.style.cssText = 'margin-top:8px;padding:4px 12px;font:inherit;color:#1f2937;background:#fff;border:1px solid #6b7280;border-radius:4px;cursor:pointer';
    button.addEventListener('click', close);
    panel = document.createElement('aside');
    panel.id = 'qr-code';
    panel.setAttribute('aria-label', 'QR code');
    panel.style.cssText = 'position:fixed;right:24px;bottom:24px;z-index:1000;padding:12px;font:14px sans-serif;background:#fff;border-radius:8px;box-shadow:0 4px 24px rgba(0,0,0,.35)';
    panel.append(picture, button);
    document.body.append(panel);
  };
  addEventListener('keydown', (event) => { if (event.key === 'Escape') close(); });

  const send = self.fetch;
  self.fetch = async (...request) => {
    const answer = await send(...request);
    if ((answer.headers.get('content-type') || '').includes('json')) {
      answer.clone().json().then((body) => {
        const found = body && body.data ? pictureIn(body.data) : null;
        if (found !== null) show(found);
      }, () => undefined);
    }
    return answer;
  };
})();`;
