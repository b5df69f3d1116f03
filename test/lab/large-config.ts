import { diceOf } from "./random.ts"

export interface LargeConfig {
  readonly text: string
  readonly directives: number
  readonly secrets: readonly string[]
}

/** One config of at least this many directives and bytes: virtual MTAs with domains, remarks, a password each. */
export function largeConfig({ directives = 20_000, bytes = 1_000_000, seed = "large" } = {}): LargeConfig {
  const dice = diceOf(seed)
  const secrets: string[] = []
  const lines: string[] = []
  let count = 0
  let length = 0
  const put = (line: string) => {
    lines.push(line)
    length += line.length + 1
  }
  for (let index = 0; count < directives || length < bytes; index++) {
    const secret = `planted_${dice.letters(16)}`
    secrets.push(secret)
    put(`# customer ${index}, ticket ${dice.letters(8)}`)
    put(`<virtual-mta mta-${index}>`)
    put(`    smtp-source-host 192.0.${(index >> 8) & 255}.${index & 255} mta${index}.sender.example`)
    put(`    auth-password ${secret}`)
    count += 2
    for (let domain = 0; domain < 2; domain++) {
      put(`    <domain customer${index}-${domain}.example>`)
      put(`        max-smtp-out ${1 + dice.below(40)}`)
      put(`        max-msg-rate ${100 * (1 + dice.below(50))}/h   # as agreed for the season, see the ticket`)
      put(`        bounce-after ${1 + dice.below(5)}d12h`)
      put("        retry-after 10m,10m,30m,1h")
      put(`        use-starttls ${dice.below(2) === 0 ? "yes" : "no"}`)
      put(`        smtp-pattern-list backoff-${dice.below(10)}`)
      put("        dkim-sign yes")
      put(`        source-ip-max-msg-rate 198.51.100.${dice.below(256)}/32 ${50 + dice.below(900)}/h`)
      put("    </domain>")
      count += 8
    }
    put("</virtual-mta>")
  }
  return { text: `${lines.join("\n")}\n`, directives: count, secrets }
}
