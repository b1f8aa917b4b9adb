import jsQR from 'jsqr';
import { PNG } from 'pngjs';

// The package is CommonJS with a `default` inside, which loaders unwrap or not.
const decode = (jsQR as unknown as { default?: typeof jsQR.default }).default ?? (jsQR as unknown as typeof jsQR.default);

/** What a phone reads in the picture. */
export function uriInQrCode(dataUri: string): URL {
  const { data, width, height } = PNG.sync.read(Buffer.from(dataUri.replace('data:image/png;base64,', ''), 'base64'));
  const found = decode(new Uint8ClampedArray(data), width, height);
  if (found === null) throw new Error('no QR code in the picture');
  return new URL(found.data);
}
