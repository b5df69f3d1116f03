import type { Event } from "../core/event.ts"
import type { Paint } from "./paint.ts"
import { bytesInWords, printable, timeInWords } from "./printable.ts"

/** Where progress goes: whole lines, and on a terminal one last line that is written again and again. */
export interface Screen {
  readonly line: (text: string) => void
  /** replaces the last line; null where there is no terminal */
  readonly status: ((text: string) => void) | null
}

/** Turns events into progress: hosts done, bytes, time left on a terminal; a line per host that failed elsewhere. */
export function progress(
  screen: Screen,
  { yellow, red, dim }: Paint,
  nowMs: () => number,
): (event: Event) => void {
  let total = 0
  let done = 0
  let bytes = 0
  const started = nowMs()
  const status = () => {
    const elapsed = nowMs() - started
    const left =
      done === 0 || done === total ? "" : `, about ${timeInWords((elapsed / done) * (total - done))} left`
    screen.status?.(dim(`${done}/${total} hosts, ${bytesInWords(bytes)}${left}`))
  }
  return event => {
    switch (event.kind) {
      case "run-started":
        total = event.hosts.length
        break
      case "host-bytes":
        bytes += event.bytes
        break
      case "host-retried":
        screen.line(`${yellow("retry:")} ${printable(event.problem.message)}; attempt ${event.attempt + 1}`)
        break
      case "host-finished":
        done++
        if (event.problem !== null && screen.status === null)
          screen.line(`${red("failed:")} ${printable(event.problem.message)}`)
        break
      case "warning":
        screen.line(
          `${yellow("warning:")} ${event.host === null ? "" : `${event.host}: `}${printable(event.message)}`,
        )
        break
      case "step":
        screen.line(printable(event.message))
        break
      case "host-started":
        break
    }
    status()
  }
}
