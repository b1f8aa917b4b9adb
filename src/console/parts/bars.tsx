import { formatNumber, formatShare } from './format.ts';

/** One bar: a part of the whole. */
export interface Bar {
  name: string;
  value: number;
  hint?: string;
  tone?: 'good' | 'warn' | 'bad';
}

/** Bars in a table, so that the numbers beside them are the accessible form of the plot. */
export function Bars({ caption, what, of, bars }: { caption: string; what: string; of: number; bars: readonly Bar[] }) {
  const longest = Math.max(1, of, ...bars.map(({ value }) => value));
  return (
    <table class="bars">
      <caption class="sr">{caption}</caption>
      <thead class="sr">
        <tr>
          <th scope="col">{what}</th>
          <th scope="col">Plot</th>
          <th scope="col">Number</th>
          <th scope="col">Share</th>
        </tr>
      </thead>
      <tbody>
        {bars.map(({ name, value, hint, tone }) => (
          <tr key={name}>
            <th scope="row">
              {name}
              {hint === undefined ? null : <small>{hint}</small>}
            </th>
            <td class="plot">
              <svg width="100%" height="14" aria-hidden="true">
                <rect class="track" width="100%" height="14" rx="3" />
                <rect class={`fill ${tone ?? ''}`} width={`${(100 * value) / longest}%`} height="14" rx="3" />
              </svg>
            </td>
            <td class="number">{formatNumber(value)}</td>
            <td class="number muted">{formatShare(value, of)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
