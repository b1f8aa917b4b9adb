import type { StrategyName } from '../../domain/strategy-name.ts';
import { usePage } from './context.ts';

/** A way to confirm that a person may choose. */
export interface FactorOption {
  strategy: StrategyName;
  /** What tells it from others of its kind: the name of an authenticator, a masked number or a masked address. Null if there is nothing. */
  detail: string | null;
  href: string;
}

/** The ways to choose from. */
export function FactorList({ options, label }: { options: readonly FactorOption[]; label: string }) {
  const { text } = usePage();
  return (
    <nav class="choices" aria-label={label}>
      <ul>
        {options.map(({ strategy, detail, href }) => (
          <li key={href}>
            <a class="choice" href={href}>
              <strong>{text(`factor.${strategy}`)}</strong>
              {detail === null ? null : <span>{detail}</span>}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
