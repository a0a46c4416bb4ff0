import type { AuthenticationFact, Trace, TracedFinding } from '@mailkeep/contract'
import { type Html, html } from './html.ts'

/** Why: what the checks found, what asked for something first, then by weight. */
export function whySection(trace: Trace): Html {
  const { findings, score, tolerance, verdict, changes, versions, authentication, timings } = trace
  return html`<section class="why" aria-labelledby="why">
<h2 id="why">Why <small>${verdict !== '' && `verdict ${verdict}, `}score ${score}${tolerance !== null && ` of ${tolerance}`}</small></h2>
${
  findings.length === 0
    ? html`<p class="soft">No check has said anything: it was decided before a message was there.</p>`
    : html`<ul class="findings">${findings.map(finding)}</ul>`
}
${
  changes.length > 0 &&
  html`<p class="soft">What would have changed the outcome:</p>
<ul class="findings">${changes.map((each) => html`<li><bdi>${each}</bdi></li>`)}</ul>`
}
</section>
${
  authentication.length > 0 &&
  html`<section class="authentication" aria-labelledby="authentication">
<h2 id="authentication">Authentication</h2>
<table><thead><tr><th scope="col">Method</th><th scope="col">Result</th><th scope="col">Domain</th><th scope="col">Detail</th></tr></thead>
<tbody>${authentication.map(fact)}</tbody></table>
</section>`
}
<section class="versions" aria-labelledby="versions">
<h2 id="versions">Checks</h2>
<p class="soft">${timings.length > 0 && `Took ${timings.map(({ check, tookMs }) => `${check} ${tookMs.toFixed(1)} ms`).join(', ')}. `}${versions.length > 0 && `Decided by ${versions.map(({ name, version }) => `${name} ${version}`).join(', ')}.`}</p>
</section>`
}

function finding({ check, code, weight, text, proposal, evidence }: TracedFinding): Html {
  const line = html`<span class="weight">${weight > 0 && '+'}${weight}</span> <span class="what">${text}${proposal !== null && html` <b class="state ${proposal === 'reject' ? 'bad' : 'aside'}">asked to ${proposal}</b>`}</span> <code>${check}/${code}</code>`
  if (evidence.length === 0) return html`<li class="finding" data-key="${code} ${text}"><p>${line}</p></li>`
  return html`<li class="finding" data-key="${code} ${text}"><details data-key="evidence"><summary>${line}</summary>
<dl>${evidence.map(({ name, value }) => html`<dt>${name}</dt><dd><bdi class="code">${value}</bdi></dd>`)}</dl></details></li>`
}

const resultKinds: Readonly<Record<string, string>> = { pass: 'good', fail: 'bad', softfail: 'aside' }

function fact({ method, result, domain, detail }: AuthenticationFact): Html {
  return html`<tr><th scope="row">${method}</th><td><span class="state ${resultKinds[result] ?? 'none'}">${result}</span></td><td><bdi class="code">${domain}</bdi></td><td><bdi>${detail}</bdi></td></tr>`
}
