/** Returns the values of an enum with their descriptions. A word of the domain without a description does not compile. */
export function enumValues<Word extends string>(descriptions: Readonly<Record<Word, string>>): { [W in Word]: { value: W; description: string } } {
  const entries = Object.entries<string>(descriptions).map(([value, description]) => [value, { value, description }]);
  // The cast is needed because the type of `Object.fromEntries` does not keep which key goes with which value.
  return Object.fromEntries(entries) as { [W in Word]: { value: W; description: string } };
}
