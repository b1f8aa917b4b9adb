import type { QrPath } from '../qr-path.ts';

/** A QR code as a picture in the page. */
export const QrCode = ({ code: { path, size }, label }: { code: QrPath; label: string }) => (
  <svg class="qr" role="img" aria-label={label} viewBox={`0 0 ${size} ${size}`} shape-rendering="crispEdges">
    <rect class="light" width={size} height={size} />
    <path class="dark" d={path} />
  </svg>
);
