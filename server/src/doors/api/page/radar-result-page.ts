import { utcWords } from '#ground/platform/utc-words.ts'
import type { CheckResult } from '#services/radar/check-result.ts'
import { deductions, pointsOf } from '#services/radar/deductions.ts'
import type { RadarTest } from '#services/radar/radar-store.ts'
import { checkTitles, inOrder, standOf, wordsOf } from '#services/radar/stand-of-test.ts'
import { type Html, html } from './html.ts'
import { icon } from './icon.ts'
import { type ReviewFrame, reviewNote } from './review-layout.ts'

const looks = {
  passed: ['good', 'delivered', 'fine'],
  failed: ['bad', 'refused', 'to mend'],
  unknown: ['soft', 'unknown', 'unknown'],
} as const

/** What a test has found, for anybody who has its link: faults first, then what is fine. Prints on paper as it is. */
export function radarResultPage(given: RadarTest, until: number, now: number): ReviewFrame {
  const test = standOf(given, now)
  const results = inOrder(test.results)
  const failed = results.filter((each) => each.state === 'failed')
  const others = results.filter((each) => each.state !== 'failed')
  const of = test.domain
  return {
    title: `Mail of ${of}`,
    who: null,
    main: html`<section class="result">
<h1>Mail of <bdi>${of}</bdi></h1>
${scoreOf(test)}
<p class="soft">Tested on ${utcWords(test.startedAt)}. ${test.says === '' ? '' : `${capital(test.says)}.`}</p>
</section>
${test.state !== 'ended' && reviewNote('good', test.state === 'running' ? 'The test goes on. Load this page again in a minute.' : 'A reply is still waited for: what the domain sends has not been looked at yet.')}
${test.outcome === 'inconclusive' && reviewNote('bad', 'This test could not be finished through a fault of ours. It says nothing about the domain, and is run again by itself.')}
${failed.length > 0 && html`<h2 class="group">To mend</h2><ul class="cards">${failed.map(cardOf)}</ul>`}
${others.length > 0 && html`<section><h2>${failed.length > 0 ? 'The rest' : 'What was looked at'}</h2><dl class="checks">${others.map(lineOf)}</dl></section>`}
<section><details><summary>How the score is made</summary><p>100 points, less what each kind of fault takes off, once. What could not be told takes nothing off.</p><dl>${tableOf()}</dl></details></section>
<p class="soft">This link holds until ${utcWords(until)}.</p>`,
  }
}

/** A link that leads to nothing, or to nothing any more. */
export const radarGonePage: ReviewFrame = {
  title: 'Not there',
  who: null,
  narrow: true,
  main: html`<section><h1>These results are not shared any more</h1><p>The link has ended, or is not complete. Ask whoever sent it to you for a new one.</p></section>`,
}

function scoreOf(test: RadarTest): Html {
  if (test.score === null)
    return html`<p class="score"><strong>No score</strong> <span>${wordsOf(test)}</span></p>`
  const tone = test.score >= 90 ? 'good' : test.score >= 60 ? 'aside' : 'bad'
  return html`<p class="score"><strong class="mark ${tone}">${test.score}</strong> <span>of 100 points</span></p>`
}

function cardOf({ check, faults }: CheckResult): Html {
  return html`<li class="card"><div class="from"><strong>${checkTitles[check]}</strong>${markOf('failed')}</div>
${faults.map(
  ({ code, says, fix }) => html`<p>${capital(says)}. <span class="soft">−${pointsOf(code)}</span></p>
<p class="why">${fix.text}</p>
${fix.record !== '' && html`<dl class="record"><dt>Name</dt><dd><code>${fix.record}</code></dd><dt>Type</dt><dd><code>${fix.type}</code></dd>${fix.value !== '' && html`<dt>Value</dt><dd><code>${fix.value}</code></dd>`}</dl>`}`,
)}</li>`
}

function lineOf({ check, state, says }: CheckResult): Html {
  return html`<dt>${markOf(state)}</dt><dd><strong>${checkTitles[check]}</strong><br><span class="why">${capital(says)}.</span></dd>`
}

function markOf(state: CheckResult['state']): Html {
  const [tone, name, word] = looks[state]
  return html`<span class="mark ${tone}">${icon(name)} ${word}</span>`
}

function tableOf(): Html[] {
  return Object.values(deductions).map(([points, title]) => html`<dt>−${points}</dt><dd>${title}</dd>`)
}

/** Names of hosts stay as they are. */
function capital(text: string): string {
  if (/^\S*[.:[]\S/.test(text)) return text
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`
}
