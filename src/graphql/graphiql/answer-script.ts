/** A part of the script for the browser: it looks at each answer, and says what to do where a token is missing or not valid any more. */
export const answerScript = `
  const operationIn = (target, init) => {
    if (new URL(target, location.href).pathname !== options.endpoint || typeof init?.body !== 'string') return null;
    const { query, operationName, variables } = JSON.parse(init.body);
    const name = operationName || (/^(?!#).*(?:query|mutation)\\s+(\\w+)/m.exec(query) || [])[1];
    if (name === 'IntrospectionQuery') return null;
    return { name, authorization: new Headers(init.headers).get('authorization') || '', variables: JSON.stringify(variables || {}) };
  };
  const hint = (text) => openPanel('hint', 'Hint', sentence(text));

  const renew = async () => {
    const answer = await send(location.pathname, { headers: { accept: 'text/html' } });
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById('options');
    const token = page === null ? null : tokenIn(JSON.parse(page.textContent).headers);
    if (token === null) return hint('The environment token is not valid any more, and this browser is not admitted any more, because the server was started again or twelve hours have passed. Open the link that the server printed when it started last.');
    carry(operator, token);
    hint('The environment token was not valid any more. A new one is filled in: run the tab again.');
  };
  const explainRefusal = ({ authorization }) => {
    const held = (carrier) => [carrier.value, ...carrier.former].some((text) => text !== null && authorization.includes(text));
    if (held(operator)) return renew();
    const session = carriers.find(({ field }) => field === 'accessToken');
    if (held(session)) return hint('The access token is not valid any more: it has expired, or its session has ended. Complete a login again, and the new token is filled in.');
    if (authorization !== '') hint('The server does not accept the token in the headers. Reload the page: its tabs come back as they were, with fresh tokens.');
  };
  const lookAt = (operation, { data, errors }) => {
    const missing = carriers.filter(({ placeholder }) => placeholder !== null && (operation.authorization + operation.variables).includes(placeholder));
    if (missing.length > 0) return hint(missing.map(({ field, placeholder }) => 'The ' + field + ' is ' + placeholder + ', which has to run first.').join(' '));
    if ((errors || []).some(({ extensions }) => extensions && extensions.code === 'UNAUTHENTICATED')) return explainRefusal(operation);
    if (!data) return;
    carryFrom(operation.name, data);
    showPicture(data);
  };

  const send = self.fetch.bind(self);
  self.fetch = async (...request) => {
    const operation = operationIn(...request);
    if (operation !== null) closePanels();
    const answer = await send(...request);
    if (operation !== null) answer.clone().json().then((body) => lookAt(operation, body)).catch(() => undefined);
    return answer;
  };
`;
