/** A part of the script for the browser: it shows the QR code of an answer as a picture, because GraphiQL shows it as text. */
export const qrScript = `
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
  const showPicture = (data) => {
    const source = pictureIn(data);
    if (source === null) return;
    const picture = document.createElement('img');
    picture.src = source;
    picture.alt = 'QR code of the answer, to be scanned with an authenticator app';
    openPanel('qr-code', 'QR code', picture);
  };
`;
