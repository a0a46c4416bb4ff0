export interface Range {
  readonly since: string
  readonly until: string
}

/** Where the mail behind a figure is listed. */
export function messagesOf({ since, until }: Range, question: Readonly<Record<string, string>>): string {
  return `/messages?${new URLSearchParams({ ...question, since, until })}`
}
