/** Modules of white around the code, which scanners need (ISO/IEC 18004 §6.3.8). */
const quiet = 4;

/** The dark modules of a QR code as the path of a picture, and the length of its sides. */
export interface QrPath {
  path: string;
  size: number;
}

/**
 * Returns the QR code of a text. Neighbors in a row are one rectangle, which makes the path short. The library is loaded with the first code,
 * because no start needs it.
 */
export async function qrPathOf(content: string): Promise<QrPath> {
  const { default: qrCodes } = await import('qrcode');
  const { modules } = qrCodes.create(content, { errorCorrectionLevel: 'M' });
  const { size } = modules;
  let path = '';
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1) {
      const start = column;
      while (column < size && modules.get(row, column) !== 0) column += 1;
      if (column > start) path += `M${start + quiet} ${row + quiet}h${column - start}v1h${start - column}z`;
    }
  }
  return { path, size: size + 2 * quiet };
}
