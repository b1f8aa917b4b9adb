import type { StrategyName } from '../../../domain/strategy-name.ts';
import { agoIn } from '../../messages/text.ts';
import { BackToAccount } from '../../parts/account.tsx';
import { usePage } from '../../parts/context.ts';
import type { EnrollOption } from '../../parts/enroll-step.tsx';
import { WaysToEnroll } from '../../parts/enroll-step.tsx';
import type { View } from '../../view.ts';

/** A second step of a person. */
export interface ShownFactor {
  id: string;
  strategy: StrategyName;
  name: string;
  /** Null unless it is a phone. */
  phoneNumber: string | null;
  usedSecondsAgo: number | null;
  renameHref: string;
  removeHref: string;
}

/** What the page of the second steps shows. */
export interface FactorsModel {
  factors: readonly ShownFactor[];
  addable: readonly EnrollOption[];
}

function Factors({ factors, addable }: FactorsModel) {
  const { text } = usePage();
  return (
    <>
      <p>{text(factors.length === 0 ? 'factors.none' : 'factors.lead')}</p>
      {factors.length === 0 ? null : (
        <ul class="items">
          {factors.map((factor) => (
            <Item key={factor.id} {...factor} />
          ))}
        </ul>
      )}
      {addable.length === 0 ? <p>{text('factors.full')}</p> : <WaysToEnroll heading={text('factors.add')} strategies={addable} />}
      <BackToAccount />
    </>
  );
}

function Item({ strategy, name, phoneNumber, usedSecondsAgo, renameHref, removeHref }: ShownFactor) {
  const { text } = usePage();
  const kind = text(`factor.${strategy}`);
  return (
    <li>
      <strong>{name}</strong>
      <p class="hint">{[...(kind === name ? [] : [kind]), ...(phoneNumber === null ? [] : [phoneNumber])].join(' · ')}</p>
      {usedSecondsAgo === null ? null : <p class="hint">{text('factors.used', { ago: agoIn(text, usedSecondsAgo) })}</p>}
      <p class="links">
        <a href={renameHref}>
          {text('factors.change')}
          <span class="sr"> {name}</span>
        </a>
        <a href={removeHref}>
          {text('factors.remove')}
          <span class="sr"> {name}</span>
        </a>
      </p>
    </li>
  );
}

/** Lists the second steps of a person, and the ways to add one. */
export const factors: View<FactorsModel> = { title: (text) => text('factors.title'), body: Factors };
