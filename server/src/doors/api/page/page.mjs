// Keeps the page live, its times relative and its lists within reach of the keyboard. All markup comes from the server:
// nothing here makes any, so nothing that a stranger wrote can become code.

const everyMs = 2000
const main = document.getElementById('main')
const fresh = document.getElementById('fresh')
const lost = document.getElementById('lost')

// --- times ---------------------------------------------------------------------------------------------------------

const two = (value) => String(value).padStart(2, '0')
const day = (at) => `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
const clock = (at) => `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`

function relative(at, now) {
  const seconds = Math.round((now - at) / 1000)
  const size = Math.abs(seconds)
  if (size < 2) return 'now'
  const steps = [
    [60, 1, 's'],
    [3600, 60, 'min'],
    [48 * 3600, 3600, 'h'],
    [Number.POSITIVE_INFINITY, 86_400, 'days'],
  ]
  const [, unit, word] = steps.find(([limit]) => size < limit)
  const text = `${Math.floor(size / unit)} ${word}`
  return seconds > 0 ? `${text} ago` : `in ${text}`
}

function showTime(element, now) {
  const at = new Date(element.dateTime)
  if (Number.isNaN(at.getTime())) return
  const exact = `${day(at)} ${clock(at)}`
  const milliseconds = String(at.getMilliseconds()).padStart(3, '0')
  const looks = {
    relative: () => relative(at, now),
    due: () => (at > now ? relative(at, now) : 'due now'),
    exact: () => `${day(at) === day(now) ? clock(at) : exact}.${milliseconds}`,
    clock: () => (element.closest('.axis, .figures') ? clock(at).slice(0, 5) : clock(at)),
  }
  const text = looks[element.dataset.look]?.() ?? exact
  if (element.textContent !== text) element.textContent = text
  if (element.title === '') element.title = `${exact}.${milliseconds}`
}

function showTimes() {
  const now = new Date()
  for (const element of document.querySelectorAll('time')) showTime(element, now)
}

// --- live ----------------------------------------------------------------------------------------------------------

/** Makes `from` like `to` and leaves alone what is alike: focus, selection and unfolded details stay. */
function morph(from, to) {
  if (from.isEqualNode(to)) return
  if (from.nodeType !== to.nodeType || from.nodeName !== to.nodeName) {
    from.replaceWith(to)
    return
  }
  if (from.nodeType !== Node.ELEMENT_NODE) {
    if (from.nodeValue !== to.nodeValue) from.nodeValue = to.nodeValue
    return
  }
  if (from.localName === 'time' && from.dateTime === to.dateTime) return
  morphAttributes(from, to)
  morphChildren(from, to)
}

function morphAttributes(from, to) {
  // Whether details are unfolded and buttons shown is the reader's and the script's, not the server's.
  const kept = new Set(
    from.localName === 'details' ? ['open'] : from.localName === 'button' ? ['hidden'] : [],
  )
  for (const { name } of [...from.attributes])
    if (!to.hasAttribute(name) && !kept.has(name)) from.removeAttribute(name)
  for (const { name, value } of [...to.attributes])
    if (from.getAttribute(name) !== value && !kept.has(name)) from.setAttribute(name, value)
}

function morphChildren(from, to) {
  const byKey = new Map([...from.children].filter(keyOf).map((child) => [keyOf(child), child]))
  let at = from.firstChild
  for (const next of [...to.childNodes]) {
    const key = keyOf(next)
    const known = key ? byKey.get(key) : at && !keyOf(at) ? at : null
    if (known && known.nodeName === next.nodeName) {
      if (known === at) at = at.nextSibling
      else from.insertBefore(known, at)
      byKey.delete(key)
      morph(known, next)
    } else from.insertBefore(next, at)
  }
  while (at) {
    const gone = at
    at = at.nextSibling
    gone.remove()
  }
}

function keyOf(node) {
  return node.dataset?.key
}

let tag = null
let lastAnswerAt = Date.now()

function refresh() {
  const request = new XMLHttpRequest()
  request.open('GET', location.href)
  request.responseType = 'document'
  request.timeout = 8000
  if (tag) request.setRequestHeader('If-None-Match', tag)
  request.onload = () => take(request)
  request.onerror = missed
  request.ontimeout = missed
  request.onloadend = goOn
  request.send()
}

function goOn() {
  if (main.hasAttribute('data-live')) setTimeout(refreshWhenSeen, everyMs)
}

/** A page that nobody looks at asks for nothing. */
function refreshWhenSeen() {
  if (document.visibilityState === 'visible') refresh()
  else document.addEventListener('visibilitychange', refresh, { once: true })
}

function take(request) {
  const next = request.status === 304 ? null : request.response?.getElementById('main')
  if (request.status !== 304 && !next) return missed()
  lastAnswerAt = Date.now()
  lost.hidden = true
  document.body.classList.remove('stale')
  showFresh(request.getResponseHeader('mailkeep-complete-up-to'))
  if (!next) return
  tag = request.getResponseHeader('etag')
  document.title = request.response.title
  morph(main, next)
  polish()
}

function showFresh(moment) {
  const element = fresh.querySelector('time')
  if (!moment || !element) return
  element.dateTime = moment
  element.title = ''
  showTime(element, new Date())
}

function missed() {
  document.getElementById('lost-since').textContent = clock(new Date(lastAnswerAt))
  lost.hidden = false
  document.body.classList.add('stale')
}

function polish() {
  showTimes()
  for (const button of document.querySelectorAll('[data-copy][hidden]')) button.hidden = false
  // Back leads to the list as it was asked for last.
  for (const back of document.querySelectorAll('.message [data-back]'))
    back.href = sessionStorage.getItem('list') ?? '/'
}

// --- keyboard and pointer ------------------------------------------------------------------------------------------

function links() {
  return [...document.querySelectorAll('.lines .subject a')]
}

function step(by) {
  const all = links()
  const here = all.indexOf(document.activeElement)
  const next = all[here < 0 ? 0 : Math.min(all.length - 1, Math.max(0, here + by))]
  next?.focus()
  next?.closest('tr').scrollIntoView({ block: 'nearest' })
}

function leave() {
  const active = document.activeElement
  const back = document.querySelector('[data-back]')
  if (active?.id === 'search' || !back) active?.blur()
  else location.assign(back.href)
}

const keys = {
  '/': () => document.getElementById('search').select(),
  j: () => step(1),
  k: () => step(-1),
  Escape: leave,
}

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return
  const typing = event.target.closest?.('input, textarea')
  const action = typing && event.key !== 'Escape' ? null : keys[event.key]
  if (!action) return
  event.preventDefault()
  action()
})

document.addEventListener('click', (event) => {
  const button = event.target.closest('[data-copy]')
  if (button) return void copy(button)
  const row = event.target.closest('.lines tbody tr')
  if (!row || event.target.closest('a') || String(getSelection()) !== '') return
  row.querySelector('a').click()
})

async function copy(button) {
  await navigator.clipboard.writeText(button.dataset.copy)
  button.textContent = 'copied'
  setTimeout(() => {
    button.textContent = 'copy'
  }, 1500)
}

// --- start ---------------------------------------------------------------------------------------------------------

if (location.pathname === '/') sessionStorage.setItem('list', `/${location.search}`)
polish()
setInterval(showTimes, 1000)
goOn()
