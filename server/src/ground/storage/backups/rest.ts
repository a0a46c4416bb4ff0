const nobody = new Int32Array(new SharedArrayBuffer(4))

/** Stands still, with the thread; only in a process that has nothing else to do. */
export function rest(ms: number): void {
  Atomics.wait(nobody, 0, 0, ms)
}
