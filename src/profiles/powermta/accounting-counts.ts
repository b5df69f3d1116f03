import { isIP } from "node:net"
import { fieldsOf } from "../../core/parts.ts"
import { bucketSeconds, type SkipReason, type TrafficDay } from "../../core/traffic.ts"
import { bounced, type Columns, deferred, delivered } from "./accounting-columns.ts"
import { trafficDays } from "./accounting-days.ts"
import { errorReader } from "./accounting-error.ts"
import type { IspRules } from "./accounting-isp.ts"
import { NamedColumn, Names, shownName, unnamed } from "./accounting-names.ts"
import { NameTable, SeenSet, Tally } from "./accounting-tables.ts"

/** Names that are told apart; the rest share `*`, so that memory stays bounded whatever a file holds. */
const most = {
  isps: 2000,
  ips: 4096,
  vmtas: 4096,
  categories: 256,
  errors: 500,
  codes: 200,
  spellings: 65_536,
}
/** Buckets whose recipients are remembered, so that each counts once: two hours of them. */
const rememberedBuckets = 24
const atSign = 64
/** Stands for the words of an error that has no name of its own. */
const beyond = Buffer.from(" *")
const daySeconds = 86_400

/** What was counted of one host's files. */
export class AccountingCounts {
  readonly #rules: IspRules
  readonly #isps: Names
  readonly #ips = new Names(most.ips)
  readonly #vmtas = new Names(most.vmtas)
  readonly #categories = new Names(most.categories)
  readonly #errors = new NameTable(most.errors + most.codes)

  readonly #queue = new NamedColumn(most.spellings, text => this.#isps.numberOf(this.#rules.ofQueue(text)))
  readonly #queueVmta = new NamedColumn(most.spellings, text => this.#vmtas.numberOf(vmtaOfQueue(text)))
  readonly #vmta = new NamedColumn(most.vmtas, text => this.#vmtas.numberOf(shownName(text)))
  readonly #category = new NamedColumn(most.categories, text => this.#categories.numberOf(shownName(text)))
  readonly #ip = new NamedColumn(most.ips, text => (isSource(text) ? this.#ips.numberOf(text) : 0))

