/**
 * A part of the script for the browser: it fills the values of answers into the tabs that wait for them. A tab is filled when it is open.
 * Only the whole text that stands for a value, or a whole value that was filled in before, is replaced, so what a person typed stays.
 */
export const carryScript = `
  const awaited = ({ placeholder }) => options.defaultTabs.some(({ headers, variables }) => (headers + variables).includes(placeholder));
  const carriers = options.carried.filter(awaited).map((one) => ({ ...one, value: null, former: [one.placeholder] }));
  const tokenIn = (headers) => (/Bearer ([^"]+)/.exec(headers) || [])[1] || null;
  const environmentToken = tokenIn(options.headers);
  // The token of the operator is replaced in the same way when it is renewed.
  const operator = { field: 'environment token', from: [], placeholder: null, value: environmentToken, former: [] };
  if (environmentToken !== null) carriers.push(operator);

  const fill = () => {
    for (const model of monaco.editor.getModels().filter(({ uri }) => /(variables|request-headers)\\.json$/.test(uri.path))) {
      for (const { value, former } of carriers.filter((carrier) => carrier.value !== null)) {
        for (const prefix of ['"', '"Bearer ']) {
          for (const text of former) {
            const matches = model.findMatches(prefix + text + '"', false, false, true, null, false);
            if (matches.length > 0) model.pushEditOperations([], matches.map(({ range }) => ({ range, text: prefix + value + '"' })), () => null);
          }
        }
      }
    }
  };
  const carry = (carrier, value) => {
    if (carrier.value !== null) carrier.former.push(carrier.value);
    carrier.former = carrier.former.filter((text) => text !== value);
    carrier.value = value;
    fill();
  };
  // A change of the tab changes the text of the editors, one after the other.
  const fillWhenOpened = (model) => model.onDidChangeContent(() => setTimeout(fill));

  const valueOf = (data, field) => {
    if (typeof data !== 'object' || data === null) return null;
    if (typeof data[field] === 'string') return data[field];
    for (const item of Object.values(data)) {
      const found = valueOf(item, field);
      if (found !== null) return found;
    }
    return null;
  };
  const carryFrom = (name, data) => {
    const found = [];
    for (const carrier of carriers.filter(({ from }) => from.includes(name))) {
      const value = valueOf(data, carrier.field);
      if (value === null) continue;
      carry(carrier, value);
      found.push(carrier.field);
    }
    if (found.length > 0) openPanel('carried', 'Values for other tabs', sentence('Filled into the tabs that need it: ' + found.join(', ') + '.'));
  };
`;
