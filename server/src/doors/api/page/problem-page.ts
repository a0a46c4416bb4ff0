import type { Problem } from '@mailkeep/contract'
import { html } from './html.ts'
import type { PlainFrame } from './plain-layout.ts'

/** What is away is asked for again after so many seconds; what is not there is not. */
const againSeconds = 5

/** An error as a page, for people. */
export function problemPage({ title, status, detail }: Problem): PlainFrame {
  return {
    title,
    ...(status === 503 && { refreshSeconds: againSeconds }),
    main: html`<section>
<h1>${title}</h1>
<p>${detail}</p>
<p><a href="/">To the first page</a></p>
</section>`,
  }
}
