import assert from 'node:assert/strict'
import { test } from 'node:test'
import { csvLine } from './csv-line.ts'

test('fields of strangers cannot become formulas or break lines of CSV', () => {
  assert.equal(csvLine(['a', '=1+1', 'x,"y"', 'two\nlines']), 'a,\'=1+1,"x,""y""","two\nlines"\n')
  assert.equal(csvLine([' @SUM(A1)', '\tx', '-12.5', '+1', '-cmd']), `' @SUM(A1),"'\tx",-12.5,'+1,'-cmd\n`)
})
