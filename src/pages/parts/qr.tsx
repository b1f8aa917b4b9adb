import qrCodes from 'qrcode';

/** Modules of white around the code, which scanners need (ISO/IEC 18004 §6.3.8). */
const quiet = 4;

/** Returns the path that fills the dark modules. Neighbors in a row are one rectangle, which makes the path short. */
export function qrPath(content: string): { path: string; size: number } {
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

/** A QR code as a picture in the page. */
export function QrCode({ content, label }: { content: string; label: string }) {
  const { path, size } = qrPath(content);
  return (
    <svg class="qr" role="img" aria-label={label} viewBox={`0 0 ${size} ${size}`} shape-rendering="crispEdges">
      <rect class="light" width={size} height={size} />
      <path class="dark" d={path} />
    </svg>
  );
}
