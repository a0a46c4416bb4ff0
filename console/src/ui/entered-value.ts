/** What is typed into the form of a DNS provider: a TXT record without the quotes that it has in a zone file. */
export function enteredValue(type: string, value: string): string {
  return type === 'TXT' ? value.replace(/^"([^"]*)"$/, '$1') : value
}
