import type { Check, DoctorReport } from "../core/report.ts"
import type { Paint } from "./paint.ts"
import { printable } from "./printable.ts"

export function doctorText(report: DoctorReport, colors: Paint): string {
  const hosts = report.hosts.map(({ host, checks, lines }) => {
    const places = lines.map(({ where, line }) => `  ${colors.dim(printable(where))}\n${printable(line)}\n`)
    return `\n${colors.bold(host)}\n${checks.map(check => checkText(check, colors)).join("")}${places.join("")}`
  })
  return `${report.checks.map(check => checkText(check, colors)).join("")}${hosts.join("")}`
}

function checkText({ name, state, detail, hint }: Check, { green, yellow, red }: Paint): string {
  const mark = { good: green("ok  "), warning: yellow("warn"), bad: red("BAD ") }[state]
  const next = hint === null ? "" : `       hint: ${printable(hint)}\n`
  return `  ${mark} ${name}: ${printable(detail)}\n${next}`
}