  readonly #mta = new NamedColumn(most.spellings, text => this.#isps.numberOf(this.#rules.ofHost(text)))
  readonly #domain = new NamedColumn(most.spellings, text => {
    const { domain, mta } = fieldsOf(text, "\0", "domain", "mta")
    return this.#isps.numberOf(this.#rules.ofRecipient(domain, mta))
  })
  readonly #key = new Uint8Array(512)

  /** bucket, ISP, IP, VMTA → delivered, bounced, deferred, deferred as a queue */
  readonly #cells = new Tally()
  /** bucket, ISP, category */
  readonly #bounces = new Tally()
  /** bucket, ISP, IP, and twice the error's number, plus one when the attempt was the last */
  readonly #failures = new Tally()
  /** bucket, ISP */
  readonly #recipients = new Tally()
  readonly #seen = new Map<number, SeenSet>()
  readonly #error = errorReader()
  /** by day, what cannot be dated belongs to the day before it in the file */
  readonly #others = new Map<number, Map<string, number>>()
  readonly #skipped = new Map<number, Map<string, number>>()
  #day = Number.NaN

  /** @param before  whose recipients count no more; it may go on counting */
  constructor(rules: IspRules, before: AccountingCounts | null) {
    this.#rules = rules
    // Recipients are known by the number of their ISP.
    this.#isps = before === null ? new Names(most.isps) : before.#isps
    if (before !== null) for (const [bucket, seen] of before.#seen) this.#seen.set(bucket, seen.copy())
  }

  skip(reason: SkipReason): void {
    countIn(this.#skipped, this.#day, reason)
  }

  other(type: string): void {
    countIn(this.#others, this.#day, type)
  }

  /** @returns  why the record is not counted; null when it is */
  add(
    type: number,
    seconds: number,
    columns: Columns,
    bytes: Uint8Array,
    starts: Int32Array,
    ends: Int32Array,
  ): SkipReason | null {
    const isp =
      columns.queue !== -1 && starts[columns.queue] !== ends[columns.queue]
        ? this.#queue.numberAt(columns.queue, bytes, starts, ends)
        : this.#ispWithoutQueue(columns, bytes, starts, ends)
    const ip = this.#ip.numberAt(columns.dlvSourceIp, bytes, starts, ends)
    const vmta =
      columns.vmta === -1
        ? this.#queueVmta.numberAt(columns.queue, bytes, starts, ends)
        : this.#vmta.numberAt(columns.vmta, bytes, starts, ends)
    if (isp < 0 || ip < 0 || vmta < 0) return "not-utf8"
    const bucket = Math.floor(seconds / bucketSeconds)
    this.#day = Math.floor(seconds / daySeconds)
    if (type === delivered) {
      this.#cells.add(bucket, isp, ip, vmta, 0, 1)
      return null
    }
    const isFinal = type === bounced
    if (isFinal) {
      const category = this.#category.numberAt(columns.bounceCat, bytes, starts, ends)
      if (category < 0) return "not-utf8"
      this.#cells.add(bucket, isp, ip, vmta, 1, 1)
      this.#bounces.add(bucket, isp, category, 0, 0, 1)
    } else if (type === deferred) {
      this.#cells.add(bucket, isp, ip, vmta, 2, 1)
      if (columns.rcpt !== -1) this.#countRecipient(bucket, isp, columns.rcpt, bytes, starts, ends)
    } else this.#cells.add(bucket, isp, ip, vmta, 3, 1)
    const error = this.#errorOf(columns, bytes, starts, ends)
    this.#failures.add(bucket, isp, ip, error * 2 + (isFinal ? 1 : 0), 0, 1)
    return null
  }

  #countRecipient(
    bucket: number,
    isp: number,
    place: number,
    bytes: Uint8Array,
    starts: Int32Array,
    ends: Int32Array,
  ): void {
    let seen = this.#seen.get(bucket)
    if (seen === undefined) {
      const [oldest] = this.#seen.keys()
      // Files are in the order of time: what comes back to so old a bucket is rare, and counts again.
      if (this.#seen.size === rememberedBuckets && oldest !== undefined) this.#seen.delete(oldest)
      seen = new SeenSet()
      this.#seen.set(bucket, seen)
    }
    if (seen.add(isp, bytes, starts[place] as number, ends[place] as number)) {
      this.#recipients.add(bucket, isp, 0, 0, 0, 1)
    }
  }

  /** The number of the error; 0 stands for those beyond what is told apart. */
  #errorOf(columns: Columns, bytes: Uint8Array, starts: Int32Array, ends: Int32Array): number {
    const hasReply = columns.dsnDiag !== -1 && starts[columns.dsnDiag] !== ends[columns.dsnDiag]
    const place = hasReply ? columns.dsnDiag : columns.dsnStatus
    if (place === -1) return 0
    const recipient = columns.rcpt === -1 ? 0 : (starts[columns.rcpt] as number)
    const recipientEnd = columns.rcpt === -1 ? 0 : (ends[columns.rcpt] as number)
    const from = starts[place] as number
    const length = this.#error.read(bytes, from, ends[place] as number, recipient, recipientEnd)
    const { bytes: error, codes } = this.#error
    // A server that puts words at random into its replies would fill the table: its codes alone speak then.
    const isFull = this.#errors.size >= most.errors
    const known = isFull ? this.#errors.lookup(error, 0, length) : this.#errors.find(error, 0, length)
    if (known !== -1) return known + 1
    error.set(beyond, codes)
    return this.#errors.find(error, 0, codes + beyond.length) + 1
  }

  #ispWithoutQueue(columns: Columns, bytes: Uint8Array, starts: Int32Array, ends: Int32Array): number {
    const mta = columns.dsnMta === -1 ? 0 : (starts[columns.dsnMta] as number)
    const mtaEnd = columns.dsnMta === -1 ? 0 : (ends[columns.dsnMta] as number)
    if (columns.rcpt === -1 || starts[columns.rcpt] === ends[columns.rcpt]) {
      return mta === mtaEnd ? 0 : this.#mta.numberOf(bytes, mta, mtaEnd)
    }
    const end = ends[columns.rcpt] as number
    let domain = end
    while (domain > (starts[columns.rcpt] as number) && bytes[domain - 1] !== atSign) domain--
    // One key for both, as the host can decide: the domain, a byte that neither holds, the host.
    const key = this.#key
    const domainLength = Math.min(end - domain, 255)
    const mtaLength = Math.min(mtaEnd - mta, 255)
    for (let at = 0; at < domainLength; at++) key[at] = bytes[domain + at] as number
    key[domainLength] = 0
    for (let at = 0; at < mtaLength; at++) key[domainLength + 1 + at] = bytes[mta + at] as number
    return this.#domain.numberOf(key, 0, domainLength + 1 + mtaLength)
  }

  days(host: string): readonly TrafficDay[] {
    return trafficDays(host, {
      isps: this.#isps.texts,
      ips: this.#ips.texts,
      vmtas: this.#vmtas.texts,
      categories: this.#categories.texts,
      errors: this.#errors,
      cells: this.#cells,
      bounces: this.#bounces,
      failures: this.#failures,
      recipients: this.#recipients,
      others: this.#others,
      skipped: this.#skipped,
    })
  }
}

/** `yahoo.rollup/mta-a2` → `mta-a2` */
function vmtaOfQueue(queue: string): string {
  const slash = queue.lastIndexOf("/")
  return slash === -1 ? unnamed : shownName(queue.slice(slash + 1))
}

/** No source address was chosen, or it is none: such attempts belong to no IP. */
function isSource(text: string): boolean {
  return text !== "0.0.0.0" && text !== "::" && isIP(text) !== 0
}

function countIn(days: Map<number, Map<string, number>>, day: number, name: string): void {
  const counts = days.get(day) ?? new Map<string, number>()
  counts.set(name, (counts.get(name) ?? 0) + 1)
  days.set(day, counts)
}
