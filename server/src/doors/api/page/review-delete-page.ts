import type { ReviewLine } from '#services/review/review-store.ts'
import { type Html, html } from './html.ts'
import type { ReviewFrame } from './review-layout.ts'
import { olderMark, titleOfMail } from './review-list-page.ts'
import { authorOf } from './review-words.ts'

export interface ReviewDeleteView {
  readonly who: string
  /** What would go; one at least. */
  readonly lines: readonly ReviewLine[]
  /** What the form asked, to be asked once more with a yes. */
  readonly action: string
  /** Fields of that form, as name and value. */
  readonly fields: readonly (readonly [name: string, value: string])[]
  /** He came from the list that has older ones too. */
  readonly older: boolean
}

/** So many are named; of more their number is told. */
const mostNamed = 10

/** Asks before messages are deleted: what is gone cannot be brought back, and without a script only a page can ask. */
export function reviewDeletePage({ who, lines, action, fields, older }: ReviewDeleteView): ReviewFrame {
  const isOne = lines.length === 1
  const title = `Delete ${isOne ? 'this message' : `these ${lines.length} messages`} for good?`
  const rest = lines.length - mostNamed
  return {
    title,
    who,
    main: html`<section>
<h1>${title}</h1>
<ul class="plain">${lines.slice(0, mostNamed).map(named)}${rest > 0 && html`<li>and ${rest} more</li>`}</ul>
<p>${isOne ? 'It' : 'They'} cannot be brought back.</p>
<div class="actions">
<form method="post" action="${action}">${fields.map(hidden)}${hidden(['sure', '1'])}<button class="danger">Delete for good</button></form>
<form method="get" action="/review/messages"><button>Keep ${isOne ? 'it' : 'them'}</button>${olderMark(older)}</form>
</div>
</section>`,
  }
}

function named(line: ReviewLine): Html {
  return html`<li><bdi>${titleOfMail(line)}</bdi> <small>from <bdi>${authorOf(line)}</bdi></small></li>`
}

function hidden([name, value]: readonly [name: string, value: string]): Html {
  return html`<input type="hidden" name="${name}" value="${value}">`
}
