import assert from 'node:assert/strict'
import { test } from 'node:test'
import { probedComponents } from '#services/watch/probe-store.ts'
import { componentVerb } from './status-components.ts'

test('every probe that a component can have stands in the help', () => {
  const said = /--probe +what measures it: ([^;]+);/.exec(componentVerb.help)?.[1]
  assert.deepEqual(said?.split(', '), [...probedComponents])
})
