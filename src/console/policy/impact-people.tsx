import { useQuery } from '@urql/preact';
import { useState } from 'preact/hooks';
import { personPath } from '../directory/people.tsx';
import type { MfaOutcome, SimulateMfaPolicyInput } from '../documents.ts';
import { PeopleOfImpactDocument } from '../documents.ts';
import { Answer } from '../parts/answer.tsx';
import { isRefusal, refusalText } from '../parts/failure.ts';
import { Choice } from '../parts/field.tsx';
import { formatCount } from '../parts/format.ts';
import { Notice } from '../parts/notice.tsx';
import { Table } from '../parts/table.tsx';
import { wordsFor } from '../parts/words.ts';

const peoplePerPage = 20;

/** The people whose login a change changes, page by page, each with the rule that causes it. */
export function ImpactPeople({ input, outcomes }: { input: SimulateMfaPolicyInput; outcomes: readonly MfaOutcome[] }) {
  const [outcome, setOutcome] = useState<MfaOutcome | null>(null);
  // The list is read forward only, so the places where its pages begin are kept for the way back.
  const [places, setPlaces] = useState<readonly string[]>([]);
  const asked = useQuery({ query: PeopleOfImpactDocument, variables: { input, outcome, first: peoplePerPage, after: places.at(-1) ?? null } });
  return (
    <>
      <div class="filters">
        <h3>People whose login changes</h3>
        <Choice
          label="Whom it leads to"
          value={outcome ?? ''}
          options={[{ value: '', label: 'Any outcome' }, ...outcomes.map((value) => ({ value, label: wordsFor(value) }))]}
          onValue={(value) => {
            setOutcome(outcomes.find((one) => one === value) ?? null);
            setPlaces([]);
          }}
        />
      </div>
      <Answer query={asked}>
        {({ simulateMfaPolicy: result }) => {
          if (isRefusal(result)) return <Notice tone="bad">{refusalText(result)}</Notice>;
          const { edges, pageInfo, totalCount } = result.impact.people;
          return (
            <>
              {totalCount === null ? null : (
                <p class="muted" role="status">
                  {formatCount(totalCount, 'person', 'people')}
                </p>
              )}
              <Table
                caption="People whose login changes"
                empty="Nobody's login changes."
                rows={edges}
                keyOf={({ node }) => node.restId}
                columns={[
                  {
                    title: 'Person',
                    cell: ({ node }) => (
                      <>
                        <a href={personPath(node.restId)}>{node.name}</a>
                        {node.name === node.email ? null : <small>{node.email}</small>}
                      </>
                    ),
                  },
                  { title: 'Now', cell: ({ was }) => wordsFor(was) },
                  { title: 'After', cell: ({ becomes }) => wordsFor(becomes) },
                  { title: 'Because of', cell: ({ because }) => wordsFor(because) },
                ]}
              />
              {places.length === 0 && !pageInfo.hasNextPage ? null : (
                <nav class="pager" aria-label="Pages of people">
                  <button type="button" disabled={places.length === 0} onClick={() => setPlaces(places.slice(0, -1))}>
                    Previous page
                  </button>
                  <button
                    type="button"
                    disabled={!pageInfo.hasNextPage || pageInfo.endCursor === null}
                    onClick={() => setPlaces([...places, pageInfo.endCursor ?? ''])}
                  >
                    Next page
                  </button>
                </nav>
              )}
            </>
          );
        }}
      </Answer>
    </>
  );
}
