import { scaleLinear, scaleUtc } from 'd3-scale';
import { curveMonotoneX, line } from 'd3-shape';
import { useEffect, useRef, useState } from 'preact/hooks';
import { formatDay, formatNumber, formatShortDay } from './format.ts';
import { Table } from './table.tsx';

/** One moment, with the value of each series at it. */
export interface Moment {
  at: string;
  values: readonly number[];
}

const height = 240;
const margin = { top: 12, right: 12, bottom: 26, left: 44 };

/** Lines over time, with a legend that tells the values under the pointer, and the same numbers as a table. */
export function LineChart({ label, series, moments }: { label: string; series: readonly string[]; moments: readonly Moment[] }) {
  const [frame, width] = useWidth();
  const [pointed, setPointed] = useState<number | null>(null);
  const days = moments.map(({ at }) => new Date(at));
  const [first = new Date(0), last = first] = [days[0], days.at(-1)];
  const x = scaleUtc([first, last], [margin.left, width - margin.right]);
  const y = scaleLinear([0, Math.max(1, ...moments.flatMap(({ values }) => values))], [height - margin.bottom, margin.top]).nice(4);
  const path = (index: number): string =>
    line<Moment>(
      ({ at }) => x(new Date(at)),
      ({ values }) => y(values[index] ?? 0),
    ).curve(curveMonotoneX)([...moments]) ?? '';
  const shown = moments[pointed ?? moments.length - 1];

  const point = (event: PointerEvent & { currentTarget: SVGSVGElement }): void => {
    const at = event.clientX - event.currentTarget.getBoundingClientRect().left;
    const distances = days.map((day) => Math.abs(x(day) - at));
    setPointed(distances.indexOf(Math.min(...distances)));
  };

  return (
    <figure class="chart">
      <figcaption>
        <ul class="legend">
          {series.map((name, index) => (
            <li key={name}>
              <svg width="22" height="10" aria-hidden="true">
                <path class={`line line-${index}`} d="M1 5H21" />
              </svg>
              {name} <strong class="tabular">{formatNumber(shown?.values[index] ?? 0)}</strong>
            </li>
          ))}
          <li class="muted">{shown === undefined ? '' : formatDay(shown.at)}</li>
        </ul>
      </figcaption>
      <div ref={frame}>
        <svg
          width={width}
          height={height}
          role="img"
          aria-label={`${label}. The table below holds the same numbers.`}
          onPointerMove={point}
          onPointerLeave={() => setPointed(null)}
        >
          {y.ticks(4).map((tick) => (
            <g key={tick}>
              <path class="grid" d={`M${margin.left} ${y(tick)}H${width - margin.right}`} />
              <text x={margin.left - 8} y={y(tick)} dy="0.32em" text-anchor="end">
                {Number.isInteger(tick) ? formatNumber(tick) : ''}
              </text>
            </g>
          ))}
          {x.ticks(Math.max(4, Math.floor(width / 110))).map((tick) =>
            tick.getUTCHours() === 0 ? (
              <text key={tick.getTime()} x={Math.min(x(tick), width - 22)} y={height - 8} text-anchor="middle">
                {formatShortDay(tick)}
              </text>
            ) : null,
          )}
          {shown === undefined || pointed === null ? null : (
            <path class="pointer" d={`M${x(new Date(shown.at))} ${margin.top}V${height - margin.bottom}`} />
          )}
          {series.map((name, index) => (
            <g key={name}>
              <path class={`line line-${index}`} d={path(index)} />
              {shown === undefined ? null : <circle class={`dot dot-${index}`} cx={x(new Date(shown.at))} cy={y(shown.values[index] ?? 0)} r="3.5" />}
            </g>
          ))}
        </svg>
      </div>
      <details>
        <summary>{label} as a table</summary>
        <Table
          caption={label}
          columns={[
            { title: 'Day', cell: ({ at }: Moment) => formatDay(at) },
            ...series.map((title, index) => ({ title, numeric: true, cell: ({ values }: Moment) => formatNumber(values[index] ?? 0) })),
          ]}
          rows={[...moments].reverse()}
          keyOf={({ at }) => at}
        />
      </details>
    </figure>
  );
}

/** Returns a reference for an element and its width, which changes with the window. */
function useWidth() {
  const element = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(640);
  useEffect(() => {
    if (element.current === null) return;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.max(240, Math.floor(entry?.contentRect.width ?? 640))));
    observer.observe(element.current);
    return () => observer.disconnect();
  }, []);
  return [element, width] as const;
}
