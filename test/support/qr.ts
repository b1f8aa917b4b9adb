import jsQR from 'jsqr';
import { PNG } from 'pngjs';

/** jsqr is CommonJS: where the default import is the module itself, the function is one step further. */
const decode = (typeof jsQR === 'function' ? jsQR : (jsQR as unknown as { default: typeof jsQR }).default) as unknown as (
  data: Uint8ClampedArray,
  width: number,
  height: number,
) => { data: string } | null;

/** The text of the QR code in a picture; throws when there is none to read. */
export function decodeQr({ data, width, height }: PNG): string {
  const found = decode(new Uint8ClampedArray(data), width, height);
  if (found === null) throw new Error('no QR code in the picture');
  return found.data;
}

/** The same for a picture given as a PNG data URI. */
export function decodeQrDataUri(uri: string): string {
  const [head, body = ''] = uri.split(',');
  if (head !== 'data:image/png;base64') throw new Error('no PNG data URI');
  return decodeQr(PNG.sync.read(Buffer.from(body, 'base64')));
}
