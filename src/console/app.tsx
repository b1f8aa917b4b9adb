import { Provider } from '@urql/preact';
import type { FunctionComponent } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Route, Router, useLocation } from 'preact-iso';
import { EventsPage } from './audit/events.tsx';
import { PeoplePage } from './directory/people.tsx';
import { PersonPage } from './directory/person.tsx';
import { TenantPage } from './directory/tenant.tsx';
import { TenantsPage } from './directory/tenants.tsx';
import { AdoptionPage } from './insight/adoption.tsx';
import { OutboxPage } from './messaging/outbox.tsx';
import { Notice } from './parts/notice.tsx';
import { Page } from './parts/page.tsx';
import { PolicyPage } from './policy/policy.tsx';
import type { Operator } from './session/operator.ts';
import { OperatorContext, permissions, useOperator } from './session/operator.ts';
import { SignIn } from './session/sign-in.tsx';

/** One page of the console: where it is, what it is called, and who has it. */
interface ConsolePage {
  path: string;
  label?: string;
  component: FunctionComponent;
  /** Whether the operator has the page. The server decides what it shows; a page without an answer is only left out. */
  has(operator: Operator): boolean;
}

const pages: readonly ConsolePage[] = [
  { path: '/console', label: 'Adoption', component: AdoptionPage, has: ({ may }) => may(permissions.readPolicy) },
  { path: '/console/tenants', label: 'Tenants', component: TenantsPage, has: ({ kind }) => kind === 'ENVIRONMENT' },
  { path: '/console/tenants/:id', component: TenantPage, has: ({ may }) => may(permissions.readPolicy) },
  { path: '/console/policy', label: 'Policy', component: PolicyPage, has: ({ may }) => may(permissions.readPolicy) },
  { path: '/console/people', label: 'People', component: PeoplePage, has: ({ may }) => may(permissions.readUsers) },
  { path: '/console/people/:id', component: PersonPage, has: ({ may }) => may(permissions.readUsers) },
  { path: '/console/events', label: 'Audit trail', component: EventsPage, has: ({ may }) => may(permissions.readAudits) },
  { path: '/console/outbox', label: 'Outbox', component: OutboxPage, has: () => developmentMail },
];
const developmentMail = document.querySelector('meta[name="development-mail"]') !== null;

/** The console: the form to sign in, and then its pages. */
export function App() {
  const [operator, setOperator] = useState<Operator | null>(null);
  const [ended, setEnded] = useState<'EXPIRED' | 'SIGNED_OUT' | null>(null);
  if (operator === null) {
    return (
      <SignIn
        ended={ended}
        onSignedIn={setOperator}
        onEnd={(reason) => {
          setEnded(reason);
          setOperator(null);
        }}
      />
    );
  }
  return (
    <OperatorContext.Provider value={operator}>
      <Provider value={operator.client}>
        <Shell />
      </Provider>
    </OperatorContext.Provider>
  );
}

/** What surrounds every page: the way to all pages, and who is signed in. */
function Shell() {
  const operator = useOperator();
  const { path } = useLocation();
  useFocusOnNewPage(path);
  const own = pages.filter((page) => page.has(operator));
  const isHere = (page: ConsolePage): boolean => (page.path === '/console' ? path.replace(/\/$/, '') === page.path : path.startsWith(page.path));
  return (
    <div class="shell">
      <button type="button" class="skip" onClick={() => document.querySelector<HTMLElement>('h1')?.focus()}>
        Skip to content
      </button>
      <header class="bar">
        <p class="brand">Sallyport</p>
        <nav aria-label="Pages">
          <ul>
            {own.map((page) =>
              page.label === undefined ? null : (
                <li key={page.path}>
                  <a href={page.path} aria-current={isHere(page) ? 'page' : undefined}>
                    {page.label}
                  </a>
                </li>
              ),
            )}
          </ul>
        </nav>
        <div class="who">
          <p>
            <strong>{operator.name}</strong>
            <span>{operator.kind === 'ENVIRONMENT' ? 'Every tenant' : (operator.tenantName ?? operator.tenantId)}</span>
          </p>
          <button type="button" class="quiet" onClick={() => void operator.signOut()}>
            Sign out
          </button>
        </div>
      </header>
      <main>
        <Router>
          {own.map((page) => (
            <Route key={page.path} path={page.path} component={page.component} />
          ))}
          <Route default component={path.replace(/\/$/, '') === '/console' && own[0] !== undefined ? own[0].component : NoPage} />
        </Router>
      </main>
    </div>
  );
}

/** What stands where the operator has no page, or nobody has. */
function NoPage() {
  const { path } = useLocation();
  const exists = pages.some((page) => new RegExp(`^${page.path.replace(/:\w+/g, '[^/]+')}/?$`).test(path));
  return (
    <Page title={exists ? 'Not for your role' : 'No such page'}>
      <Notice>
        {exists
          ? 'Your role does not include what this page shows. Somebody who manages roles can give you one that does.'
          : 'There is no page at this address. The links above lead to all pages.'}
      </Notice>
    </Page>
  );
}

/** Moves the focus to the heading when the page changes, so that a screen reader says where it is. A changed filter leaves it where it is. */
function useFocusOnNewPage(path: string): void {
  const before = useRef<string | null>(null);
  useEffect(() => {
    const heading = document.querySelector<HTMLElement>('h1');
    if (before.current !== null || document.activeElement === document.body) heading?.focus();
    before.current = path;
  }, [path]);
}
