import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keepPreviousData, QueryClient, QueryObserver } from '@tanstack/react-query'
import { createElement, useState } from 'react'
import { renderToString } from 'react-dom/server'
import { type Found, useShown } from './use-shown.ts'

type Moment = readonly [question: string, found: Found<string>]

interface PageProps {
  readonly moments: readonly Moment[]
  readonly onShown: (n: number, shown: object) => void
}

/** Lives through all moments while it is rendered. */
function Page({ moments, onShown }: PageProps) {
  const [n, setN] = useState(0)
  const [question, found] = moments[n] as Moment
  const { value, fault, isOld, isLoading } = useShown(question, found)
  onShown(n, { value, fault: fault?.message, isOld, isLoading })
  if (n + 1 < moments.length) setN(n + 1)
  return null
}

/** What a page shows, moment after moment. */
function shownAt(moments: readonly Moment[]) {
  const seen: object[] = []
  const onShown = (n: number, shown: object) => {
    seen[n] = shown
  }
  renderToString(createElement(Page, { moments, onShown }))
  return seen
}

/** An observer as pages have it, of questions of which `broken` fails. */
function observe(first: string) {
  const optionsOf = (question: string) => ({
    queryKey: [question],
    queryFn: () =>
      question === 'broken' ? Promise.reject(new Error('away')) : Promise.resolve(`of ${question}`),
    placeholderData: keepPreviousData,
    retry: false,
    gcTime: 0,
  })
  const observer = new QueryObserver<string>(new QueryClient(), optionsOf(first))
  const stop = observer.subscribe(() => undefined)
  const now = (question: string): Moment => [question, observer.getCurrentResult()]
  return { observer, now, stop, ask: (question: string) => observer.setOptions(optionsOf(question)) }
}

const old = { value: 'of good', fault: undefined, isOld: true, isLoading: false }
const broken = { value: undefined, fault: 'away', isOld: false, isLoading: false }

test('after a change of filter a fault stays while it is asked again; the answer before does not come back', async () => {
  const { observer, now, stop, ask } = observe('good')
  await observer.refetch()
  const moments = [now('good')]
  ask('broken')
  moments.push(now('broken'))
  await observer.refetch()
  moments.push(now('broken'))
  const again = observer.refetch()
  moments.push(now('broken'))
  await again
  moments.push(now('broken'))
  ask('other')
  moments.push(now('other'))
  stop()
  const good = { ...old, isOld: false }
  assert.deepEqual(shownAt(moments), [good, old, broken, broken, broken, old])
})

test('a first question that fails keeps its fault while it is asked again', async () => {
  const { observer, now, stop } = observe('broken')
  const moments = [now('broken')]
  await observer.refetch()
  moments.push(now('broken'))
  const again = observer.refetch()
  moments.push(now('broken'))
  await again
  stop()
  const loading = { value: undefined, fault: undefined, isOld: false, isLoading: true }
  assert.deepEqual(shownAt(moments), [loading, broken, broken])
})
