/** What a kind of alarm means and what somebody does about it: Markdown on one line, links as docs/reference has them. */
export interface Advice {
  readonly means: string
  readonly todo: string
}
