// Loaded before the program (`--import`): its clock is off by SHIFT_CLOCK_MS; with SHIFT_CLOCK_FILE by the seconds that
// this file names at the moment.
import { readFileSync } from 'node:fs'

const RealDate = Date
const real = Date.now
const file = process.env.SHIFT_CLOCK_FILE
let shiftMs = Number(process.env.SHIFT_CLOCK_MS ?? 0)
const read = () => {
  const text = readFileSync(file, 'utf8').trim()
  // Number('') is 0, and a file that says nothing does not say that the clock is right.
  if (text !== '') shiftMs = Number(text) * 1000
}
if (file !== undefined) {
  read()
  setInterval(read, 500).unref()
}
Date.now = () => real() + shiftMs
globalThis.Date = class extends RealDate {
  constructor(...given) {
    if (given.length === 0) super(real() + shiftMs)
    else super(...given)
  }
}
globalThis.Date.now = () => real() + shiftMs
