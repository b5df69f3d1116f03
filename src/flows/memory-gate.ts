/** Holds back hosts while others have much in memory, so that memory does not grow with concurrency. */
export interface MemoryGate {
  /** One host's share: its first `admit` may wait, later ones add to what it holds. */
  share(): Share
}

export interface Share extends Disposable {
  admit(bytes: number): Promise<void>
}

/** @param budget  bytes of plaintext in memory at a time; one host alone may exceed it */
export function memoryGate(budget: number): MemoryGate {
  let held = 0
  let queue: { readonly bytes: number; readonly enter: () => void }[] = []
  const letIn = () => {
    for (;;) {
      const [first, ...rest] = queue
      if (first === undefined || (held > 0 && held + first.bytes > budget)) return
      queue = rest
      held += first.bytes
      first.enter()
    }
  }
  return {
    share() {
      let own = 0
      return {
        async admit(bytes) {
          // Waiting while holding would let two hosts wait for each other.
          if (own > 0) held += bytes
          else {
            await new Promise<void>(enter => {
              queue.push({ bytes, enter })
              letIn()
            })
          }
          own += bytes
        },
        [Symbol.dispose]() {
          held -= own
          own = 0
          letIn()
        },
      }
    },
  }
}
